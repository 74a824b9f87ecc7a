/** A save of many while it is sent: pausing, failures, other saves, and restarts of the app. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { failed } from '../../../src/shared/result';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import { eventLoopTurns } from '../event-loop';
import { valueOf } from '../results';
import { removeProfile, requestedIds } from '../sync/helpers';
import { SIGN_IN } from '../sync/harness';
import { SavesHarness, closeHarnesses, NEW_PHONE, profilePath, REPLACED } from './harness';

afterEach(closeHarnesses);

test('changes every organization in order and notifies the window', async () => {
  const harness = await SavesHarness.start({ organizations: 9 });
  const saveId = await harness.change(NEW_PHONE);
  expect(harness.save(saveId)).toMatchObject({
    fields: ['business_phone'],
    total: 9,
    state: 'running',
  });
  expect(await harness.ended(saveId)).toMatchObject({ done: 9, state: 'ended', timeLeft: null });
  for (const id of harness.ids) expect(harness.remote(id)).toMatchObject(NEW_PHONE);
  // A few sends run at the same time, so neighbors may swap places, but none moves far.
  requestedIds(harness.sync, 'PUT').forEach((id, index) => {
    expect(Math.abs(harness.ids.indexOf(id) - index)).toBeLessThan(4);
  });
  expect(harness.violations()).toEqual([]);
});

describe('a paused save', () => {
  test('sends nothing, whatever triggers the scheduler, and continues when resumed', async () => {
    const harness = await SavesHarness.start({ organizations: 8 });
    const { sync } = harness;
    // Four sends are reading when the save is paused. None of them may write.
    const holds = harness.ids.map((id) => sync.standin.hold({ method: 'GET', ...profilePath(id) }));
    const saveId = await harness.change(NEW_PHONE);
    await sync.until(() => sync.standin.requests.length === 4, { clock: false });
    await harness.pause(saveId);
    await sync.until(() => !sync.busy(), { clock: false });
    for (const hold of holds) hold.release();
    sync.scheduler.wake();
    sync.scheduler.onNetworkRecovered();
    sync.scheduler.retryNow();
    sync.clock.advance(600_000);
    await eventLoopTurns();
    expect(harness.save(saveId)).toMatchObject({ state: 'paused', waiting: 8, timeLeft: null });
    await harness.restart();
    await eventLoopTurns();
    expect(sync.standin.requests).toHaveLength(4);
    expect(harness.save(saveId).state).toBe('paused');
    await harness.resume(saveId);
    expect(await harness.ended(saveId)).toMatchObject({ done: 8 });
    expect(requestedIds(sync, 'PUT')).toHaveLength(8);
  });

  test('lets a change that is being written finish', async () => {
    const harness = await SavesHarness.start({ organizations: 6 });
    const { sync } = harness;
    const [first] = harness.ids as [string];
    const hold = sync.standin.hold({ method: 'PUT', ...profilePath(first) }, 'after');
    const reads = harness.ids.slice(1).map((id) => sync.standin.hold(profilePath(id)));
    const saveId = await harness.change(NEW_PHONE);
    await sync.until(() => requestedIds(sync, 'PUT').length === 1, { clock: false });
    await harness.pause(saveId);
    for (const one of [hold, ...reads]) one.release();
    await sync.until(() => !sync.busy(), { clock: false });
    expect(harness.save(saveId)).toMatchObject({ done: 1, waiting: 5, state: 'paused' });
    expect(requestedIds(sync, 'PUT')).toEqual([first]);
  });

  test('holds back its field while the person’s field of the same change is sent', async () => {
    const harness = await SavesHarness.start({ organizations: 1 });
    const { sync } = harness;
    const [id] = harness.ids as [string];
    const before = sync.saved(id)!.business_phone;
    await sync.standin.goOffline();
    const saveId = await harness.change(NEW_PHONE);
    await harness.pause(saveId);
    await sync.standin.goOnline();
    sync.submit({ business_name: 'Mine' }, id);
    await sync.until(() => harness.remote(id)?.business_name === 'Mine' && !sync.busy());
    await eventLoopTurns();
    expect(harness.remote(id)?.business_phone).toBe(before);
    expect(sync.row(id)).toMatchObject({
      state: 'queued',
      saveId: saveId,
      patch: { business_phone: { text: NEW_PHONE.business_phone, save: saveId } },
    });
    expect(harness.result(saveId, id)?.state).toBe('waiting');
    // The held field does not make the scheduler loop.
    const requests = sync.standin.requests.length;
    sync.scheduler.wake();
    sync.scheduler.retryNow(id);
    await eventLoopTurns();
    expect(sync.standin.requests.length - requests).toBeLessThanOrEqual(1);
    await harness.resume(saveId);
    expect(await harness.ended(saveId)).toMatchObject({ done: 1 });
    expect(harness.remote(id)).toMatchObject({ ...NEW_PHONE, business_name: 'Mine' });
  });

  test('someone else’s text in the field of the save does not stop the person’s field', async () => {
    const harness = await SavesHarness.start({ organizations: 1 });
    const { sync } = harness;
    const [id] = harness.ids as [string];
    await sync.standin.goOffline();
    const saveId = await harness.change(NEW_PHONE);
    await harness.pause(saveId);
    sync.standin.setProfile(id, { business_phone: 'theirs' });
    await sync.standin.goOnline();
    sync.submit({ business_name: 'Mine' }, id);
    await sync.until(() => harness.remote(id)?.business_name === 'Mine' && !sync.busy());
    expect(harness.remote(id)?.business_phone).toBe('theirs');
    // The conflict is reported once the save is resumed.
    await harness.resume(saveId);
    expect(await harness.ended(saveId)).toMatchObject({ failed: 1 });
    expect(harness.result(saveId, id)?.failure?.code).toBe('profile.conflict');
    expect(harness.remote(id)?.business_phone).toBe('theirs');
  });
});

describe('two saves in one change', () => {
  /** A save for the name and one for the phone, neither sent yet. */
  async function two(): Promise<{ harness: SavesHarness; first: string; second: string }> {
    const harness = await SavesHarness.start({ organizations: 2 });
    await harness.sync.standin.goOffline();
    const first = await harness.change({ business_name: 'First' });
    const second = await harness.change(NEW_PHONE);
    return { harness, first, second };
  }

  test('are sent together, in one write', async () => {
    const { harness, first, second } = await two();
    await harness.sync.standin.goOnline();
    expect(await harness.ended(first)).toMatchObject({ done: 2 });
    expect(await harness.ended(second)).toMatchObject({ done: 2 });
    expect(requestedIds(harness.sync, 'PUT')).toHaveLength(2);
  });

  test.each([
    ['the older', 0],
    ['the newer', 1],
  ])('send the other while %s is paused, and that one once it is resumed', async (_, index) => {
    const { harness, first, second } = await two();
    const { sync } = harness;
    const [paused, sent] = index === 0 ? [first, second] : [second, first];
    await harness.pause(paused);
    const before = sync.saved()!;
    await sync.standin.goOnline();
    expect(await harness.ended(sent)).toMatchObject({ done: 2, state: 'ended' });
    expect(harness.save(paused)).toMatchObject({ waiting: 2, state: 'paused' });
    for (const id of harness.ids) {
      const { business_name, business_phone } = harness.remote(id)!;
      if (index === 0)
        expect([business_name === 'First', business_phone]).toEqual([
          false,
          NEW_PHONE.business_phone,
        ]);
      else
        expect([business_name, business_phone === NEW_PHONE.business_phone]).toEqual([
          'First',
          false,
        ]);
      expect(sync.row(id)).toMatchObject({ state: 'queued', failure: null, saveId: paused });
    }
    expect(before.business_name).not.toBe('First');
    await eventLoopTurns();
    await harness.resume(paused);
    expect(await harness.ended(paused)).toMatchObject({ done: 2, state: 'ended' });
    for (const id of harness.ids) {
      expect(harness.remote(id)).toMatchObject({ ...NEW_PHONE, business_name: 'First' });
    }
  });

  test('send nothing while both are paused', async () => {
    const { harness, first, second } = await two();
    await harness.pause(first);
    await harness.pause(second);
    await harness.sync.standin.goOnline();
    harness.sync.scheduler.retryNow();
    await eventLoopTurns();
    expect(harness.sync.standin.requests).toEqual([]);
    await harness.resume(first);
    await harness.ended(first);
    await harness.resume(second);
    expect(await harness.ended(second)).toMatchObject({ done: 2 });
  });

  test('replace each other in the same field, and the first reports it', async () => {
    const harness = await SavesHarness.start({ organizations: 2 });
    await harness.sync.standin.goOffline();
    const first = await harness.change({ business_phone: 'first' });
    const second = await harness.change(NEW_PHONE);
    expect(harness.results(first)).toMatchObject([REPLACED, REPLACED]);
    expect(harness.save(first)).toMatchObject({ state: 'ended' });
    await harness.sync.standin.goOnline();
    expect(await harness.ended(second)).toMatchObject({ done: 2 });
    for (const id of harness.ids) expect(harness.remote(id)).toMatchObject(NEW_PHONE);
  });
});

