/**
 * Changes whose sign-in cannot be used. They are paused together after few requests, and sent when
 * the sign-in works again.
 */
import { afterEach, expect, test, vi } from 'vitest';
import { failed } from '../../../src/shared/result';
import { eventLoopTurns } from '../event-loop';
import { setIssue, untilState } from './helpers';
import { closeHarnesses, SIGN_IN, SyncHarness } from './harness';

afterEach(closeHarnesses);

test('pauses all changes of a broken sign-in together, with one message', async () => {
  const harness = await SyncHarness.start({ organizations: 6 });
  harness.standin.faults.add({ mode: '403-9103' });
  harness.write((tables) => {
    const other = tables.signIns.get(SIGN_IN);
    if (other) tables.signIns.put({ ...other, id: 'f'.repeat(16) });
    const organization = tables.organizations.get(harness.ids[5] ?? '');
    if (organization) tables.organizations.put({ ...organization, signInId: 'f'.repeat(16) });
  });
  const hold = harness.standin.hold({ path: `${harness.ids[5]}/profile` });
  for (const id of harness.ids.slice(0, 5)) harness.submit({ business_name: 'New' }, id);
  await harness.until(() =>
    harness.ids.slice(0, 5).every((id) => harness.row(id)?.state === 'paused'),
  );
  await harness.until(() => !harness.busy());
  // Four sends were running when Cloudflare refused the sign-in. The fifth sent no request.
  expect(harness.standin.requests).toHaveLength(4);
  expect(new Set(harness.signInIssues.map(([id]) => id))).toEqual(new Set([SIGN_IN]));
  harness.submit({ business_name: 'New' }, harness.ids[5]);
  hold.release();
  await harness.until(() => harness.row(harness.ids[5])?.state === 'paused');
  harness.standin.faults.clear();
  setIssue(harness, null);
  await harness.until(() => harness.ids.slice(0, 5).every((id) => harness.row(id) === null));
  expect(harness.row(harness.ids[5])?.state).toBe('paused');
});

test('pauses a save without a request while Cloudflare refuses the sign-in', async () => {
  const harness = await SyncHarness.start();
  const failure = { code: 'sign-in.unknown', status: 403 } as const;
  setIssue(harness, failure);
  for (const id of harness.ids) harness.submit({ business_name: 'New' }, id);
  await harness.until(() => harness.ids.every((id) => harness.row(id)?.state === 'paused'));
  expect(harness.row()?.failure).toEqual(failure);
  expect(harness.standin.requests).toEqual([]);
  // No request is sent at the next launch either.
  await harness.restart();
  expect(harness.standin.requests).toEqual([]);
  setIssue(harness, null);
  await harness.until(() => harness.ids.every((id) => harness.row(id) === null) && !harness.busy());
});

test('sends what was paused once the sign-in works, although that cannot be stored at first', async () => {
  const harness = await SyncHarness.start();
  setIssue(harness, { code: 'sign-in.unknown', status: 403 });
  harness.submit({ business_name: 'New' });
  await untilState(harness, 'paused');
  const { write } = harness.database;
  const isBusy = vi
    .spyOn(harness.database, 'write')
    .mockImplementation((work, by) => (by === 'sync' ? failed('database.busy') : write(work, by)));
  setIssue(harness, null);
  await eventLoopTurns();
  expect(harness.row()?.state).toBe('paused');
  isBusy.mockRestore();
  await harness.until(() => harness.row() === null && !harness.busy());
  expect(harness.standin.profileOf(harness.id)?.business_name).toBe('New');
});

