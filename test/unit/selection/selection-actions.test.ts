/** Refreshing the selected entries, and changing their sign-in. */
import { afterEach, describe, expect, test } from 'vitest';
import { failed } from '../../../src/shared/result';
import { valueOf } from '../results';
import { KEY_SIGN_IN } from '../samples';
import { requestedIds } from '../sync/helpers';
import { closeHarnesses, SelectionActionsHarness, SIGN_IN } from './selection-actions-harness';

afterEach(closeHarnesses);

const OTHER = 'ffffeeeeddddcccc';
const ACCOUNT = 'a'.repeat(32);

describe('refresh', () => {
  test('reads each selected entry once, also one that was never read, and counts the changed', async () => {
    const harness = await SelectionActionsHarness.start({ organizations: 5 });
    const { sync } = harness;
    const [one, two, three] = sync.ids as [string, string, string];
    sync.standin.setProfile(two, { business_phone: '+1 2' });
    sync.write(({ organizations }) => {
      const row = organizations.get(three)!;
      organizations.remove(three);
      organizations.put(row);
    });
    harness.selection = [three, one, two];
    await harness.handlers.refresh(null);
    expect(await harness.refreshed()).toEqual({
      isRunning: false,
      done: 3,
      total: 3,
      read: 3,
      changed: 1,
      withoutSignIn: 0,
      isStopped: false,
      failure: null,
    });
    expect(requestedIds(sync, 'GET').sort()).toEqual([one, two, three].sort());
    expect(sync.standin.requests.some(({ route }) => route === '/organizations')).toBe(false);
    expect(sync.saved(two)?.business_phone).toBe('+1 2');
    expect(sync.saved(three)).not.toBeNull();
  });

  test('says why it could not read all, and reads the rest again', async () => {
    const harness = await SelectionActionsHarness.start({ organizations: 3 });
    const { sync } = harness;
    const stop = sync.standin.faults.add({ mode: 'reset' });
    await harness.handlers.refresh(null);
    const ended = await harness.refreshed();
    expect(ended).toMatchObject({ read: 0, total: 3, isStopped: false });
    expect(ended.failure?.code).toMatch(/^network\./);
    stop();
    await harness.handlers.retryRefresh(null);
    expect(await harness.refreshed()).toMatchObject({ read: 3, total: 3, failure: null });
    await harness.handlers.dismissRefresh(null);
    expect(harness.selectionActions.status().refresh).toBeNull();
  });

  test('stops, and keeps what was read', async () => {
    const harness = await SelectionActionsHarness.start({ organizations: 4 });
    const { sync } = harness;
    const [one, ...others] = sync.ids as [string, ...string[]];
    for (const id of others) sync.standin.hold({ path: `${id}/profile` });
    await harness.handlers.refresh(null);
    await sync.until(() => harness.selectionActions.status().refresh?.read === 1, { clock: false });
    await harness.handlers.dismissRefresh(null);
    expect(harness.selectionActions.status().refresh).not.toBeNull();
    await harness.handlers.stopRefresh(null);
    expect(await harness.refreshed()).toMatchObject({ read: 1, isStopped: true, failure: null });
    expect(sync.saved(one)).not.toBeNull();
  });

  test('reads the rest of a running refresh after the entries of a new one', async () => {
    const harness = await SelectionActionsHarness.start({ organizations: 3 });
    const { sync } = harness;
    const [one, two, three] = sync.ids as [string, string, string];
    const holds = [one, two].map((id) => sync.standin.hold({ path: `${id}/profile` }));
    harness.selection = [one, two];
    await harness.handlers.refresh(null);
    await Promise.all(holds.map(({ arrived }) => arrived));
    harness.selection = [three];
    await harness.handlers.refresh(null);
    for (const hold of holds) hold.release();
    expect(await harness.refreshed()).toMatchObject({ read: 3, total: 3 });
    expect([...new Set(requestedIds(sync, 'GET'))].sort()).toEqual([one, two, three].sort());
  });

  test('counts what a refresh had read and found changed before another one joined it', async () => {
    const harness = await SelectionActionsHarness.start({ organizations: 4 });
    const { sync } = harness;
    const [one, two, three, four] = sync.ids as [string, string, string, string];
    sync.standin.setProfile(one, { business_phone: '+1 2' });
    sync.standin.setProfile(four, { business_phone: '+1 2' });
    const holds = [two, three].map((id) => sync.standin.hold({ path: `${id}/profile` }));
    harness.selection = [one, two, three];
    await harness.handlers.refresh(null);
    await sync.until(() => harness.selectionActions.status().refresh?.read === 1, { clock: false });
    harness.selection = [four];
    await harness.handlers.refresh(null);
    expect(harness.selectionActions.status().refresh).toMatchObject({ done: 1, read: 1, total: 4 });
    for (const hold of holds) hold.release();
    expect(await harness.refreshed()).toMatchObject({ done: 4, read: 4, total: 4, changed: 2 });
    expect(harness.published.every(({ refresh }) => refresh!.done <= refresh!.total)).toBe(true);
  });

  test('does nothing without a selection', async () => {
    const harness = await SelectionActionsHarness.start();
    harness.selection = [];
    await harness.handlers.refresh(null);
    expect(harness.selectionActions.status().refresh).toBeNull();
  });
});