test('reports the failure of each change, and retries only failures that may be over, not conflicts', async () => {
  const harness = await SavesHarness.start({ organizations: 4 });
  const { sync } = harness;
  const [good, refused, conflict, other] = harness.ids as [string, string, string, string];
  sync.standin.faults.add({ mode: 'validation-error', match: profilePath(refused) });
  sync.standin.setProfile(conflict, { business_phone: 'theirs' });
  const saveId = await harness.change(NEW_PHONE);
  expect(await harness.ended(saveId)).toMatchObject({ done: 2, failed: 2, state: 'ended' });
  expect(harness.results(saveId)).toMatchObject([
    { entryId: good, state: 'done', failure: null },
    { entryId: refused, state: 'failed', failure: { code: 'profile.refused' } },
    { entryId: conflict, state: 'failed', failure: { code: 'profile.conflict' } },
    { entryId: other, state: 'done', failure: null },
  ]);
  sync.standin.faults.clear();
  valueOf(await harness.service.handlers.retryFailed({ saveId }));
  expect(harness.save(saveId)).toMatchObject({ waiting: 1, failed: 1, state: 'running' });
  expect(await harness.ended(saveId)).toMatchObject({ done: 3, failed: 1 });
  // The person resolves the conflict on the page, and with it the text is theirs, no longer the save's.
  valueOf(sync.resolve([], conflict));
  expect(await harness.ended(saveId)).toMatchObject({ done: 3, failed: 0, canceled: 1 });
  expect(harness.result(saveId, conflict)).toMatchObject(REPLACED);
  await sync.until(() => sync.row(conflict) === null && !sync.busy());
  expect(harness.remote(conflict)).toMatchObject(NEW_PHONE);
});

