/** What a background check requests, in which order, and what it does with the responses. */
import { afterEach, expect, test } from 'vitest';
import { SHARED_WAIT_MS } from '../../../src/main/changes/just-saved';
import { CheckHarness, closeHarnesses, SIGN_IN } from './harness';

afterEach(closeHarnesses);

const OTHER = 'b'.repeat(16);

test('reads each profile once, the one tried longest ago first', async () => {
  const harness = await CheckHarness.start({ organizations: 9 });
  harness.readInOrder([2, 3, 7, 5, 6, 0, 4, 1, 8]);
  await harness.runNow();
  expect(harness.requests[0]).toBe('LIST');
  expect(harness.asked).toEqual([2, 3, 7, 5, 6, 0, 4, 1, 8]);
  expect(harness.profileRequests.sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
});

test('does not count organizations without a sign-in, or refused ones, as checked', async () => {
  const harness = await CheckHarness.start({ organizations: 4 });
  const [refused, without] = harness.sync.ids as [string, string];
  harness.sync.standin.removeOrganization(refused);
  harness.sync.write(({ organizations }) => {
    organizations.put({ ...organizations.get(without)!, signInId: null });
  });
  await harness.runNow();
  expect(harness.check.status()).toMatchObject({ checked: 2, unchecked: 2, changed: 0 });
});

test('does not report our own change whose response was lost as "changed elsewhere"', async () => {
  const harness = await CheckHarness.start({ organizations: 2 });
  const { sync } = harness;
  sync.random = 0.999;
  sync.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  sync.submit({ business_name: 'Ours' });
  await sync.until(() => sync.row()?.state === 'waiting' && !sync.busy(), { clock: false });
  expect(sync.standin.profileOf(sync.id)?.business_name).toBe('Ours');
  harness.forgetRequests();
  harness.check.start();
  harness.check.runNow();
  await sync.until(() => !harness.check.status().running, { clock: false });
  expect(harness.requests).toEqual(['LIST', '1', '0']);
  expect(harness.profile(0)?.changedElsewhere).toBe(false);
  expect(harness.found).toEqual([]);
  // Someone else's change of another field is reported.
  sync.standin.setProfile(sync.id, { business_phone: '7' });
  harness.check.runNow();
  await sync.until(() => !harness.check.status().running, { clock: false });
  expect(harness.profile(0)?.changedElsewhere).toBe(true);
  expect(harness.found).toEqual([[sync.id]]);
});

test('does not report a save that is confirmed while the check reads the same profile', async () => {
  const harness = await CheckHarness.start({ organizations: 1 });
  const { sync } = harness;
  const hold = sync.standin.hold({ path: '/profile', nth: 1 });
  harness.check.start();
  harness.check.runNow();
  await hold.arrived;
  sync.submit({ business_name: 'Ours' });
  await sync.until(() => sync.row() === null && !sync.busy(), { clock: false });
  hold.release();
  await sync.until(() => !harness.check.status().running, { clock: false });
  expect(harness.profile(0)).toMatchObject({
    changedElsewhere: false,
    fields: { business_name: 'Ours' },
  });
  expect(harness.found).toEqual([]);
});

test('saves an organization name that changed in the list, on any page', async () => {
  const harness = await CheckHarness.start({ organizations: 1_100 });
  const { standin, ids } = harness.sync;
  standin.organizations.get(ids[1_050]!)!.name = 'Brightwater West';
  standin.organizations.get(ids[2]!)!.name = '';
  await harness.runNow();
  expect(harness.requests.filter((request) => request === 'LIST')).toHaveLength(2);
  const name = (id: string) => harness.sync.read((t) => t.organizations.get(id)?.name);
  expect(name(ids[1_050]!)).toBe('Brightwater West');
  expect(name(ids[2]!)).not.toBe('');
});

test('requests only the pages needed for the saved organizations', async () => {
  const harness = await CheckHarness.start({ organizations: 1_100 });
  const { ids } = harness.sync;
  harness.sync.write((tables) => ids.slice(1).forEach((id) => tables.organizations.remove(id)));
  await harness.runNow();
  expect(harness.requests).toEqual(['LIST', '0']);
});

test('reads an organization missing in the list by its id', async () => {
  const harness = await CheckHarness.start({ organizations: 2 });
  const { standin, id } = harness.sync;
  const hidden = { ...standin.organizations.get(id)! };
  // The organization is missing while the list is requested, and exists when its id is requested.
  standin.beforeAnswer({ path: '/organizations' }, () => void standin.organizations.delete(id));
  standin.afterAnswer({ path: '/organizations' }, () => {
    hidden.profile = { ...hidden.profile!, business_phone: '2' };
    standin.organizations.set(id, hidden);
  });
  await harness.runNow();
  expect(harness.requests).toEqual(['LIST', '0', '1']);
  expect(harness.found).toEqual([[id]]);
  expect(harness.profile(1)?.checkedAt).toBe(harness.sync.clock.now());
});

test('reports the progress of a run', async () => {
  const harness = await CheckHarness.start({ organizations: 7 });
  const hold = harness.sync.standin.hold({ path: '/profile', nth: 6 });
  harness.check.start();
  harness.check.runNow();
  await hold.arrived;
  await harness.sync.until(() => harness.check.status().done === 6, { clock: false });
  expect(harness.check.status()).toMatchObject({ running: true, done: 6, total: 7, nextAt: null });
  hold.release();
  await harness.ended(1);
});

test('does not read an entry that waits after a write through another one of its organization', async () => {
  const harness = await CheckHarness.start({ organizations: 3, accounts: 1 });
  const { sync } = harness;
  const [account] = [...sync.standin.accounts.keys()] as [string];
  sync.addAccount(account, sync.id);
  const startedAt = sync.clock.elapsed();
  sync.submit({ business_phone: '1' }, account);
  await sync.until(() => sync.row(account) === null && !sync.busy());
  sync.standin.setProfile(sync.ids[1]!, { business_phone: '2' });
  await harness.runNow();
  expect(sync.saved(sync.id)?.business_phone).not.toBe('1');
  expect(harness.found).toEqual([[sync.ids[1]]]);
  const failure = null;
  expect(harness.check.status()).toMatchObject({ checked: 3, unchecked: 1, changed: 1, failure });
  await sync.until(() => sync.saved(sync.id)?.business_phone === '1');
  expect(sync.clock.elapsed() - startedAt).toBeLessThan(SHARED_WAIT_MS + 60_000);
});

test.each(['is removed', 'is refused', 'stays'])(
  'reads an entry that waited with the sign-in that it got meanwhile, if the old one %s',
  async (old) => {
    const harness = await CheckHarness.start({ organizations: 2, accounts: 1 });
    const { sync } = harness;
    const [account] = [...sync.standin.accounts.keys()] as [string];
    sync.addAccount(account, sync.id);
    const startedAt = sync.clock.elapsed();
    sync.submit({ business_phone: '1' }, account);
    await sync.until(() => sync.row(account) === null && !sync.busy());
    await harness.runNow();
    harness.forgetRequests();
    sync.write(({ signIns, organizations }) => {
      const row = signIns.get(SIGN_IN)!;
      signIns.put({ ...row, id: OTHER });
      organizations.put({ ...organizations.get(sync.id)!, signInId: OTHER });
      if (old === 'is removed') signIns.remove(SIGN_IN);
      if (old === 'is refused') signIns.put({ ...row, issue: { code: 'sign-in.refused' } });
    });
    await sync.until(() => sync.saved(sync.id)?.business_phone === '1');
    expect(harness.profileRequests).toEqual(['0']);
    expect(sync.clock.elapsed() - startedAt).toBeLessThan(SHARED_WAIT_MS + 60_000);
  },
);
