/** One entry, sign-in or moment that fails holds up nothing else, and what is reported about it is true. */
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { createSendStatus } from '../../../src/main/changes/send-status';
import type { Cloudflare } from '../../../src/main/cloudflare';
import type { Store } from '../../../src/main/database';
import type { Reading } from '../../../src/main/reading';
import type { FailureCode } from '../../../src/shared/failure';
import { failed, success } from '../../../src/shared/outcome';
import { sampleNewKey } from '../../standin/index';
import { Clock } from '../cloudflare/clock';
import { eventLoopTurns } from '../event-loop';
import {
  copy,
  freshStore,
  organizationId,
  profile,
  signIn,
  write,
} from '../database/temporary-store';
import { ORGANIZATION } from '../samples';
import { closeHarnesses, SIGN_IN as SYNC_SIGN_IN, SyncHarness } from '../sync/harness';
import { createTestReading } from './create';

const SIGN_IN = 'a'.repeat(16);
const OTHER = 'b'.repeat(16);

/** A queue with two sign-ins, over a fake Cloudflare that answers at once unless the test holds an entry. */
function harness() {
  const store = freshStore();
  const clock = new Clock();
  const failures = new Map<string, FailureCode>();
  const sending = new Set<string>();
  const requested: string[] = [];
  const held = new Map<string, () => void>();
  write(store, ({ credentials }) => {
    for (const id of [SIGN_IN, OTHER])
      credentials.put({ ...signIn(1), id, userId: `user of ${id}` });
  });
  let databaseFails = false;
  const failingStore: Store = {
    ...store,
    read: (work) => (databaseFails ? failed('store.io') : store.read(work)),
  };
  const reading: Reading = createTestReading({
    store: failingStore,
    now: clock.now,
    elapsed: clock.elapsed,
    timers: clock.timers,
    random: () => 0.999,
    sendStatus: createSendStatus(store.changes),
    isSending: (id) => sending.has(id),
    cloudflare: { list: async () => failed('cloudflare.unreadable') } as unknown as Cloudflare,
    authorizationOf: async () => failed('keychain.locked'),
    onSignInIssue: () => undefined,
    limiter: { isHeld: () => false, timeFor: () => 0, waitsUntil: () => null },
    refresh: async (id) => {
      requested.push(id);
      await new Promise((resolve) => setImmediate(resolve));
      if (held.has(id)) await new Promise<void>((resolve) => held.set(id, resolve));
      const code = failures.get(id);
      if (code) return failed(code);
      write(store, (tables) => tables.profiles.put(copy(id, profile('read'))));
      return success({ isStored: true, isChanged: false });
    },
  });
  onTestFinished(() => reading.stop());
  return {
    store,
    clock,
    reading,
    failures,
    sending,
    requested,
    /** Lets all reads of the database fail, or work again. */
    failDatabase: (fails: boolean) => void (databaseFails = fails),
    hold: (id: string) => void held.set(id, () => undefined),
    release(id: string): void {
      const resolve = held.get(id);
      held.delete(id);
      resolve?.();
    },
    add(from: number, count: number, credentialId = SIGN_IN): string[] {
      return write(store, ({ organizations }) =>
        Array.from({ length: count }, (_, index) => {
          const id = organizationId(from + index);
          organizations.put({
            ...ORGANIZATION,
            id,
            name: 'Org',
            credentialId,
            addedAt: 1,
            viewedAt: null,
          });
          return id;
        }),
      );
    },
    requests: (id: string) => requested.filter((one) => one === id).length,
  };
}

test('a check tries an entry once whose first read keeps failing, and reads all others', async () => {
  const { reading, add, failures, requests, requested } = harness();
  const ids = add(1, 200);
  const failing = ids[0]!;
  failures.set(failing, 'cloudflare.unavailable');
  reading.start();
  const check = reading.check('asked');
  await eventLoopTurns(400);
  expect(requests(failing)).toBe(1);
  expect(new Set(requested).size).toBe(200);
  expect(await check).toMatchObject({ checked: 199, unchecked: 1 });
});

test('does not count entries as checked that the network kept from being read', async () => {
  const { reading, add, failures, store } = harness();
  const ids = add(1, 10);
  write(store, ({ profiles }) => ids.forEach((id) => profiles.put(copy(id, profile('old')))));
  for (const id of ids) failures.set(id, 'network.unreachable');
  reading.start();
  const result = await reading.check('asked');
  expect(result).toMatchObject({ checked: 0, unchecked: 10 });
});