describe('retrying failed changes', () => {
  test('leaves what Cloudflare stored differently to a look at both texts', async () => {
    const harness = await SavesHarness.start({ organizations: 3 });
    const { sync } = harness;
    const [differs, refused] = harness.ids as [string, string, string];
    sync.standin.faults.add({ mode: 'validation-error', match: profilePath(refused) });
    // Someone else writes between our write and its read-back.
    const stop = sync.standin.afterAnswer({ method: 'PUT', path: `${differs}/profile` }, () =>
      sync.standin.setProfile(differs, { business_phone: 'theirs, a moment later' }),
    );
    const saveId = await harness.change(NEW_PHONE);
    expect(await harness.ended(saveId)).toMatchObject({ done: 1, failed: 2 });
    stop();
    sync.standin.faults.clear();
    expect(harness.results(saveId).map(({ retryable }) => retryable)).toEqual([false, true, false]);
    const shown = sync.row(differs);
    expect(shown).toMatchObject({ state: 'differs' });
    valueOf(await harness.service.handlers.retryFailed({ saveId }));
    expect(await harness.ended(saveId)).toMatchObject({ done: 2, failed: 1 });
    expect(sync.row(differs)).toEqual(shown);
    expect(harness.remote(differs)?.business_phone).toBe('theirs, a moment later');
    // On its page, the person sees both texts.
    valueOf(sync.retry(differs));
    await sync.until(() => sync.row(differs) === null && !sync.busy());
    expect(harness.remote(differs)).toMatchObject(NEW_PHONE);
    expect(harness.result(saveId, differs)).toMatchObject(REPLACED);
  });

  test('makes durable what was queued again before a slice fails', async () => {
    const harness = await SavesHarness.start({ organizations: 2 });
    const { sync } = harness;
    sync.standin.faults.add({ mode: 'validation-error' });
    const saveId = await harness.change(NEW_PHONE);
    expect(await harness.ended(saveId)).toMatchObject({ failed: 2 });
    vi.spyOn(sync.database, 'writeSlice').mockReturnValueOnce(failed('database.full'));
    const flush = vi.spyOn(sync.database, 'flush');
    expect(await harness.service.handlers.retryFailed({ saveId })).toEqual(failed('database.full'));
    expect(flush).toHaveBeenCalledTimes(1);
  });

  test('keeps the save as the owner, so that it can still be paused', async () => {
    const harness = await SavesHarness.start({ organizations: 2 });
    const { sync } = harness;
    sync.standin.faults.add({ mode: 'validation-error' });
    const saveId = await harness.change(NEW_PHONE);
    expect(await harness.ended(saveId)).toMatchObject({ failed: 2 });
    sync.standin.faults.clear();
    await harness.pause(saveId);
    valueOf(await harness.service.handlers.retryFailed({ saveId }));
    await eventLoopTurns();
    await sync.until(() => !sync.busy(), { clock: false });
    for (const id of harness.ids) {
      expect(sync.row(id)).toMatchObject({
        state: 'queued',
        patch: { business_phone: { save: saveId } },
      });
    }
    expect(harness.save(saveId)).toMatchObject({ state: 'paused', waiting: 2, failed: 0 });
    await harness.resume(saveId);
    expect(await harness.ended(saveId)).toMatchObject({ done: 2 });
  });

  test('is refused for a canceled save: what failed waits for the person, with its text', async () => {
    const harness = await SavesHarness.start({ organizations: 2 });
    const { sync } = harness;
    sync.standin.faults.add({ mode: 'validation-error' });
    const saveId = await harness.change(NEW_PHONE);
    expect(await harness.ended(saveId)).toMatchObject({ failed: 2 });
    await harness.cancel(saveId);
    sync.standin.faults.clear();
    const before = harness.ids.map((id) => sync.row(id));
    expect(await harness.service.handlers.retryFailed({ saveId })).toEqual(failed('save.canceled'));
    await sync.until(() => !sync.busy());
    expect(harness.ids.map((id) => sync.row(id))).toEqual(before);
    expect(before.map((row) => row?.state)).toEqual(['refused', 'refused']);
    expect(harness.save(saveId)).toMatchObject({
      state: 'ended',
      failed: 2,
      afterCancel: 'discard',
    });
    expect(harness.results(saveId).map(({ retryable }) => retryable)).toEqual([false, false]);
  });

  test('does not retry a change that also has a field of the person', async () => {
    const harness = await SavesHarness.start({ organizations: 2 });
    const { sync } = harness;
    const [mixed, own] = harness.ids as [string, string];
    sync.standin.faults.add({ mode: 'validation-error' });
    await sync.standin.goOffline();
    const saveId = await harness.change(NEW_PHONE);
    sync.submit({ business_name: 'Mine' }, mixed);
    await sync.standin.goOnline();
    expect(await harness.ended(saveId)).toMatchObject({ failed: 2 });
    const before = sync.row(mixed);
    expect(before).toMatchObject({ state: 'refused' });
    expect(harness.result(saveId, mixed)?.retryable).toBe(false);
    expect(harness.result(saveId, own)?.retryable).toBe(true);
    sync.standin.faults.clear();
    valueOf(await harness.service.handlers.retryFailed({ saveId }));
    await sync.until(() => sync.row(own) === null && !sync.busy());
    expect(harness.save(saveId)).toMatchObject({ done: 1, failed: 1 });
    expect(sync.row(mixed)).toEqual(before);
    // The person retries the whole change on its page.
    valueOf(sync.retry(mixed));
    expect(await harness.ended(saveId)).toMatchObject({ done: 1, canceled: 1 });
    await sync.until(() => sync.row(mixed) === null && !sync.busy());
    expect(harness.remote(mixed)).toMatchObject({ ...NEW_PHONE, business_name: 'Mine' });
  });
});

