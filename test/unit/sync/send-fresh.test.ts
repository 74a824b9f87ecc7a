/**
 * What a write is based on: a read that is at most two seconds old, the version that is pending now,
 * and the current sign-in of the organization. Nothing waits for the rate limit between the read and
 * the write.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_COPY_AGE_MS } from '../../../src/main/sync/send';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import { sampleSignIn } from '../../standin/index';
import { eventLoopTurns } from '../event-loop';
import {
  addSignIn,
  assignSignIn,
  freeRequests,
  organizationRequest,
  removeProfile,
  requestedIds,
  untilConfirmed,
  untilConflict,
  untilState,
  useUpLimit,
} from './helpers';
import { closeHarnesses, SIGN_IN, SyncHarness } from './harness';

const OTHER_EMAIL = 'second@brightwater.example';
const SECOND = { ...sampleSignIn, email: OTHER_EMAIL, userId: 'e'.repeat(32) };

const PROFILE_PATH = /\/profile$/;

let harness: SyncHarness;
/** For each write, the age of the copy on which it was based, in ms. */
let ages: number[];

beforeEach(async () => {
  harness = await SyncHarness.start({ signIns: [sampleSignIn, SECOND] });
  harness.random = 0.999;
  let readAt = 0;
  ages = [];
  const path = PROFILE_PATH;
  harness.standin.beforeAnswer(
    { method: 'GET', path },
    () => void (readAt = harness.clock.elapsed()),
  );
  harness.standin.beforeAnswer({ method: 'PUT', path }, () => {
    ages.push(harness.clock.elapsed() - readAt);
  });
});
afterEach(async () => {
  for (const age of ages) expect(age, 'ms').toBeLessThanOrEqual(MAX_COPY_AGE_MS);
  expect(harness.standin.violations).toEqual([]);
  await closeHarnesses();
});

/** Lets `ms` pass between the read of a missing profile and its write, this many times. */
function slowReads(
  times: number,
  ms = MAX_COPY_AGE_MS + 1,
  also: () => void | Promise<void> = () => undefined,
) {
  let left = times;
  harness.standin.beforeAnswer(organizationRequest(harness), async () => {
    if (left-- <= 0) return;
    harness.clock.advance(ms);
    await also();
  });
}

describe('a copy that is too old', () => {
  test('older than two seconds is read again', async () => {
    removeProfile(harness);
    slowReads(1);
    harness.submit({ business_name: 'First' });
    await untilConfirmed(harness);
    expect(harness.traffic()).toBe('GET GET PUT GET');
  });

  test.each([-3_600_000, 3_600_000])(
    'is not recognized by the clock that a person can set (%s ms)',
    async (ms) => {
      const match = { method: 'GET', path: PROFILE_PATH };
      const stop = harness.standin.beforeAnswer(match, () => {
        harness.clock.set(harness.clock.now() + ms);
        stop();
      });
      harness.submit({ business_name: 'First' });
      await untilConfirmed(harness);
      expect(harness.traffic()).toBe('GET PUT GET');
    },
  );

  test.each([
    ['was on its way for 29 s', () => harness.clock.advance(29_000)],
    ['was on its way for two seconds', () => harness.clock.advance(MAX_COPY_AGE_MS + 1)],
    ['came when the computer woke up', () => harness.clock.sleep(8 * 3_600_000)],
  ])('whose answer %s is read again, so nothing of others is lost', async (_, pass) => {
    const hold = harness.standin.hold({ method: 'GET', path: PROFILE_PATH }, 'after');
    harness.submit({ business_name: 'Mine' });
    await hold.arrived;
    pass();
    harness.standin.setProfile(harness.id, {
      business_name: 'Theirs',
      business_phone: 'Theirs, too',
    });
    hold.release();
    await harness.until(() => harness.row()?.state === 'conflict');
    expect(harness.traffic()).toBe('GET GET');
    expect(harness.standin.profileOf(harness.id)).toMatchObject({
      business_name: 'Theirs',
      business_phone: 'Theirs, too',
    });
  });

  test('at exactly two seconds is still used', async () => {
    removeProfile(harness);
    slowReads(1, MAX_COPY_AGE_MS);
    harness.submit({ business_name: 'First' });
    await untilConfirmed(harness);
    expect(harness.traffic()).toBe('GET PUT GET');
  });

  test('is read again, so that a change made meanwhile is not overwritten', async () => {
    removeProfile(harness);
    slowReads(1, MAX_COPY_AGE_MS + 1, () =>
      harness.standin.setProfile(harness.id, { ...EMPTY_PROFILE, business_name: 'Theirs' }),
    );
    harness.submit({ business_name: 'Mine' });
    await untilConflict(harness);
    expect(harness.standin.profileOf(harness.id)?.business_name).toBe('Theirs');
  });

  test('is read at most three times; then the change waits', async () => {
    removeProfile(harness);
    slowReads(3);
    harness.submit({ business_name: 'First' });
    await untilState(harness, 'waiting');
    expect(harness.traffic()).toBe('GET GET GET');
    expect(harness.row()).toMatchObject({
      attempts: 1,
      nextTryAt: harness.clock.now() + 999,
      failure: { code: 'network.timed-out' },
    });
    await untilConfirmed(harness);
    expect(harness.standin.profileOf(harness.id)?.business_name).toBe('First');
  });
});