test('sends at a launch what the last one left paused, although that cannot be stored at first', async () => {
  const harness = await SyncHarness.start();
  setIssue(harness, { code: 'sign-in.unknown', status: 403 });
  harness.submit({ business_name: 'New' });
  await untilState(harness, 'paused');
  await harness.reopen();
  setIssue(harness, null);
  // Until no one is notified of that any more.
  await eventLoopTurns();
  const { write } = harness.database;
  const isBusy = vi
    .spyOn(harness.database, 'write')
    .mockImplementation((work, by) => (by === 'sync' ? failed('database.busy') : write(work, by)));
  harness.build();
  await eventLoopTurns();
  expect(harness.row()?.state).toBe('paused');
  isBusy.mockRestore();
  await harness.until(() => harness.row() === null && !harness.busy());
  expect(harness.standin.profileOf(harness.id)?.business_name).toBe('New');
});

test('"try again" sends a request even with a refused sign-in, one for all its changes', async () => {
  const harness = await SyncHarness.start({ organizations: 9 });
  setIssue(harness, { code: 'sign-in.unknown', status: 403 });
  for (const id of harness.ids) harness.submit({ business_name: 'New' }, id);
  await harness.until(() => harness.ids.every((id) => harness.row(id)?.state === 'paused'));
  const remove = harness.standin.faults.add({ mode: '403-9103' });
  harness.scheduler.retryNow();
  await harness.until(() => harness.ids.every((id) => harness.row(id)?.state === 'paused'));
  await harness.until(() => !harness.busy());
  expect(harness.standin.requests.length).toBeLessThanOrEqual(4);
  remove();
  harness.scheduler.retryNow(harness.id);
  await harness.until(() => harness.row() === null && !harness.busy());
  expect(harness.workingSignIns).toEqual([SIGN_IN]);
});

test('accesses a locked keychain again for the next save', async () => {
  const harness = await SyncHarness.start();
  setIssue(harness, { code: 'keychain.locked' });
  harness.submit({ business_name: 'New' });
  await harness.until(() => harness.row() === null && !harness.busy());
});

test.each(['keychain.locked', 'keychain.lost', 'keychain.timed-out'] as const)(
  '%s pauses the change before anything is sent',
  async (code) => {
    const harness = await SyncHarness.start();
    const working = harness.authorizationOf;
    harness.authorizationOf = async () => failed(code);
    harness.submit({ business_name: 'New' });
    await harness.until(() => harness.row()?.state === 'paused' && !harness.busy());
    expect(harness.row()?.failure).toEqual({ code });
    expect(harness.standin.requests).toEqual([]);
    // At the next launch, the app finds that the keychain is unlocked.
    harness.authorizationOf = working;
    await harness.restart();
    await harness.until(() => harness.row() === null && !harness.busy());
  },
);

test('a key replaced while Cloudflare is refusing the old one causes no issue', async () => {
  const harness = await SyncHarness.start();
  const { email, key, userId } = harness.signIn;
  let current = 'old-key';
  harness.authorizationOf = async () => ({
    ok: true,
    value: { kind: 'key', email, key: current, userId },
  });
  harness.deps.versionOf = () => current;
  const write = harness.standin.hold({ method: 'GET', path: `${harness.id}/profile`, nth: 1 });
  harness.submit({ business_name: 'New' });
  await write.arrived;
  const other = harness.ids[1] ?? '';
  const page = harness.standin.hold({ method: 'GET', path: `${other}/profile`, nth: 1 });
  const read = harness.profileReader.read(other, { isPageOpen: true });
  await page.arrived;
  current = key;
  setIssue(harness, null);
  write.release();
  page.release();
  expect((await read).ok).toBe(true);
  await harness.until(() => harness.row() === null && !harness.busy());
  expect(harness.signInIssues).toEqual([]);
});

test('a launch queues the paused changes of a working sign-in that the last one did not get to', async () => {
  const harness = await SyncHarness.start({ organizations: 1 });
  setIssue(harness, { code: 'sign-in.unknown', status: 403 });
  harness.submit({ business_name: 'New' });
  await untilState(harness, 'paused');
  // Killed between the two commits: the sign-in works, the change still waits for it.
  await harness.scheduler.stop();
  setIssue(harness, null);
  expect(harness.row()?.state).toBe('paused');
  await harness.restart();
  await harness.until(() => harness.row() === null && !harness.busy());
});