test('fails all changes of a broken sign-in together, and continues once the sign-in works', async () => {
  const harness = await SavesHarness.start({ organizations: 30 });
  const { sync } = harness;
  sync.standin.faults.add({ mode: '403-9103' });
  const saveId = await harness.change(NEW_PHONE);
  expect(await harness.ended(saveId)).toMatchObject({ failed: 30, waiting: 0 });
  expect(sync.standin.requests.length).toBeLessThanOrEqual(4);
  sync.standin.faults.clear();
  valueOf(await harness.service.handlers.retryFailed({ saveId }));
  expect(await harness.ended(saveId)).toMatchObject({ done: 30 });
});

test('fails organizations that have no sign-in, without sending a request', async () => {
  const harness = await SavesHarness.start({ organizations: 30 });
  harness.sync.write((tables) => tables.organizations.release(SIGN_IN));
  const saveId = await harness.change(NEW_PHONE);
  expect(await harness.ended(saveId)).toMatchObject({ failed: 30 });
  expect(harness.result(saveId, harness.ids[0]!)?.failure).toEqual({ code: 'sign-in.not-found' });
  expect(harness.sync.standin.requests).toEqual([]);
});

test('closes an ended save but not a running one, and keeps its pending changes', async () => {
  const harness = await SavesHarness.start({ organizations: 2 });
  const { sync } = harness;
  const [done, refused] = harness.ids as [string, string];
  sync.standin.faults.add({ mode: 'validation-error', match: profilePath(refused) });
  const saveId = await harness.change(NEW_PHONE);
  expect(await harness.service.handlers.close({ saveId })).toMatchObject({
    failure: { code: 'save.not-ended' },
  });
  await harness.ended(saveId);
  valueOf(await harness.service.handlers.close({ saveId }));
  expect(harness.saves()).toMatchObject([{ id: saveId, closed: true, state: 'ended' }]);
  expect(sync.row(refused)).toMatchObject({
    state: 'refused',
    patch: { business_phone: { text: NEW_PHONE.business_phone } },
  });
  expect(sync.row(done)).toBeNull();
  // The change is still sent when the person retries it.
  sync.standin.faults.clear();
  valueOf(sync.retry(refused));
  await sync.until(() => sync.row(refused) === null && !sync.busy());
  expect(harness.remote(refused)).toMatchObject(NEW_PHONE);
});

test('keeps saves and their results over a restart, and continues to send', async () => {
  const harness = await SavesHarness.start({ organizations: 6 });
  const { sync } = harness;
  const saveId = await harness.change(NEW_PHONE);
  await sync.until(() => harness.save(saveId).done >= 2, { clock: false });
  await harness.restart();
  expect(await harness.ended(saveId)).toMatchObject({ done: 6, total: 6 });
  await harness.restart();
  expect(harness.results(saveId).map(({ state }) => state)).toEqual(Array(6).fill('done'));
});

test('creates the missing profile of an organization', async () => {
  const harness = await SavesHarness.start({ organizations: 1 });
  const { sync } = harness;
  const [id] = harness.ids as [string];
  removeProfile(sync);
  const saveId = await harness.change(NEW_PHONE);
  expect(await harness.ended(saveId)).toMatchObject({ done: 1 });
  expect(harness.remote(id)).toEqual({ ...EMPTY_PROFILE, ...NEW_PHONE });
});