describe('nothing waits for the limit between the read and the write', () => {
  test.each([
    ['a profile', false, 'GET PUT GET'],
    ['a missing profile, which takes two requests', true, 'GET PUT'],
  ])('%s', async (_, isMissing, traffic) => {
    if (isMissing) removeProfile(harness);
    const startedAt = harness.clock.now();
    // Other sends use all requests that become free meanwhile.
    const used: (() => void)[] = [];
    const stop = harness.standin.beforeAnswer(
      {},
      async () => void used.push(await useUpLimit(harness)),
    );
    harness.submit({ business_name: 'New name' });
    await harness.until(() => ages.length === 1, { clock: false });
    await eventLoopTurns();
    expect(harness.traffic()).toBe(traffic);
    expect(harness.clock.now()).toBe(startedAt);
    stop();
    for (const release of used) release();
    await untilConfirmed(harness);
    expect(harness.standin.profileOf(harness.id)?.business_name).toBe('New name');
  });

  test('reads nothing if fewer than three requests are left', async () => {
    const release = await useUpLimit(harness, { leave: 2 });
    harness.submit({ business_name: 'New name' });
    await eventLoopTurns();
    expect(harness.standin.requests).toEqual([]);
    release();
    await untilConfirmed(harness);
    expect(harness.traffic()).toBe('GET PUT GET');
  });

  test('does not write if a block by Cloudflare has canceled the reserved requests', async () => {
    const hold = harness.standin.hold({ method: 'GET' }, 'after');
    harness.submit({ business_name: 'New name' });
    await hold.arrived;
    const until = harness.clock.now() + 60_000;
    harness.deps.limiter.block(harness.signIn.userId, until);
    hold.release();
    await untilState(harness, 'waiting');
    expect(harness.traffic()).toBe('GET');
    expect(harness.row()?.failure).toMatchObject({
      code: 'cloudflare.rate-limited',
      retryAt: until,
    });
    harness.standin.setProfile(harness.id, { business_name: 'Theirs' });
    await harness.until(() => harness.row()?.state === 'conflict' && !harness.busy());
    expect(harness.clock.now()).toBeGreaterThanOrEqual(until);
    expect(harness.traffic()).toBe('GET GET');
  });
});