test('never reports more as read than there is', async () => {
  const { reading, add, store, hold, release } = harness();
  const ids = add(1, 3);
  write(store, ({ profiles }) => ids.forEach((id) => profiles.put(copy(id, profile('old')))));
  hold(ids[2]!);
  reading.start();
  const check = reading.check('asked');
  await eventLoopTurns(50);
  expect(reading.runningCheck()).toMatchObject({ done: 2, total: 3 });
  // Read for another reason: refreshed, and added.
  reading.refreshSelected(ids.slice(0, 2));
  add(20, 4);
  await eventLoopTurns(50);
  const { done, total } = reading.runningCheck()!;
  expect(done).toBeLessThan(total);
  release(ids[2]!);
  expect(await check).toMatchObject({ checked: 7, unchecked: 0 });
});

test('a refresh of selected entries ends when their sign-in is removed', async () => {
  const { reading, add, store, hold, release } = harness();
  const ids = add(1, 60);
  ids.forEach(hold);
  reading.start();
  reading.refreshSelected(ids);
  await eventLoopTurns(20);
  write(store, (tables) => {
    tables.organizations.release(SIGN_IN);
    tables.credentials.remove(SIGN_IN);
  });
  ids.forEach(release);
  await eventLoopTurns(50);
  expect(reading.selectedStatus()).toMatchObject({ isRunning: false, done: 60, total: 60 });
});

test('a refresh of selected entries ends when a send finds that their sign-in does not work', async () => {
  const { reading, add, store, sending } = harness();
  const [id] = add(1, 1) as [string];
  write(store, ({ profiles }) => profiles.put(copy(id, profile('old'))));
  sending.add(id);
  reading.start();
  reading.refreshSelected([id]);
  await eventLoopTurns(20);
  expect(reading.selectedStatus()).toMatchObject({ isRunning: true });
  write(store, ({ credentials }) =>
    credentials.put({ ...credentials.get(SIGN_IN)!, issue: { code: 'sign-in.unknown' } }),
  );
  sending.clear();
  write(store, ({ organizations }) => organizations.markViewed(id, 1));
  await eventLoopTurns(20);
  expect(reading.selectedStatus()).toMatchObject({
    isRunning: false,
    failure: { code: 'sign-in.unknown' },
  });
});

test('reads on after the database could not be read for a moment', async () => {
  const { reading, add, failDatabase, requested, clock } = harness();
  reading.start();
  await eventLoopTurns(10);
  failDatabase(true);
  const ids = add(1, 3);
  await eventLoopTurns(10);
  expect(requested).toEqual([]);
  failDatabase(false);
  clock.advance(1_000);
  await eventLoopTurns(50);
  expect(requested).toEqual(ids);
});

test('an hour of sleep does not add to a wait', async () => {
  const { reading, add, failures, requested, clock } = harness();
  reading.start();
  failures.set(add(1, 1)[0]!, 'network.unreachable');
  for (let failed = 1; failed < 10; failed += 1) {
    await eventLoopTurns(10);
    clock.advance(300_000);
  }
  await eventLoopTurns(10);
  const before = requested.length;
  clock.sleep(3_600_000);
  clock.advance(60_000);
  await eventLoopTurns(10);
  expect(requested.length).toBeGreaterThan(before);
});

afterEach(closeHarnesses);

test('a refusal of the sign-in that an entry had before says nothing about the one it has now', async () => {
  const sync = await SyncHarness.start({ organizations: 3 });
  const good = sync.authorizationOf;
  sync.authorizationOf = async (id) => {
    const auth = await good(id);
    const isOld = id === SYNC_SIGN_IN && auth.ok;
    return isOld ? success({ ...auth.value, key: sampleNewKey }) : auth;
  };
  const setSignIn = (ids: readonly string[], credentialId: string): void =>
    sync.write(({ credentials, organizations }) => {
      credentials.put({ ...credentials.get(SYNC_SIGN_IN)!, id: OTHER });
      for (const id of ids) organizations.put({ ...organizations.get(id)!, credentialId });
    });
  setSignIn(sync.ids.slice(1), OTHER);
  const hold = sync.standin.hold({ path: `${sync.id}/profile` });
  sync.reading.refreshSelected([sync.id]);
  await hold.arrived;
  setSignIn([sync.id], OTHER);
  const page = sync.refresher.refresh(sync.id, { isPageOpen: true });
  hold.release();
  expect(await page).toMatchObject({ ok: true });
  expect(sync.sendStatus.of(sync.id).refreshFailure).toBeNull();
  expect(sync.signInIssues.map(([id]) => id)).toEqual([SYNC_SIGN_IN]);
  // The queue goes on with the new sign-in.
  sync.reading.refreshSelected(sync.ids);
  await sync.until(() => sync.reading.selectedStatus()?.isRunning === false);
  expect(sync.reading.selectedStatus()).toMatchObject({ read: 3, failure: null });
});
