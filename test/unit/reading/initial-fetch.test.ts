/**
 * The initial fetch: the profiles of added entries, a few at the same time. Failures hold up only what they affect.
 */
import { expect, onTestFinished, test } from 'vitest';
import { createSendStatus } from '../../../src/main/changes/send-status';
import type { Cloudflare } from '../../../src/main/cloudflare';
import type { FailureCode } from '../../../src/shared/failure';
import { failed, success } from '../../../src/shared/outcome';
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
import { createTestReading } from './create';

const GOOD = 'a'.repeat(16);
const BAD = 'b'.repeat(16);

/** A store with two sign-ins, and a fake Cloudflare that responds when the test says so. */
function harness() {
  const store = freshStore();
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
  store.changes.subscribe(({ topics }) => (published += topics.has('initialFetch') ? 1 : 0));
  write(store, ({ credentials }) => {
    for (const id of [GOOD, BAD]) credentials.put({ ...signIn(1), id, userId: `user of ${id}` });
  });
  const reading = createTestReading({
    store,
    now: clock.now,
    elapsed: clock.elapsed,
    timers: clock.timers,
    random: () => 0.999,
    sendStatus: createSendStatus(store.changes),
    isSending: (id) => state.sending.has(id),
    isOffline: () => state.offline,
    cloudflare: {} as Cloudflare,
    authorizationOf: async () => failed('keychain.locked'),
    onSignInIssue: () => undefined,
    limiter: {
      isHeld: (user) => state.held.has(user),
      timeFor: (_user, n) => n * 1_000,
      waitsUntil: () => null,
    },
    refresh: async (id) => {
      requested.push(id);
      if (!state.answers) await new Promise<void>((resolve) => held.push(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      const code = state.fails(id);
      if (code) return failed(code);
      if (state.stores) write(store, (tables) => tables.profiles.put(copy(id, profile('read'))));
      return success({ isStored: state.stores, isChanged: false });
    },
  });
  onTestFinished(() => reading.stop());
  return {
    store,
    clock,
    state,
    reading,
    requested,
    get published() {
      return published;
    },
    /** Adds entries with these numbers; returns their ids. */
    add(numbers: readonly number[], credentialId: string | null = GOOD): string[] {
      return write(store, ({ organizations }) =>
        numbers.map((number) => {
          const id = organizationId(number);
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
  const { reading, add, requested } = harness();
  const first = add(numbers(1, 2_500));
  reading.start();
  await eventLoopTurns(6_000);
  expect(requested).toEqual(first);
  const second = add(numbers(3_000, 5));
  await eventLoopTurns(100);
  expect(requested).toEqual([...first, ...second]);
  expect(reading.initialFetch()).toBeNull();
});

test('reports its progress, and nothing when there is nothing to read', async () => {
  const { reading, add, respond, state, store } = harness();
  reading.start();
  await eventLoopTurns();
  expect(reading.initialFetch()).toBeNull();
  state.answers = false;
  const ids = add(numbers(1, 10));
  await eventLoopTurns();
  expect(reading.initialFetch()).toEqual({
    read: 0,
    total: 10,
    timeLeft: 10_000,
    waitsUntil: null,
    paused: false,
  });
  await respond(3);
  expect(reading.initialFetch()).toMatchObject({ read: 3, total: 10, timeLeft: 7_000 });
  // This entry is read because its page was opened.
  write(store, (tables) => tables.profiles.put(copy(ids[9]!, profile('opened'))));
  await eventLoopTurns();
  expect(reading.initialFetch()).toMatchObject({ read: 3, total: 9 });
  add(numbers(20, 2));
  write(store, ({ organizations }) => organizations.remove(ids[8]!));
  await eventLoopTurns();
  expect(reading.initialFetch()).toMatchObject({ read: 3, total: 10 });
  state.answers = true;
  await respond(4);
  await eventLoopTurns(100);
  expect(reading.initialFetch()).toBeNull();
  // After everything was read, the progress of new entries starts from zero.
  state.answers = false;
  add(numbers(30, 1));
  await eventLoopTurns();
  expect(reading.initialFetch()).toMatchObject({ read: 0, total: 1 });
});

test('publishes every profile read, and the end', async () => {
  const all = harness();
  all.reading.start();
  await eventLoopTurns();
  expect(all.published).toBe(0);
  all.add(numbers(1, 6));
  await eventLoopTurns(100);
  const { published } = all;
  expect(published).toBeGreaterThan(6);
  // An unrelated change does not make it publish again.
  write(all.store, (tables) => tables.organizations.markViewed(organizationId(1), 5));
  await eventLoopTurns();
  expect(all.published).toBe(published);
});

test('an issue of a sign-in blocks only its own entries, which are not counted', async () => {
  const { reading, add, requested, state } = harness();
  add(numbers(1, 4), null);
  const bad = add(numbers(10, 10), BAD);
  const good = add(numbers(20, 10), GOOD);
  state.fails = (id) => (bad.includes(id) ? 'sign-in.unknown' : null);
  reading.start();
  await eventLoopTurns(100);
  expect(requested.filter((id) => good.includes(id))).toEqual(good);
  expect(requested.filter((id) => bad.includes(id)).length).toBeLessThanOrEqual(4);
  expect(requested.length).toBeLessThanOrEqual(14);
  expect(reading.initialFetch()).toBeNull();
});

test('does not use a sign-in with a known issue until it works', async () => {
  const { reading, add, requested, store } = harness();
  const ids = add(numbers(1, 6), BAD);
  const setIssue = (code: FailureCode | null): void =>
    write(store, ({ credentials }) => {
      const row = credentials.get(BAD)!;
      credentials.put({ ...row, issue: code && { code } });
    });
  setIssue('sign-in.unknown');
  reading.start();
  await eventLoopTurns(100);
  expect([requested, reading.initialFetch()]).toEqual([[], null]);
  setIssue('sign-in.refused');
  await eventLoopTurns(100);
  expect(requested).toEqual([]);
  setIssue(null);
  await eventLoopTurns(100);
  expect(requested).toEqual(ids);
});

test('tries a locked keychain once at launch', async () => {
  const { reading, add, requested, store } = harness();
  write(store, ({ credentials }) => {
    credentials.put({ ...credentials.get(GOOD)!, issue: { code: 'keychain.locked' } });
  });
  const ids = add(numbers(1, 2));
  await eventLoopTurns();
  reading.start();
  await eventLoopTurns(100);
  expect(requested).toEqual(ids);
});

test('offline: requests nothing until a wait is over or the network is back', async () => {
  const { reading, add, requested, state, clock } = harness();
  state.fails = () => 'network.unreachable';
  add(numbers(1, 20));
  reading.start();
  await eventLoopTurns(100);
  expect(requested.length).toBeLessThanOrEqual(4);
  expect(reading.initialFetch()).toMatchObject({
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
  reading.retry();
  await eventLoopTurns(200);
  expect(reading.initialFetch()).toBeNull();
});

test('a refused entry blocks nothing, is not counted, and is retried on request', async () => {
  const { reading, add, requested, state } = harness();
  const ids = add(numbers(1, 20));
  state.fails = (id) => (ids.indexOf(id) % 2 === 0 ? 'organization.forbidden' : null);
  reading.start();
  await eventLoopTurns(200);
  expect(requested).toHaveLength(20);
  expect(reading.initialFetch()).toBeNull();
  add(numbers(50, 1));
  await eventLoopTurns();
  expect(requested).toHaveLength(21);
  reading.retry();
  await eventLoopTurns(200);
  expect(requested).toHaveLength(31);
  // Another sign-in may be allowed to read the entry.
  state.fails = () => null;
  add([1], BAD);
  await eventLoopTurns(100);
  expect(requested).toHaveLength(32);
});

test('reads an entry with its new sign-in', async () => {
  const { reading, add, requested, store } = harness();
  write(store, ({ credentials }) => {
    credentials.put({ ...credentials.get(BAD)!, issue: { code: 'sign-in.unknown' } });
  });
  const [id] = add([1], BAD);
  reading.start();
  await eventLoopTurns();
  expect(requested).toEqual([]);
  add([1], GOOD);
  await eventLoopTurns();
  expect(requested).toEqual([id]);
});

test('pauses without an ETA while requests of the person have priority, and while offline', async () => {
  const { reading, add, state } = harness();
  state.answers = false;
  add(numbers(1, 5));
  add(numbers(10, 5), BAD);
  reading.start();
  await eventLoopTurns();
  state.held = new Set([`user of ${GOOD}`]);
  // Entries of the other Cloudflare user are read meanwhile.
  expect(reading.initialFetch()).toMatchObject({ paused: false, timeLeft: 5_000 });
  state.held.add(`user of ${BAD}`);
  expect(reading.initialFetch()).toMatchObject({ paused: true, timeLeft: null, total: 10 });
  state.held.clear();
  state.offline = true;
  expect(reading.initialFetch()).toMatchObject({ paused: true, timeLeft: null });
});

test('reads nothing once stopped', async () => {
  const { reading, add, requested, state, respond } = harness();
  state.answers = false;
  add(numbers(1, 20));
  reading.start();
  await eventLoopTurns();
  reading.stop();
  await respond(4);
  reading.retry();
  add(numbers(50, 1));
  await eventLoopTurns(100);
  expect(requested).toHaveLength(4);
});

test('reads an entry again after a send that began during its read', async () => {
  const { reading, add, requested, respond, state, store } = harness();
  state.answers = false;
  state.stores = false;
  const [id] = add([1]) as [string];
  reading.start();
  await eventLoopTurns(10);
  state.sending.add(id);
  await respond(1);
  expect(reading.initialFetch()).toMatchObject({ read: 0, total: 1 });
  expect(requested).toEqual([id]);
  state.answers = true;
  state.stores = true;
  state.sending.clear();
  write(store, ({ organizations }) => organizations.markViewed(id, 1));
  await eventLoopTurns(50);
  expect(requested).toEqual([id, id]);
  expect(reading.initialFetch()).toBeNull();
});

test('tries a sign-in whose keychain was locked in the last run, even if its entries change first', async () => {
  const { store, reading, add, requested } = harness();
  write(store, ({ credentials }) =>
    credentials.put({ ...signIn(1), id: GOOD, issue: { code: 'keychain.locked' } }),
  );
  const ids = add(numbers(1, 3));
  reading.start();
  // Adding organizations continues after a restart, so the number of entries changes.
  const [another] = add([9]);
  await eventLoopTurns(100);
  expect(new Set(requested)).toEqual(new Set([...ids, another]));
});
