/**
 * The initial fetch of profiles: a few at once, failures that block only what they affect, and its
 * progress.
 */
import { expect, onTestFinished, test } from 'vitest';
import { createInitialFetch } from '../../../src/main/sync/initial-fetch';
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

const GOOD = 'a'.repeat(16);
const BAD = 'b'.repeat(16);

/** A store with two sign-ins, and a Cloudflare that responds on request. */
function harness() {
  const store = freshStore();
  const clock = new Clock();
  const state = {
    fails: (_id: string): FailureCode | null => null,
    held: new Set<string>(),
    offline: false,
    /** While false, requests stay pending. */
    answers: true,
    /** While false, what is read is not stored, as during a send. */
    stores: true,
  };
  const requested: string[] = [];
  const held: (() => void)[] = [];
  let published = 0;
  store.changes.subscribe(({ topics }) => (published += topics.has('initialFetch') ? 1 : 0));
  write(store, ({ credentials }) => {
    for (const id of [GOOD, BAD]) credentials.put({ ...signIn(1), id, userId: `user of ${id}` });
  });
  const fetch = createInitialFetch({
    store,
    now: clock.now,
    timers: clock.timers,
    random: () => 0.999,
    isSending: () => false,
    isOffline: () => state.offline,
    yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
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
      return success(null);
    },
  });
  onTestFinished(() => fetch.stop());
  return {
    store,
    clock,
    state,
    fetch,
    requested,
    get published() {
      return published;
    },
    /** Adds entries with these numbers. */
    add(numbers: readonly number[], credentialId: string | null = GOOD): string[] {
      return write(store, ({ organizations }) =>
        numbers.map((number) => {
          const id = organizationId(number);
          organizations.put({ id, name: 'Org', credentialId, addedAt: 1, viewedAt: null });
          return id;
        }),
      );
    },
    /** Responds to `n` held requests. */
    async respond(n: number): Promise<void> {
      for (const release of held.splice(0, n)) release();
      await eventLoopTurns();
    },
  };
}

const numbers = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + index);

test('reads what is there at the start and what is added later, in order', async () => {
  const { fetch, add, requested } = harness();
  const first = add(numbers(1, 2_500));
  fetch.start();
  await eventLoopTurns(6_000);
  expect(requested).toEqual(first);
  const second = add(numbers(3_000, 5));
  await eventLoopTurns(100);
  expect(requested).toEqual([...first, ...second]);
  expect(fetch.status()).toBeNull();
});

test('reports how many of how many, and nothing when there is nothing to read', async () => {
  const { fetch, add, respond, state, store } = harness();
  fetch.start();
  await eventLoopTurns();
  expect(fetch.status()).toBeNull();
  state.answers = false;
  const ids = add(numbers(1, 10));
  await eventLoopTurns();
  expect(fetch.status()).toEqual({
    read: 0,
    total: 10,
    timeLeft: 10_000,
    waitsUntil: null,
    paused: false,
  });
  await respond(3);
  expect(fetch.status()).toMatchObject({ read: 3, total: 10, timeLeft: 7_000 });
  // Read when its page was opened.
  write(store, (tables) => tables.profiles.put(copy(ids[9]!, profile('opened'))));
  await eventLoopTurns();
  expect(fetch.status()).toMatchObject({ read: 4, total: 10 });
  add(numbers(20, 2));
  write(store, ({ organizations }) => organizations.remove(ids[8]!));
  await eventLoopTurns();
  expect(fetch.status()).toMatchObject({ read: 4, total: 11 });
  state.answers = true;
  await respond(4);
  await eventLoopTurns(100);
  expect(fetch.status()).toBeNull();
  // The next ones are counted from the start.
  state.answers = false;
  add(numbers(30, 1));
  await eventLoopTurns();
  expect(fetch.status()).toMatchObject({ read: 0, total: 1 });
});

test('publishes every profile read, and the end', async () => {
  const all = harness();
  all.fetch.start();
  await eventLoopTurns();
  expect(all.published).toBe(0);
  all.add(numbers(1, 6));
  await eventLoopTurns(100);
  const { published } = all;
  expect(published).toBeGreaterThan(6);
  // An unrelated change.
  write(all.store, (tables) => tables.organizations.markViewed(organizationId(1), 5));
  await eventLoopTurns();
  expect(all.published).toBe(published);
});

test('blocks only the entries of a sign-in with an issue, and does not count them', async () => {
  const { fetch, add, requested, state } = harness();
  add(numbers(1, 4), null);
  const bad = add(numbers(10, 10), BAD);
  const good = add(numbers(20, 10), GOOD);
  state.fails = (id) => (bad.includes(id) ? 'sign-in.unknown' : null);
  fetch.start();
  await eventLoopTurns(100);
  expect(requested.filter((id) => good.includes(id))).toEqual(good);
  expect(requested.filter((id) => bad.includes(id)).length).toBeLessThanOrEqual(4);
  expect(requested.length).toBeLessThanOrEqual(14);
  expect(fetch.status()).toBeNull();
});

