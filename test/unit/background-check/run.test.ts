/** What a background check requests, in which order, and what it does with the responses. */
import { afterEach, expect, test } from 'vitest';
import { CheckHarness, closeHarnesses } from './harness';

afterEach(closeHarnesses);

test('needs no further request when embedded profiles equal the saved copies', async () => {
  const harness = await CheckHarness.start({ organizations: 5, embedProfiles: true });
  const { clock, ids } = harness.sync;
  clock.advance(60_000);
  await harness.runNow();
  expect(harness.requests).toEqual(['LIST']);
  expect(ids.map((_, index) => harness.profile(index)?.checkedAt)).toEqual(ids.map(clock.now));
  expect(harness.check.status()).toMatchObject({ checked: 5, unchecked: 0, changed: 0 });
});

test('reads each profile if none are embedded, the one checked longest ago first', async () => {
  const harness = await CheckHarness.start({ organizations: 9, embedProfiles: false });
  harness.checkedAgo([30, 10, 100, 90, 20, 60, 40, 80, 5]);
  await harness.runNow();
  expect(harness.requests[0]).toBe('LIST');
  expect(harness.asked).toEqual([2, 3, 7, 5, 6, 0, 4, 1, 8]);
  expect(harness.profileRequests.sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
});

test('leaves profiles never read to the initial fetch, and does not count them as checked', async () => {
  const harness = await CheckHarness.start({ organizations: 5, embedProfiles: true });
  harness.checkedAgo([10, null, 30, null, 50]);
  await harness.runNow();
  expect(harness.requests).toEqual(['LIST']);
  expect(harness.initialFetchRetries).toBe(1);
  expect(harness.check.status()).toMatchObject({ checked: 3, unchecked: 2, failure: null });
});

test('does not count organizations without a sign-in, or refused ones, as checked', async () => {
  const harness = await CheckHarness.start({ organizations: 4, embedProfiles: false });
  const [refused, without] = harness.sync.ids as [string, string];
  harness.sync.standin.removeOrganization(refused);
  harness.sync.write(({ organizations }) => {
    organizations.put({ ...organizations.get(without)!, credentialId: null });
  });
  await harness.runNow();
  expect(harness.check.status()).toMatchObject({ checked: 2, unchecked: 2, changed: 0 });
});

test.each([-1, 1])('clock set by %i days during the check: checks none twice', async (days) => {
  const harness = await CheckHarness.start({ organizations: 10, embedProfiles: false });
  const { clock } = harness.sync;
  harness.checkedAgo([10, -5, 30, -90, 50, 0, 1, 2, 3, 4]);
  const hold = harness.sync.standin.hold({ path: '/profile', nth: 3 });
  harness.check.start();
  harness.check.runNow();
  await hold.arrived;
  clock.set(clock.now() + days * 86_400_000);
  hold.release();
  await harness.ended(1);
  const { checked, unchecked } = harness.check.status();
  expect(harness.profileRequests).toHaveLength(checked);
  expect(new Set(harness.profileRequests).size).toBe(checked);
  expect(checked + unchecked).toBe(10);
  harness.forgetRequests();
  // Profiles whose last check lies in the future are read by the next run at the latest.
  await harness.runNow();
  expect(new Set(harness.profileRequests).size).toBe(10);
});

test('does not store an embedded copy that differs, but reads the profile', async () => {
  const harness = await CheckHarness.start({ organizations: 3, embedProfiles: true });
  const { standin, ids } = harness.sync;
  standin.setProfile(ids[1]!, { business_phone: '1' });
  const before = harness.profile(1);
  const hold = standin.hold({ path: '/profile' });
  harness.check.start();
  harness.check.runNow();
  await hold.arrived;
  expect(harness.profile(1)).toEqual(before);
  hold.release();
  await harness.ended(1);
  expect(harness.requests).toEqual(['LIST', '1']);
  expect(harness.profile(1)).toMatchObject({
    changedElsewhere: true,
    fields: { business_phone: '1' },
  });
  expect(harness.profile(0)?.changedElsewhere).toBe(false);
  expect(harness.found).toEqual([[ids[1]]]);
  expect(harness.check.status()).toMatchObject({ changed: 1, failure: null });

  // The change was found before and is not viewed yet, so it is not reported again.
  await harness.runNow();
  expect(harness.profile(1)?.changedElsewhere).toBe(true);
  expect(harness.found).toHaveLength(1);
  expect(harness.check.status().changed).toBe(0);
});

test('does not store an outdated embedded copy either', async () => {
  const harness = await CheckHarness.start({ organizations: 1, embedProfiles: true });
  const { standin, id } = harness.sync;
  const now = standin.profileOf(id)!;
  standin.setProfile(id, { business_name: 'Before' });
  standin.afterAnswer({ path: '/organizations' }, () => standin.setProfile(id, now));
  await harness.runNow();
  expect(harness.requests).toEqual(['LIST', '0']);
  expect(harness.profile(0)).toMatchObject({ changedElsewhere: false, fields: now });
  expect(harness.found).toEqual([]);
});

test('reads the profile if the embedded copy lacks a field, even a field that was empty', async () => {
  const harness = await CheckHarness.start({ organizations: 3, embedProfiles: true });
  const { standin, ids, clock } = harness.sync;
  const [empty, filled, none] = ids as [string, string, string];
  harness.sync.write((tables) => {
    for (const id of ids) {
      const row = tables.profiles.get(id)!;
      const fields = { ...row.fields!, external_metadata: id === empty ? '' : 'Saved' };
      tables.profiles.put({ ...row, fields });
    }
  });
  standin.setProfile(filled, { external_metadata: 'Saved' });
  // Someone filled in the empty field, which the list does not contain.
  standin.setProfile(empty, { external_metadata: 'Elsewhere' });
  for (const id of ids) standin.withhold(id, { external_metadata: 'missing' });
  standin.withhold(none, { external_metadata: 'null' });
  standin.setProfile(none, { external_metadata: '' });
  const before = [0, 1, 2].map((index) => harness.profile(index));
  clock.advance(60_000);
  const stop = standin.beforeAnswer({ path: `${empty}/profile` }, () =>
    standin.withhold(empty, {}),
  );
  await harness.runNow();
  stop();
  expect(harness.profileRequests.sort()).toEqual(['0', '1', '2']);
  expect(harness.found.flat().sort()).toEqual([empty, none].sort());
  expect(harness.profile(0)).toMatchObject({ fields: { external_metadata: 'Elsewhere' } });
  // The saved text stays, and the organization does not count as checked.
  expect(harness.profile(1)).toEqual(before[1]);
  expect(before[1]?.fields?.external_metadata).toBe('Saved');
  expect(harness.check.status()).toMatchObject({ failure: { code: 'cloudflare.unreadable' } });
  expect(harness.sync.sendStatus.of(filled).refreshFailure?.code).toBe('cloudflare.unreadable');
  // Null counts as an empty text, not as a missing field.
  expect(harness.profile(2)).toMatchObject({ fields: { external_metadata: '' } });
});

test('accepts an embedded null for a saved empty text', async () => {
  const harness = await CheckHarness.start({ organizations: 1, embedProfiles: true });
  const { standin, id, clock } = harness.sync;
  standin.setProfile(id, { external_metadata: '' });
  await harness.runNow();
  harness.forgetRequests();
  standin.withhold(id, { external_metadata: 'null' });
  clock.advance(60_000);
  await harness.runNow();
  expect(harness.requests).toEqual(['LIST']);
  expect(harness.profile(0)?.checkedAt).toBe(clock.now());
});

test('does not report our own change whose response was lost as "changed elsewhere"', async () => {
  const harness = await CheckHarness.start({ organizations: 2, embedProfiles: true });
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
  expect(harness.requests).toEqual(['LIST', '0']);
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
  const harness = await CheckHarness.start({ organizations: 1, embedProfiles: false });
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
  const harness = await CheckHarness.start({ organizations: 1_100, embedProfiles: true });
  const { standin, ids } = harness.sync;
  standin.organizations.get(ids[1_050]!)!.name = 'Brightwater West';
  standin.organizations.get(ids[2]!)!.name = '';
  await harness.runNow();
  expect(harness.requests).toEqual(['LIST', 'LIST']);
  const name = (id: string) => harness.sync.read((t) => t.organizations.get(id)?.name);
  expect(name(ids[1_050]!)).toBe('Brightwater West');
  expect(name(ids[2]!)).not.toBe('');
});

test('requests only the pages needed for the saved organizations', async () => {
  const harness = await CheckHarness.start({ organizations: 1_100, embedProfiles: true });
  const { ids } = harness.sync;
  harness.sync.write((tables) => ids.slice(1).forEach((id) => tables.organizations.remove(id)));
  await harness.runNow();
  expect(harness.requests).toEqual(['LIST']);
});

test('reads an organization missing in the list by its id', async () => {
  const harness = await CheckHarness.start({ organizations: 2, embedProfiles: true });
  const { standin, id } = harness.sync;
  const hidden = { ...standin.organizations.get(id)! };
  // The organization is missing while the list is requested, and exists when its id is requested.
  standin.beforeAnswer({ path: '/organizations' }, () => void standin.organizations.delete(id));
  standin.afterAnswer({ path: '/organizations' }, () => {
    hidden.profile = { ...hidden.profile!, business_phone: '2' };
    standin.organizations.set(id, hidden);
  });
  await harness.runNow();
  expect(harness.requests).toEqual(['LIST', '0']);
  expect(harness.found).toEqual([[id]]);
  expect(harness.profile(1)?.checkedAt).toBe(harness.sync.clock.now());
});

test('reports the progress of a run', async () => {
  const harness = await CheckHarness.start({ organizations: 7, embedProfiles: false });
  const hold = harness.sync.standin.hold({ path: '/profile', nth: 6 });
  harness.check.start();
  harness.check.runNow();
  await hold.arrived;
  await harness.sync.until(() => harness.check.status().done === 6, { clock: false });
  expect(harness.check.status()).toMatchObject({ running: true, done: 6, total: 7, nextAt: null });
  hold.release();
  await harness.ended(1);
});

test('does not report what we wrote through another entry of the same profile', async () => {
  const harness = await CheckHarness.start({ organizations: 3, accounts: 1, embedProfiles: false });
  const { sync } = harness;
  const [account] = [...sync.standin.accounts.keys()] as [string];
  sync.addAccount(account, sync.id);
  sync.submit({ business_phone: '1' }, account);
  await sync.until(() => sync.row(account) === null && !sync.busy());
  sync.standin.setProfile(sync.ids[1]!, { business_phone: '2' });
  await harness.runNow();
  expect(sync.saved(sync.id)?.business_phone).toBe('1');
  expect(harness.found).toEqual([[sync.ids[1]]]);
  expect(harness.check.status()).toMatchObject({ checked: 4, changed: 1 });
});