describe('changes while a stale copy waits to be read again', () => {
  /**
   * Starts a send that waits for the limit because its copy is too old. Returns a function that
   * frees requests.
   */
  async function waitingToRead(): Promise<() => void> {
    removeProfile(harness);
    let release: (() => void) | null = null;
    slowReads(1, MAX_COPY_AGE_MS + 1, async () => void (release = await useUpLimit(harness)));
    harness.submit({ business_name: 'First' });
    await harness.until(() => release !== null, { clock: false });
    await eventLoopTurns();
    expect(harness.traffic()).toBe('GET');
    return release!;
  }

  test('without any, the profile is read again, then written', async () => {
    const release = await waitingToRead();
    harness.clock.set(harness.clock.now() + 285_000);
    release();
    await untilConfirmed(harness);
    expect(harness.traffic()).toBe('GET GET PUT GET');
  });

  test('what someone else writes is a conflict', async () => {
    const release = await waitingToRead();
    harness.standin.setProfile(harness.id, { ...EMPTY_PROFILE, business_name: 'Theirs' });
    release();
    await untilConflict(harness);
    expect(ages).toEqual([]);
  });

  test('a discarded change is not written', async () => {
    const release = await waitingToRead();
    harness.discard();
    release();
    await harness.until(() => !harness.busy());
    expect(ages).toEqual([]);
    expect(harness.row()).toBeNull();
  });

  test('of a change that is saved again, the newer text is written, once', async () => {
    const release = await waitingToRead();
    harness.submit({ business_name: 'Second' });
    release();
    await untilConfirmed(harness);
    expect(ages).toHaveLength(1);
    expect(harness.standin.profileOf(harness.id)?.business_name).toBe('Second');
  });

  test('a change whose sign-in is removed is not written, but paused', async () => {
    const release = await waitingToRead();
    assignSignIn(harness, harness.id, null);
    release();
    await untilState(harness, 'paused');
    expect(harness.row()?.failure).toEqual({ code: 'sign-in.not-found' });
    expect(ages).toEqual([]);
  });

  test('a change whose organization gets another sign-in is read and written with that', async () => {
    const release = await waitingToRead();
    addSignIn(harness, [harness.id], SECOND);
    const before = harness.standin.requests.length;
    release();
    await untilConfirmed(harness);
    const { requests } = harness.standin;
    const [stale, ...rest] = requests.slice(before).map(({ method, userId }) => [method, userId]);
    // The read that was already waiting uses the old sign-in. Nothing is written based on it.
    expect(stale).toEqual(['GET', sampleSignIn.userId]);
    expect(rest.filter(([method]) => method === 'PUT')).toEqual([['PUT', SECOND.userId]]);
    expect(requests.at(-1)?.userId).toBe(SECOND.userId);
    expect(ages).toHaveLength(1);
  });

  test('a change whose key is replaced is read and written with the new key', async () => {
    const { email, key, userId } = harness.signIn;
    let current = 'a'.repeat(37);
    harness.authorizationOf = async () => ({
      ok: true,
      value: { kind: 'key', email, key: current, userId },
    });
    harness.deps.versionOf = () => current;
    harness.standin.setKey(userId, current);
    const release = await waitingToRead();
    let before = 0;
    // The old key still works while the copy is read.
    harness.standin.afterAnswer({ ...organizationRequest(harness), nth: 1 }, () => {
      current = key;
      harness.standin.setKey(userId, key);
      before = harness.standin.requests.length;
    });
    release();
    await untilConfirmed(harness);
    const { requests } = harness.standin;
    expect(requests.slice(before).map(({ keyMatches }) => keyMatches)).not.toContain(false);
    // Nothing is written based on what the old key read.
    expect(requests[before]?.method).toBe('GET');
    expect(requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });
});

describe('changes while waiting for the first requests', () => {
  test('for a discarded change, nothing is requested', async () => {
    const before = await freeRequests(harness);
    const release = await useUpLimit(harness);
    harness.submit({ business_name: 'First' });
    await eventLoopTurns();
    harness.discard();
    release();
    await eventLoopTurns();
    expect(harness.standin.requests).toEqual([]);
    expect(await freeRequests(harness)).toBe(before);
  });

  test('a change whose sign-in is removed is paused, and nothing is requested', async () => {
    const release = await useUpLimit(harness);
    harness.submit({ business_name: 'First' });
    await eventLoopTurns();
    assignSignIn(harness, harness.id, null);
    release();
    await untilState(harness, 'paused');
    expect(harness.row()?.failure).toEqual({ code: 'sign-in.not-found' });
    expect(harness.standin.requests).toEqual([]);
  });

  test('for an organization that gets another sign-in, everything is requested with that', async () => {
    const release = await useUpLimit(harness);
    harness.submit({ business_name: 'First' });
    await eventLoopTurns();
    addSignIn(harness, [harness.id], SECOND);
    await untilConfirmed(harness);
    release();
    expect(new Set(harness.standin.requests.map(({ userId }) => userId))).toEqual(
      new Set([SECOND.userId]),
    );
  });

  test('of a change that is saved again, only the newer text is written', async () => {
    const release = await useUpLimit(harness);
    harness.submit({ business_name: 'First' });
    await eventLoopTurns();
    harness.submit({ business_name: 'Second' });
    release();
    await untilConfirmed(harness);
    expect(harness.traffic()).toBe('GET PUT GET');
    expect(harness.standin.profileOf(harness.id)?.business_name).toBe('Second');
  });
});

describe('a send that has to read its key from the keychain', () => {
  test('frees its requests: another sign-in of the same user uses them meanwhile', async () => {
    const [first = '', second = ''] = harness.ids;
    const { userId } = harness.signIn;
    addSignIn(harness, [second], { userId });
    const authorizationOf = harness.authorizationOf;
    let unlock: () => void = () => undefined;
    const unlocked = new Promise<void>((resolve) => (unlock = resolve));
    let keychainRequests = 0;
    harness.authorizationOf = async (id) => {
      if (id === SIGN_IN) {
        keychainRequests += 1;
        await unlocked;
      }
      return authorizationOf(id);
    };
    // Leave just enough requests for one send.
    const release = await useUpLimit(harness, { leave: 3 });
    harness.submit({ business_name: 'Asks' }, first);
    await harness.until(() => keychainRequests === 1, { clock: false });
    harness.submit({ business_name: 'Does not' }, second);
    await untilConfirmed(harness, second);
    expect(requestedIds(harness)).toEqual([second, second, second]);
    expect(harness.row(first)).toMatchObject({ state: 'queued', attempts: 0 });
    harness.authorizationOf = authorizationOf;
    unlock();
    await untilConfirmed(harness, first);
    expect(harness.standin.profileOf(first)?.business_name).toBe('Asks');
    // The first change is chosen again after new requests were reserved. Nothing was read before.
    expect(requestedIds(harness)).toEqual([second, second, second, first, first, first]);
    release();
  });

  test('pauses the change without a request when the keychain refuses', async () => {
    const before = await freeRequests(harness);
    let refuse: () => void = () => undefined;
    const refused = new Promise<void>((resolve) => (refuse = resolve));
    harness.authorizationOf = async () => {
      await refused;
      return { ok: false, failure: { code: 'keychain.locked' } };
    };
    harness.submit({ business_name: 'Asks' });
    await eventLoopTurns();
    expect(await freeRequests(harness)).toBe(before);
    refuse();
    await untilState(harness, 'paused');
    expect(harness.row()?.failure).toEqual({ code: 'keychain.locked' });
    expect(harness.standin.requests).toEqual([]);
  });
});
