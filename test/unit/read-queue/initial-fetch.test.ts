/**
 * The initial fetch: the profiles of added entries, a few at the same time. Failures hold up only what they affect.
 */
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSendStatus } from '../../../src/main/changes/send-status';
import type { Cloudflare } from '../../../src/main/cloudflare';
import type { FailureCode } from '../../../src/shared/failure';
import { failed, success } from '../../../src/shared/result';
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
import { createTestReadQueue } from './create';

const GOOD = 'a'.repeat(16);
const BAD = 'b'.repeat(16);

/** A database with two sign-ins, and a fake Cloudflare that responds when the test says so. */
function harness() {
  const database = freshDatabase();
  const clock = new Clock();
  const state = {
    fails: (_id: string): FailureCode | null => null,
    held: new Set<string>(),
    offline: false,
    /** Whether requests are answered immediately. If not, they stay pending. */
    answers: true,
    /** Whether profiles that were read are stored. During a send, they are not. */
    stores: true,
    sending: new Set<string>(),
  };
  const requested: string[] = [];
  const held: (() => void)[] = [];
  let published = 0;
  database.changes.subscribe(({ topics }) => (published += topics.has('initialFetch') ? 1 : 0));
  write(database, ({ signIns }) => {
    for (const id of [GOOD, BAD]) signIns.put({ ...signIn(1), id, userId: `user of ${id}` });
  });
  const readQueue = createTestReadQueue({
    database,
    now: clock.now,
    elapsed: clock.elapsed,
    timers: clock.timers,
    random: () => 0.999,
    sendStatus: createSendStatus(database.changes),
    isSending: (id) => state.sending.has(id),
    isOffline: () => state.offline,
    cloudflare: {} as Cloudflare,
    authorizationOf: async () => failed('keychain.locked'),
    onSignInIssue: () => undefined,
    limiter: {
      isReserved: (user) => state.held.has(user),
      timeFor: (_user, n) => n * 1_000,
      waitsUntil: () => null,
    },
    readProfile: async (id) => {
      requested.push(id);
      if (!state.answers) await new Promise<void>((resolve) => held.push(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      const code = state.fails(id);
      if (code) return failed(code);
      if (state.stores) write(database, (tables) => tables.profiles.put(copy(id, profile('read'))));
      return success({ isStored: state.stores, isChanged: false });
    },
  });
  onTestFinished(() => readQueue.stop());
  return {
    database,
    clock,
    state,
    readQueue,
    requested,
    get published() {
      return published;
    },
    /** Adds entries with these numbers; returns their ids. */
    add(numbers: readonly number[], signInId: string | null = GOOD): string[] {
      return write(database, ({ organizations }) =>
        numbers.map((number) => {
          const id = entryId(number);
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
    /** Answers `n` pending requests. */
    async respond(n: number): Promise<void> {
      for (const release of held.splice(0, n)) release();
      await eventLoopTurns();
    },
  };
}

const numbers = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + index);

test('reads entries that exist at launch and entries added later, in order', async () => {
  const { readQueue, add, requested } = harness();
  const first = add(numbers(1, 2_500));
  readQueue.start();
  await eventLoopTurns(6_000);
  expect(requested).toEqual(first);
  const second = add(numbers(3_000, 5));
  await eventLoopTurns(100);
  expect(requested).toEqual([...first, ...second]);
  expect(readQueue.initialFetch()).toBeNull();
});

test('reads what a person has in view before the others, and each entry once', async () => {
  const { readQueue, add, respond, state, requested, database } = harness();
  state.answers = false;
  const ids = add(numbers(1, 20));
  write(database, (tables) => tables.profiles.put(copy(ids[17]!, profile('read'))));
  readQueue.start();
  await eventLoopTurns();
  const inView = ids.slice(14, 18);
  readQueue.readFirst(inView);
  readQueue.readFirst(['f'.repeat(32), ...inView]);
  await respond(3);
  await respond(4);
  expect(requested.slice(4)).toEqual([...ids.slice(14, 17), ...ids.slice(4, 8)]);
  state.answers = true;
  await respond(7);
  await eventLoopTurns(200);
  expect([...requested].sort()).toEqual(ids.filter((id) => id !== ids[17]).sort());
});

test('asks the database once which of those in view were read, and forgets them when the view is left', async () => {
  const { readQueue, add, respond, state, requested, database } = harness();
  state.answers = false;
  const ids = add(numbers(1, 40));
  readQueue.start();
  await eventLoopTurns();
  const reads = vi.spyOn(database, 'read');
  readQueue.readFirst(ids.slice(20, 40));
  // The entries and their sign-ins, and what else the queue looks at; not each entry.
  expect(reads.mock.calls.length).toBeLessThan(10);
  readQueue.readFirst([]);
  await respond(4);
  expect(requested.slice(4)).toEqual(ids.slice(4, 8));
});

test('reports its progress, and nothing when there is nothing to read', async () => {
  const { readQueue, add, respond, state, database } = harness();
  readQueue.start();
  await eventLoopTurns();
  expect(readQueue.initialFetch()).toBeNull();
  state.answers = false;
  const ids = add(numbers(1, 10));
  await eventLoopTurns();
  expect(readQueue.initialFetch()).toEqual({
    read: 0,
    total: 10,
    timeLeft: 10_000,
    waitsUntil: null,
    paused: false,
  });
  await respond(3);
  expect(readQueue.initialFetch()).toMatchObject({ read: 3, total: 10, timeLeft: 7_000 });
  // This entry is read because its page was opened.
  write(database, (tables) => tables.profiles.put(copy(ids[9]!, profile('opened'))));
  await eventLoopTurns();
  expect(readQueue.initialFetch()).toMatchObject({ read: 3, total: 9 });
  add(numbers(20, 2));
  write(database, ({ organizations }) => organizations.remove(ids[8]!));
  await eventLoopTurns();
  expect(readQueue.initialFetch()).toMatchObject({ read: 3, total: 10 });
  state.answers = true;
  await respond(4);
  await eventLoopTurns(100);
  expect(readQueue.initialFetch()).toBeNull();
  // After everything was read, the progress of new entries starts from zero.
  state.answers = false;
  add(numbers(30, 1));
  await eventLoopTurns();
  expect(readQueue.initialFetch()).toMatchObject({ read: 0, total: 1 });
});

test('publishes every profile read, and the end', async () => {
  const all = harness();
  all.readQueue.start();
  await eventLoopTurns();
  expect(all.published).toBe(0);
  all.add(numbers(1, 6));
  await eventLoopTurns(100);
  const { published } = all;
  expect(published).toBeGreaterThan(6);
  // An unrelated change does not make it publish again.
  write(all.database, (tables) => tables.organizations.markViewed(entryId(1), 5));
  await eventLoopTurns();
  expect(all.published).toBe(published);
});

test('an issue of a sign-in blocks only its own entries, which are not counted', async () => {
  const { readQueue, add, requested, state } = harness();
  add(numbers(1, 4), null);
  const bad = add(numbers(10, 10), BAD);
  const good = add(numbers(20, 10), GOOD);
  state.fails = (id) => (bad.includes(id) ? 'sign-in.unknown' : null);
  readQueue.start();
  await eventLoopTurns(100);
  expect(requested.filter((id) => good.includes(id))).toEqual(good);
  expect(requested.filter((id) => bad.includes(id)).length).toBeLessThanOrEqual(4);
  expect(requested.length).toBeLessThanOrEqual(14);
  expect(readQueue.initialFetch()).toBeNull();
});

test('does not use a sign-in with a known issue until it works', async () => {
  const { readQueue, add, requested, database } = harness();
  const ids = add(numbers(1, 6), BAD);
  const setIssue = (code: FailureCode | null): void =>
    write(database, ({ signIns }) => {
      const row = signIns.get(BAD)!;
      signIns.put({ ...row, issue: code && { code } });
    });
  setIssue('sign-in.unknown');
  readQueue.start();
  await eventLoopTurns(100);
  expect([requested, readQueue.initialFetch()]).toEqual([[], null]);
  setIssue('sign-in.refused');
  await eventLoopTurns(100);
  expect(requested).toEqual([]);
  setIssue(null);
  await eventLoopTurns(100);
  expect(requested).toEqual(ids);
});

test('tries a locked keychain once at launch', async () => {
  const { readQueue, add, requested, database } = harness();
  write(database, ({ signIns }) => {
    signIns.put({ ...signIns.get(GOOD)!, issue: { code: 'keychain.locked' } });
  });
  const ids = add(numbers(1, 2));
  await eventLoopTurns();
  readQueue.start();
  await eventLoopTurns(100);
  expect(requested).toEqual(ids);
});

test.each(['keychain.locked', 'sign-in.refused'] as const)(
  'tries a sign-in that failed with %s again if a person asks, not whenever the network is back',
  async (code) => {
    const { readQueue, add, requested, state } = harness();
    state.fails = () => code;
    const ids = add(numbers(1, 1));
    readQueue.start();
    await eventLoopTurns(100);
    expect(requested).toEqual(ids);
    readQueue.retry('network-back');
    await eventLoopTurns(100);
    expect(requested).toEqual(ids);
    readQueue.retry('asked');
    await eventLoopTurns(100);
    expect(requested).toEqual([...ids, ...ids]);
  },
);

test('offline: requests nothing until a wait is over or the network is back', async () => {
  const { readQueue, add, requested, state, clock } = harness();
  state.fails = () => 'network.unreachable';
  add(numbers(1, 20));
  readQueue.start();
  await eventLoopTurns(100);
  expect(requested.length).toBeLessThanOrEqual(4);
  expect(readQueue.initialFetch()).toMatchObject({
    read: 0,
    total: 20,
    paused: true,
    timeLeft: null,
  });
  clock.advance(1_000);
  await eventLoopTurns(100);
  expect(requested.length).toBeGreaterThan(4);
  expect(requested.length).toBeLessThanOrEqual(8);
  state.fails = () => null;
  readQueue.retry('network-back');
  await eventLoopTurns(200);
  expect(readQueue.initialFetch()).toBeNull();
});

test('a refused entry blocks nothing, is not counted, and is retried on request', async () => {
  const { readQueue, add, requested, state } = harness();
  const ids = add(numbers(1, 20));
  state.fails = (id) => (ids.indexOf(id) % 2 === 0 ? 'organization.forbidden' : null);
  readQueue.start();
  await eventLoopTurns(200);
  expect(requested).toHaveLength(20);
  expect(readQueue.initialFetch()).toBeNull();
  add(numbers(50, 1));
  await eventLoopTurns();
  expect(requested).toHaveLength(21);
  readQueue.retry('asked');
  await eventLoopTurns(200);
  expect(requested).toHaveLength(31);
  // Another sign-in may be allowed to read the entry.
  state.fails = () => null;
  add([1], BAD);
  await eventLoopTurns(100);
  expect(requested).toHaveLength(32);
});

test('reads an entry with its new sign-in', async () => {
  const { readQueue, add, requested, database } = harness();
  write(database, ({ signIns }) => {
    signIns.put({ ...signIns.get(BAD)!, issue: { code: 'sign-in.unknown' } });
  });
  const [id] = add([1], BAD);
  readQueue.start();
  await eventLoopTurns();
  expect(requested).toEqual([]);
  add([1], GOOD);
  await eventLoopTurns();
  expect(requested).toEqual([id]);
});

test('pauses without an ETA while requests of the person have priority, and while offline', async () => {
  const { readQueue, add, state } = harness();
  state.answers = false;
  add(numbers(1, 5));
  add(numbers(10, 5), BAD);
  readQueue.start();
  await eventLoopTurns();
  state.held = new Set([`user of ${GOOD}`]);
  // Entries of the other Cloudflare user are read meanwhile.
  expect(readQueue.initialFetch()).toMatchObject({ paused: false, timeLeft: 5_000 });
  state.held.add(`user of ${BAD}`);
  expect(readQueue.initialFetch()).toMatchObject({ paused: true, timeLeft: null, total: 10 });
  state.held.clear();
  state.offline = true;
  expect(readQueue.initialFetch()).toMatchObject({ paused: true, timeLeft: null });
});

test('reads nothing once stopped', async () => {
  const { readQueue, add, requested, state, respond } = harness();
  state.answers = false;
  add(numbers(1, 20));
  readQueue.start();
  await eventLoopTurns();
  readQueue.stop();
  await respond(4);
  readQueue.retry('asked');
  add(numbers(50, 1));
  await eventLoopTurns(100);
  expect(requested).toHaveLength(4);
});

test('reads an entry again after a send that began during its read', async () => {
  const { readQueue, add, requested, respond, state, database } = harness();
  state.answers = false;
  state.stores = false;
  const [id] = add([1]) as [string];
  readQueue.start();
  await eventLoopTurns(10);
  state.sending.add(id);
  await respond(1);
  expect(readQueue.initialFetch()).toMatchObject({ read: 0, total: 1 });
  expect(requested).toEqual([id]);
  state.answers = true;
  state.stores = true;
  state.sending.clear();
  write(database, ({ organizations }) => organizations.markViewed(id, 1));
  await eventLoopTurns(50);
  expect(requested).toEqual([id, id]);
  expect(readQueue.initialFetch()).toBeNull();
});

test('reads an entry whose copy cannot be stored less and less often', async () => {
  const { readQueue, add, requested, state, clock } = harness();
  state.stores = false;
  add([1]);
  readQueue.start();
  for (let seconds = 0; seconds < 60; seconds += 1) {
    await eventLoopTurns(10);
    clock.advance(1_000);
  }
  expect(requested.length).toBeGreaterThan(2);
  expect(requested.length).toBeLessThan(10);
});

test('tries a sign-in whose keychain was locked in the last run, even if its entries change first', async () => {
  const { database, readQueue, add, requested } = harness();
  write(database, ({ signIns }) =>
    signIns.put({ ...signIn(1), id: GOOD, issue: { code: 'keychain.locked' } }),
  );
  const ids = add(numbers(1, 3));
  readQueue.start();
  // Adding organizations continues after a restart, so the number of entries changes.
  const [another] = add([9]);
  await eventLoopTurns(100);
  expect(new Set(requested)).toEqual(new Set([...ids, another]));
});
