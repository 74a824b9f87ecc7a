/** One entry, sign-in or moment that fails holds up nothing else, and what is reported about it is true. */
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { createSendStatus } from '../../../src/main/changes/send-status';
import type { Cloudflare } from '../../../src/main/cloudflare';
import type { Database } from '../../../src/main/database';
import type { ReadQueue } from '../../../src/main/read-queue';
import type { ReadResult } from '../../../src/main/read-queue/read';
import type { FailureCode } from '../../../src/shared/failure';
import { failed, success, type Result } from '../../../src/shared/result';
import { sampleNewKey } from '../../standin/index';
import { Clock } from '../cloudflare/clock';
import { eventLoopTurns } from '../event-loop';
import {
  copy,
  freshDatabase,
  entryId,
  profile,
  signIn,
  write,
} from '../database/temporary-database';
import { ORGANIZATION } from '../samples';
import { closeHarnesses, SIGN_IN as SYNC_SIGN_IN, SyncHarness } from '../sync/harness';
import { createTestReadQueue } from './create';

const SIGN_IN = 'a'.repeat(16);
const OTHER = 'b'.repeat(16);

/** A queue with two sign-ins, over a fake Cloudflare that answers at once unless the test holds an entry. */
function harness() {
  const database = freshDatabase();
  const clock = new Clock();
  const failures = new Map<string, FailureCode>();
  const sending = new Set<string>();
  const requested: string[] = [];
  const priorities = new Map<string, string>();
  const topics: string[] = [];
  /** The progress of the refresh of selected entries that the window was told last. */
  const shown: { status: ReturnType<ReadQueue['selectedStatus']> } = { status: null };
  const held = new Map<string, () => void>();
  const running = new Map<string, Promise<Result<ReadResult>>>();
  async function read(id: string): Promise<Result<ReadResult>> {
    requested.push(id);
    await new Promise((resolve) => setImmediate(resolve));
    if (held.has(id)) await new Promise<void>((resolve) => held.set(id, resolve));
    running.delete(id);
    const code = failures.get(id);
    if (code) return failed(code);
    write(database, (tables) => tables.profiles.put(copy(id, profile('read'))));
    return success({ isStored: true, isChanged: false });
  }
  write(database, ({ signIns }) => {
    for (const id of [SIGN_IN, OTHER]) signIns.put({ ...signIn(1), id, userId: `user of ${id}` });
  });
  let databaseFails = false;
  const failingDatabase: Database = {
    ...database,
    read: (work) => (databaseFails ? failed('database.io') : database.read(work)),
  };
  const readQueue: ReadQueue = createTestReadQueue({
    database: failingDatabase,
    now: clock.now,
    elapsed: clock.elapsed,
    timers: clock.timers,
    random: () => 0.999,
    sendStatus: createSendStatus(database.changes),
    isSending: (id) => sending.has(id),
    cloudflare: { list: async () => failed('cloudflare.unreadable') } as unknown as Cloudflare,
    authorizationOf: async () => failed('keychain.locked'),
    onSignInIssue: () => undefined,
    onProgress(topic) {
      topics.push(topic);
      shown.status = readQueue.selectedStatus();
    },
    limiter: { isReserved: () => false, timeFor: () => 0, waitsUntil: () => null },
    readProfile(id, priority) {
      priorities.set(id, priority);
      const work = running.get(id) ?? read(id);
      running.set(id, work);
      return work;
    },
  });
  onTestFinished(() => readQueue.stop());
  return {
    database,
    clock,
    readQueue,
    failures,
    sending,
    requested,
    priorities,
    topics,
    shown,
    /** Lets all reads of the database fail, or work again. */
    failDatabase: (fails: boolean) => void (databaseFails = fails),
    hold: (id: string) => void held.set(id, () => undefined),
    release(id: string): void {
      const resolve = held.get(id);
      held.delete(id);
      resolve?.();
    },
    add(from: number, count: number, signInId: string | null = SIGN_IN): string[] {
      return write(database, ({ organizations }) =>
        Array.from({ length: count }, (_, index) => {
          const id = entryId(from + index);
          organizations.put({
            ...ORGANIZATION,
            id,
            name: 'Org',
            signInId,
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
  const { readQueue, add, failures, requests, requested } = harness();
  const ids = add(1, 200);
  const failing = ids[0]!;
  failures.set(failing, 'cloudflare.unavailable');
  readQueue.start();
  const check = readQueue.check('asked');
  await eventLoopTurns(400);
  expect(requests(failing)).toBe(1);
  expect(new Set(requested).size).toBe(200);
  expect(await check).toMatchObject({ checked: 199, unchecked: 1 });
});

test('does not count entries as checked that the network kept from being read', async () => {
  const { readQueue, add, failures, database } = harness();
  const ids = add(1, 10);
  write(database, ({ profiles }) => ids.forEach((id) => profiles.put(copy(id, profile('old')))));
  for (const id of ids) failures.set(id, 'network.unreachable');
  readQueue.start();
  const result = await readQueue.check('asked');
  expect(result).toMatchObject({ checked: 0, unchecked: 10 });
});

test('never reports more as read than there is', async () => {
  const { readQueue, add, database, hold, release } = harness();
  const ids = add(1, 3);
  write(database, ({ profiles }) => ids.forEach((id) => profiles.put(copy(id, profile('old')))));
  hold(ids[2]!);
  readQueue.start();
  const check = readQueue.check('asked');
  await eventLoopTurns(50);
  expect(readQueue.runningCheck()).toMatchObject({ done: 2, total: 3 });
  // Read for another reason: refreshed, and added.
  readQueue.refreshSelected(ids.slice(0, 2));
  add(20, 4);
  await eventLoopTurns(50);
  const { done, total } = readQueue.runningCheck()!;
  expect(done).toBeLessThan(total);
  release(ids[2]!);
  expect(await check).toMatchObject({ checked: 7, unchecked: 0 });
});

test('a refresh of selected entries ends when their sign-in is removed', async () => {
  const { readQueue, add, database, hold, release } = harness();
  const ids = add(1, 60);
  ids.forEach(hold);
  readQueue.start();
  readQueue.refreshSelected(ids);
  await eventLoopTurns(20);
  write(database, (tables) => {
    tables.organizations.release(SIGN_IN);
    tables.signIns.remove(SIGN_IN);
  });
  ids.forEach(release);
  await eventLoopTurns(50);
  expect(readQueue.selectedStatus()).toMatchObject({ isRunning: false, done: 60, total: 60 });
});

test('a refresh of selected entries ends when a send finds that their sign-in does not work', async () => {
  const { readQueue, add, database, sending } = harness();
  const [id] = add(1, 1) as [string];
  write(database, ({ profiles }) => profiles.put(copy(id, profile('old'))));
  sending.add(id);
  readQueue.start();
  readQueue.refreshSelected([id]);
  await eventLoopTurns(20);
  expect(readQueue.selectedStatus()).toMatchObject({ isRunning: true });
  write(database, ({ signIns }) =>
    signIns.put({ ...signIns.get(SIGN_IN)!, issue: { code: 'sign-in.unknown' } }),
  );
  sending.clear();
  write(database, ({ organizations }) => organizations.markViewed(id, 1));
  await eventLoopTurns(20);
  expect(readQueue.selectedStatus()).toMatchObject({
    isRunning: false,
    failure: { code: 'sign-in.unknown' },
  });
});

test('reads on after the database could not be read for a moment', async () => {
  const { readQueue, add, failDatabase, requested, clock } = harness();
  readQueue.start();
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
  const { readQueue, add, failures, requested, clock } = harness();
  readQueue.start();
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

test('a check reads all others even if many first reads keep failing', async () => {
  const { readQueue, add, failures, database, requested } = harness();
  const ids = add(1, 100);
  write(database, ({ profiles }) => ids.forEach((id) => profiles.put(copy(id, profile('old')))));
  for (const id of add(200, 10)) failures.set(id, 'cloudflare.unavailable');
  readQueue.start();
  await eventLoopTurns(50);
  // The first check may be the first to try them.
  await readQueue.check('background');
  requested.length = 0;
  expect(await readQueue.check('background')).toMatchObject({ checked: 100, unchecked: 10 });
  expect(requested).toEqual(expect.arrayContaining(ids));
});

test('a refresh that takes over another one keeps its counts and its failure', async () => {
  const { readQueue, add, hold, failures } = harness();
  const [without] = add(1, 1, null) as [string];
  const [forbidden, slow, more] = add(2, 3) as [string, string, string];
  failures.set(forbidden, 'organization.forbidden');
  [slow, more].forEach(hold);
  readQueue.start();
  readQueue.refreshSelected([without, forbidden, slow]);
  await eventLoopTurns(20);
  readQueue.refreshSelected([more]);
  expect(readQueue.selectedStatus()).toMatchObject({
    done: 2,
    total: 4,
    withoutSignIn: 1,
    failure: { code: 'organization.forbidden' },
  });
});

test('stopping a refresh also stops entries that got another sign-in meanwhile', async () => {
  const { readQueue, add, hold, database, requested } = harness();
  const ids = add(1, 60);
  write(database, ({ profiles }) => ids.forEach((id) => profiles.put(copy(id, profile('old')))));
  ids.forEach(hold);
  readQueue.start();
  readQueue.refreshSelected(ids);
  await eventLoopTurns(20);
  const last = ids.at(-1)!;
  write(database, ({ organizations }) =>
    organizations.put({ ...organizations.get(last)!, signInId: OTHER }),
  );
  readQueue.stopSelected();
  expect(readQueue.selectedStatus()).toMatchObject({ isRunning: false, isStopped: true });
  await eventLoopTurns(20);
  expect(requested).not.toContain(last);
});

test('counts an entry once that failed and is read again because the person presses Check', async () => {
  const { readQueue, add, hold, release, failures, database } = harness();
  const [forbidden, slow] = add(1, 2) as [string, string];
  const others = add(10, 5);
  write(database, ({ profiles }) =>
    [...others, slow].forEach((id) => profiles.put(copy(id, profile('old')))),
  );
  failures.set(forbidden, 'organization.forbidden');
  hold(slow);
  readQueue.start();
  const check = readQueue.check('background');
  await eventLoopTurns(40);
  hold(forbidden);
  readQueue.raiseCheck();
  await eventLoopTurns(10);
  readQueue.stopCheck();
  expect(await check).toMatchObject({ checked: 5, unchecked: 2 });
  [slow, forbidden].forEach(release);
});

test.each(['removed', 'without a sign-in'])(
  'tells the window that a refresh has ended because its last entry is %s',
  async (how) => {
    const { readQueue, add, hold, database, shown } = harness();
    const [id] = add(1, 1) as [string];
    write(database, ({ profiles }) => profiles.put(copy(id, profile('old'))));
    hold(id);
    readQueue.start();
    readQueue.refreshSelected([id]);
    await eventLoopTurns(20);
    expect(shown.status).toMatchObject({ isRunning: true });
    write(database, ({ organizations }) => {
      if (how === 'removed') organizations.remove(id);
      else organizations.put({ ...organizations.get(id)!, signInId: null });
    });
    await eventLoopTurns(20);
    expect(readQueue.selectedStatus()).toMatchObject({ isRunning: false });
    expect(shown.status).toMatchObject({ isRunning: false });
  },
);

test('reads what a batch left out before all others, and the selected entries as well', async () => {
  const { readQueue, add, requested, priorities, topics } = harness();
  const ids = add(1, 40);
  const [leftOut, chosen] = [ids.slice(20, 22), ids.slice(30, 31)];
  readQueue.readFor('batch', leftOut);
  expect(readQueue.isReadingFor('batch')).toBe(true);
  readQueue.refreshSelected(chosen);
  readQueue.start();
  await expect.poll(() => new Set(requested).size).toBe(40);
  await eventLoopTurns(20);
  expect(new Set(requested.slice(0, 3))).toEqual(new Set([...leftOut, ...chosen]));
  expect(leftOut.map((id) => priorities.get(id))).toEqual(['asked', 'asked']);
  expect(readQueue.isReadingFor('batch')).toBe(false);
  expect(readQueue.selectedStatus()).toMatchObject({ isRunning: false, read: 1, total: 1 });
  expect(topics).toContain('batches');
});

test('reads what is in view like the rest of a check that a person waits for', async () => {
  const { readQueue, add, hold, release, requested, priorities } = harness();
  const ids = add(1, 80);
  ids.forEach(hold);
  readQueue.start();
  void readQueue.check('asked');
  await eventLoopTurns(20);
  const before = requested.length;
  readQueue.readFirst(ids.slice(78));
  release(requested[0]!);
  await eventLoopTurns(20);
  expect(requested[before]).toBe(ids[78]);
  expect(priorities.get(ids[78]!)).toBe('asked');
});

test.each(['a check', 'a refresh', 'a batch'])(
  'reads at once what waits in the background when a person asks for it: %s',
  async (asked) => {
    const { readQueue, add, hold, priorities } = harness();
    const ids = add(1, 2);
    ids.forEach(hold);
    readQueue.start();
    await eventLoopTurns(20);
    expect([...priorities.values()]).toEqual(['background', 'background']);
    if (asked === 'a check') void readQueue.check('asked');
    else if (asked === 'a refresh') readQueue.refreshSelected(ids.slice(0, 1));
    else readQueue.readFor('batch', ids.slice(0, 1));
    const other = asked === 'a check' ? 'asked' : 'background';
    expect(ids.map((id) => priorities.get(id))).toEqual(['asked', other]);
  },
);

test('stopping the reads for a batch leaves those for another one', async () => {
  const { readQueue, add, hold, release, requested } = harness();
  const ids = add(1, 3);
  const [one, two] = [ids.slice(0, 1), ids.slice(1)];
  ids.forEach(hold);
  readQueue.readFor('one', one);
  readQueue.readFor('two', two);
  readQueue.stopReadingFor('one');
  expect(readQueue.isReadingFor('one')).toBe(false);
  expect(readQueue.isReadingFor('two')).toBe(true);
  readQueue.start();
  await eventLoopTurns(20);
  expect(new Set(requested.slice(0, 2))).toEqual(new Set(two));
  two.forEach(release);
  await eventLoopTurns(20);
  expect(readQueue.isReadingFor('two')).toBe(false);
  one.forEach(release);
  await eventLoopTurns(20);
});

test.each(['its sign-in fails', 'it is removed', 'the database fails'])(
  'the reads for a batch end if the last entry cannot be read: %s',
  async (how) => {
    const { readQueue, add, hold, release, failures, database, topics } = harness();
    const [id] = add(1, 1) as [string];
    hold(id);
    failures.set(id, how === 'the database fails' ? 'database.io' : 'sign-in.refused');
    readQueue.start();
    readQueue.readFor('batch', [id]);
    await eventLoopTurns(10);
    topics.length = 0;
    if (how === 'it is removed') write(database, ({ organizations }) => organizations.remove(id));
    else release(id);
    await eventLoopTurns(20);
    expect(readQueue.isReadingFor('batch')).toBe(false);
    expect(topics).toContain('batches');
  },
);

afterEach(closeHarnesses);

test('a refusal of the sign-in that an entry had before says nothing about the one it has now', async () => {
  const sync = await SyncHarness.start({ organizations: 3 });
  const good = sync.authorizationOf;
  sync.authorizationOf = async (id) => {
    const auth = await good(id);
    const isOld = id === SYNC_SIGN_IN && auth.ok;
    return isOld ? success({ ...auth.value, key: sampleNewKey }) : auth;
  };
  const setSignIn = (ids: readonly string[], signInId: string): void =>
    sync.write(({ signIns, organizations }) => {
      signIns.put({ ...signIns.get(SYNC_SIGN_IN)!, id: OTHER });
      for (const id of ids) organizations.put({ ...organizations.get(id)!, signInId });
    });
  setSignIn(sync.ids.slice(1), OTHER);
  const hold = sync.standin.hold({ path: `${sync.id}/profile` });
  sync.readQueue.refreshSelected([sync.id]);
  await hold.arrived;
  setSignIn([sync.id], OTHER);
  const page = sync.profileReader.read(sync.id, { isPageOpen: true });
  hold.release();
  expect(await page).toMatchObject({ ok: true });
  expect(sync.sendStatus.of(sync.id).refreshFailure).toBeNull();
  expect(sync.signInIssues.map(([id]) => id)).toEqual([SYNC_SIGN_IN]);
  // The queue continues with the new sign-in.
  sync.readQueue.refreshSelected(sync.ids);
  await sync.until(() => sync.readQueue.selectedStatus()?.isRunning === false);
  expect(sync.readQueue.selectedStatus()).toMatchObject({ read: 3, failure: null });
});