test('does not use a sign-in known not to work until it works', async () => {
  const { fetch, add, requested, store } = harness();
  const ids = add(numbers(1, 6), BAD);
  const setIssue = (code: FailureCode | null): void =>
    write(store, ({ credentials }) => {
      const row = credentials.get(BAD)!;
      credentials.put({ ...row, issue: code && { code } });
    });
  setIssue('sign-in.unknown');
  fetch.start();
  await eventLoopTurns(100);
  expect([requested, fetch.status()]).toEqual([[], null]);
  setIssue('sign-in.refused');
  await eventLoopTurns(100);
  expect(requested).toEqual([]);
  setIssue(null);
  await eventLoopTurns(100);
  expect(requested).toEqual(ids);
});

test('tries a locked keychain once at the start', async () => {
  const { fetch, add, requested, store } = harness();
  write(store, ({ credentials }) => {
    credentials.put({ ...credentials.get(GOOD)!, issue: { code: 'keychain.locked' } });
  });
  const ids = add(numbers(1, 2));
  await eventLoopTurns();
  fetch.start();
  await eventLoopTurns(100);
  expect(requested).toEqual(ids);
});

test('offline: requests nothing until a wait is over or the network is back', async () => {
  const { fetch, add, requested, state, clock } = harness();
  state.fails = () => 'network.unreachable';
  add(numbers(1, 20));
  fetch.start();
  await eventLoopTurns(100);
  expect(requested.length).toBeLessThanOrEqual(4);
  expect(fetch.status()).toMatchObject({ read: 0, total: 20, paused: true, timeLeft: null });
  clock.advance(1_000);
  await eventLoopTurns(100);
  expect(requested.length).toBeGreaterThan(4);
  expect(requested.length).toBeLessThanOrEqual(8);
  state.fails = () => null;
  fetch.retry();
  await eventLoopTurns(200);
  expect(fetch.status()).toBeNull();
});

test('neither blocks on nor counts a refused entry, and retries it on request', async () => {
  const { fetch, add, requested, state } = harness();
  const ids = add(numbers(1, 20));
  state.fails = (id) => (ids.indexOf(id) % 2 === 0 ? 'organization.forbidden' : null);
  fetch.start();
  await eventLoopTurns(200);
  expect(requested).toHaveLength(20);
  expect(fetch.status()).toBeNull();
  add(numbers(50, 1));
  await eventLoopTurns();
  expect(requested).toHaveLength(21);
  fetch.retry();
  await eventLoopTurns(200);
  expect(requested).toHaveLength(31);
  // With another sign-in it may be allowed.
  state.fails = () => null;
  add([1], BAD);
  await eventLoopTurns(100);
  expect(requested).toHaveLength(32);
});

test('reads an entry with its new sign-in', async () => {
  const { fetch, add, requested, store } = harness();
  write(store, ({ credentials }) => {
    credentials.put({ ...credentials.get(BAD)!, issue: { code: 'sign-in.unknown' } });
  });
  const [id] = add([1], BAD);
  fetch.start();
  await eventLoopTurns();
  expect(requested).toEqual([]);
  add([1], GOOD);
  await eventLoopTurns();
  expect(requested).toEqual([id]);
});

test("pauses without an ETA while the person's work goes first, and offline", async () => {
  const { fetch, add, state } = harness();
  state.answers = false;
  add(numbers(1, 5));
  add(numbers(10, 5), BAD);
  fetch.start();
  await eventLoopTurns();
  state.held = new Set([`user of ${GOOD}`]);
  // Those of the other user are read meanwhile.
  expect(fetch.status()).toMatchObject({ paused: false, timeLeft: 5_000 });
  state.held.add(`user of ${BAD}`);
  expect(fetch.status()).toMatchObject({ paused: true, timeLeft: null, total: 10 });
  state.held.clear();
  state.offline = true;
  expect(fetch.status()).toMatchObject({ paused: true, timeLeft: null });
});

test('reads nothing once stopped', async () => {
  const { fetch, add, requested, state, respond } = harness();
  state.answers = false;
  add(numbers(1, 20));
  fetch.start();
  await eventLoopTurns();
  fetch.stop();
  await respond(4);
  fetch.retry();
  add(numbers(50, 1));
  await eventLoopTurns(100);
  expect(requested).toHaveLength(4);
});

test('keeps an entry until its copy is stored: a read during a send stores nothing', async () => {
  const { fetch, add, requested, state } = harness();
  state.stores = false;
  const [id] = add([1]);
  fetch.start();
  await eventLoopTurns(10);
  expect(fetch.status()).toMatchObject({ read: 0, total: 1 });
  state.stores = true;
  await eventLoopTurns(50);
  expect(requested.length).toBeGreaterThan(1);
  expect(new Set(requested)).toEqual(new Set([id]));
  expect(fetch.status()).toBeNull();
});

test('tries a sign-in whose keychain was locked last time, even if something else of it changes', async () => {
  const { store, fetch, add, requested } = harness();
  write(store, ({ credentials }) =>
    credentials.put({ ...signIn(1), id: GOOD, issue: { code: 'keychain.locked' } }),
  );
  const ids = add(numbers(1, 3));
  fetch.start();
  // An interrupted add continues: the number of its entries changes.
  const [another] = add([9]);
  await eventLoopTurns(100);
  expect(new Set(requested)).toEqual(new Set([...ids, another]));
});