describe('changing the sign-in', () => {
  /** Adds another sign-in with the same key, and an account with a token. */
  async function start() {
    const harness = await SelectionActionsHarness.start({ organizations: 3 });
    const { sync } = harness;
    sync.addAccount(ACCOUNT, sync.id);
    sync.write(({ signIns }) => {
      const row = signIns.get(SIGN_IN)!;
      signIns.put({ ...KEY_SIGN_IN, ...row, id: OTHER, label: 'Other' });
    });
    harness.selection = [...sync.ids, ACCOUNT];
    const signInOf = (id: string) =>
      sync.read(({ organizations }) => organizations.get(id)?.signInId);
    return { harness, sync, signInOf };
  }

  test('counts the selected entries by sign-in and kind', async () => {
    const { harness, sync, signInOf } = await start();
    const { name } = sync.standin.organizations.get(sync.id)!;
    expect(valueOf(await harness.handlers.countSignIns(null))).toEqual([
      {
        signInId: SIGN_IN,
        kind: 'organization',
        count: 3,
        first: { name, organizationName: null },
      },
      {
        signInId: signInOf(ACCOUNT),
        kind: 'account',
        count: 1,
        first: { name: 'Bristol', organizationName: name },
      },
    ]);
  });

  test('changes all entries of its kind, after it has read the first of those', async () => {
    const { harness, sync, signInOf } = await start();
    const before = signInOf(ACCOUNT);
    sync.submit({ business_phone: '+1 2' });
    await sync.settled();
    sync.standin.requests.length = 0;
    expect(valueOf(await harness.handlers.changeSignIn({ signInId: OTHER }))).toEqual({
      changed: 3,
      stopped: null,
    });
    expect(sync.ids.map(signInOf)).toEqual([OTHER, OTHER, OTHER]);
    expect(signInOf(ACCOUNT)).toBe(before);
    expect(requestedIds(sync, 'GET')).toEqual([sync.id]);
    sync.standin.requests.length = 0;
    expect(valueOf(await harness.handlers.changeSignIn({ signInId: OTHER }))).toEqual({
      changed: 0,
      stopped: null,
    });
    expect(sync.standin.requests).toEqual([]);
  });

  test('changes nothing if it cannot read the first one', async () => {
    const { harness, sync, signInOf } = await start();
    sync.standin.faults.add({ mode: 'reset' });
    const changing = harness.handlers.changeSignIn({ signInId: OTHER });
    const settled = { done: false };
    void Promise.resolve(changing).then(() => (settled.done = true));
    await sync.until(() => settled.done);
    const { changed, stopped } = valueOf(await changing);
    expect([changed, stopped?.at]).toEqual([0, 'reading']);
    expect(stopped).toHaveProperty('name', sync.standin.organizations.get(sync.id)!.name);
    expect(stopped?.failure.code).toMatch(/^network\./);
    expect(sync.ids.map(signInOf)).toEqual([SIGN_IN, SIGN_IN, SIGN_IN]);
  });

  test('leaves an entry of another kind as it is, and does not ask it, although it was never read', async () => {
    const { harness, sync, signInOf } = await start();
    sync.readQueue.stop();
    const before = signInOf(ACCOUNT);
    // Removing an entry also removes its copy.
    sync.write(({ organizations }) => {
      const account = organizations.get(ACCOUNT)!;
      organizations.remove(ACCOUNT);
      organizations.put(account);
    });
    expect(sync.saved(ACCOUNT)).toBeNull();
    harness.selection = [ACCOUNT, ...sync.ids];
    expect(valueOf(await harness.handlers.changeSignIn({ signInId: OTHER })).changed).toBe(3);
    expect(requestedIds(sync, 'GET')).toEqual([sync.id]);
    const account = sync.read(({ organizations }) => organizations.get(ACCOUNT));
    expect(account).toMatchObject({ kind: 'account', signInId: before });
    harness.selection = [ACCOUNT];
    expect(await harness.handlers.changeSignIn({ signInId: OTHER })).toEqual(
      failed('sign-in.wrong-kind'),
    );
  });

  test('says how many were changed if the sign-in disappears midway', async () => {
    const { harness, sync, signInOf } = await start();
    const [one, ...others] = sync.ids as [string, ...string[]];
    // More than one transaction can do; none of these exists.
    const many = Array.from({ length: 60_000 }, (_, index) => index.toString(16).padStart(32, '0'));
    harness.selection = [one, ...many, ...others];
    const changing = harness.handlers.changeSignIn({ signInId: OTHER });
    await sync.until(() => harness.published.length > 0, { clock: false });
    sync.write(({ signIns }) => {
      signIns.put({ ...signIns.get(OTHER)!, state: 'removing' });
    });
    expect(valueOf(await changing)).toEqual({
      changed: 1,
      stopped: { at: 'changing', failure: { code: 'sign-in.not-found' } },
    });
    expect(sync.ids.map(signInOf)).toEqual([OTHER, SIGN_IN, SIGN_IN]);
  });

  test('refuses a sign-in that is gone, or of a kind that nothing selected has', async () => {
    const { harness } = await start();
    const change = (signInId: string) => harness.handlers.changeSignIn({ signInId });
    expect(await change('0000000000000000')).toEqual(failed('sign-in.not-found'));
    harness.selection = [ACCOUNT];
    expect(await change(OTHER)).toEqual(failed('sign-in.wrong-kind'));
  });
});
