/**
 * What is written was read at most two seconds before, belongs to the version that is pending now, and
 * goes out under the sign-in the entry has now. Nothing waits between the read and the write.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FRESH_MS } from '../../../src/main/sync/send';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import { sampleCredential } from '../../standin/index';
import { turns } from '../event-loop';
import {
  addSignIn,
  asked,
  conflict,
  freeRequests,
  gone,
  itself,
  stateIs,
  useLimit,
  useSignIn,
  withoutProfile,
} from './helpers';
import { closeWorlds, SIGN_IN, SyncWorld } from './harness';

const OTHER_EMAIL = 'second@brightwater.example';
const SECOND = { ...sampleCredential, email: OTHER_EMAIL, userId: 'e'.repeat(32) };

let world: SyncWorld;
/** For each write, how old the copy was, in ms. */
let ages: number[];

beforeEach(async () => {
  world = await SyncWorld.start({ credentials: [sampleCredential, SECOND] });
  world.random = 0.999;
  let readAt = 0;
  ages = [];
  const path = /\/profile$/;
  world.standin.afterAnswer({ method: 'GET', path }, () => void (readAt = world.clock.now()));
  world.standin.beforeAnswer({ method: 'PUT', path }, () => {
    ages.push(world.clock.now() - readAt);
  });
});
afterEach(async () => {
  for (const age of ages) expect(Math.abs(age), 'ms').toBeLessThanOrEqual(FRESH_MS);
  expect(world.standin.violations).toEqual([]);
  await closeWorlds();
});

/** Lets the clock move between the read of a missing profile and its write, so many times. */
function slowReads(
  times: number,
  ms = FRESH_MS + 1,
  also: () => void | Promise<void> = () => undefined,
) {
  let left = times;
  world.standin.beforeAnswer(itself(world), async () => {
    if (left-- <= 0) return;
    world.clock.set(world.clock.now() + ms);
    await also();
  });
}

describe('a copy that is too old', () => {
  test.each([
    ['older than two seconds', FRESH_MS + 1],
    ['whose age is unknown because the clock was set back', -3_600_000],
  ])('%s is read again', async (_, ms) => {
    withoutProfile(world);
    slowReads(1, ms);
    world.submit({ business_name: 'First' });
    await gone(world);
    expect(world.traffic()).toBe('GET GET PUT GET');
  });

  test('of exactly two seconds is written over', async () => {
    withoutProfile(world);
    slowReads(1, FRESH_MS);
    world.submit({ business_name: 'First' });
    await gone(world);
    expect(world.traffic()).toBe('GET PUT GET');
  });

  test('is not written over what came meanwhile', async () => {
    withoutProfile(world);
    slowReads(1, FRESH_MS + 1, () =>
      world.standin.setProfile(world.id, { ...EMPTY_PROFILE, business_name: 'Theirs' }),
    );
    world.submit({ business_name: 'Mine' });
    await conflict(world);
    expect(world.standin.profileOf(world.id)?.business_name).toBe('Theirs');
  });

  test('three times in a row makes the change wait', async () => {
    withoutProfile(world);
    slowReads(3);
    world.submit({ business_name: 'First' });
    await stateIs(world, 'waiting');
    expect(world.traffic()).toBe('GET GET GET');
    expect(world.row()).toMatchObject({
      attempts: 1,
      nextAttemptAt: world.clock.now() + 999,
      failure: { code: 'network.timed-out' },
    });
    await gone(world);
    expect(world.standin.profileOf(world.id)?.business_name).toBe('First');
  });
});

describe('nothing waits for the limit between the read and the write', () => {
  test.each([
    ['a profile', false, 'GET PUT GET'],
    ['a missing profile, which takes two requests', true, 'GET PUT'],
  ])('%s', async (_, isMissing, traffic) => {
    if (isMissing) withoutProfile(world);
    const began = world.clock.now();
    // Whatever becomes free meanwhile is used by others.
    const used: (() => void)[] = [];
    const stop = world.standin.beforeAnswer({}, async () => void used.push(await useLimit(world)));
    world.submit({ business_name: 'New name' });
    await world.until(() => ages.length === 1, { clock: false });
    await turns();
    expect(world.traffic()).toBe(traffic);
    expect(world.clock.now()).toBe(began);
    stop();
    for (const release of used) release();
    await gone(world);
    expect(world.standin.profileOf(world.id)?.business_name).toBe('New name');
  });

  test('with less than three requests left nothing is read at all', async () => {
    const release = await useLimit(world, { leave: 2 });
    world.submit({ business_name: 'New name' });
    await turns();
    expect(world.standin.requests).toEqual([]);
    release();
    await gone(world);
    expect(world.traffic()).toBe('GET PUT GET');
  });

  test('requests that are lost because Cloudflare blocks the user are not written without', async () => {
    const hold = world.standin.hold({ method: 'GET' }, 'after');
    world.submit({ business_name: 'New name' });
    await hold.arrived;
    const until = world.clock.now() + 60_000;
    world.deps.limiter.block(world.credential.userId, until);
    hold.release();
    await stateIs(world, 'waiting');
    expect(world.traffic()).toBe('GET');
    expect(world.row()?.failure).toMatchObject({ code: 'cloudflare.rate-limited', retryAt: until });
    world.standin.setProfile(world.id, { business_name: 'Theirs' });
    await world.until(() => world.row()?.state === 'conflict' && !world.busy());
    expect(world.clock.now()).toBeGreaterThanOrEqual(until);
    expect(world.traffic()).toBe('GET GET');
  });
});

describe('what changes while a stale copy waits to be read again', () => {
  /** A send that waits for the limit, because its copy became too old. */
  async function waitingToRead(): Promise<() => void> {
    withoutProfile(world);
    let release: (() => void) | null = null;
    slowReads(1, FRESH_MS + 1, async () => void (release = await useLimit(world)));
    world.submit({ business_name: 'First' });
    await world.until(() => release !== null, { clock: false });
    await turns();
    expect(world.traffic()).toBe('GET');
    return release!;
  }

  test('nothing: it is read again, then written', async () => {
    const release = await waitingToRead();
    world.clock.set(world.clock.now() + 285_000);
    release();
    await gone(world);
    expect(world.traffic()).toBe('GET GET PUT GET');
  });

  test('somebody else writes: asked', async () => {
    const release = await waitingToRead();
    world.standin.setProfile(world.id, { ...EMPTY_PROFILE, business_name: 'Theirs' });
    release();
    await conflict(world);
    expect(ages).toEqual([]);
  });

  test('the change is discarded: not written', async () => {
    const release = await waitingToRead();
    world.discard();
    release();
    await world.until(() => !world.busy());
    expect(ages).toEqual([]);
    expect(world.row()).toBeNull();
  });

  test('it is saved again: the newer text is written, once', async () => {
    const release = await waitingToRead();
    world.submit({ business_name: 'Second' });
    release();
    await gone(world);
    expect(ages).toHaveLength(1);
    expect(world.standin.profileOf(world.id)?.business_name).toBe('Second');
  });

  test('its sign-in is removed: not written, paused', async () => {
    const release = await waitingToRead();
    useSignIn(world, world.id, null);
    release();
    await stateIs(world, 'paused');
    expect(world.row()?.failure).toEqual({ code: 'sign-in.none' });
    expect(ages).toEqual([]);
  });

  test('it gets another sign-in: read and written with that one', async () => {
    const release = await waitingToRead();
    addSignIn(world, [world.id], SECOND);
    const before = world.standin.requests.length;
    release();
    await gone(world);
    const { requests } = world.standin;
    const [stale, ...rest] = requests.slice(before).map(({ method, userId }) => [method, userId]);
    // The read that was waited for is with the old one; what follows from it is not written.
    expect(stale).toEqual(['GET', sampleCredential.userId]);
    expect(rest.filter(([method]) => method === 'PUT')).toEqual([['PUT', SECOND.userId]]);
    expect(requests.at(-1)?.userId).toBe(SECOND.userId);
    expect(ages).toHaveLength(1);
  });

  test('its key is replaced: read and written with the new one', async () => {
    const { email, key, userId } = world.credential;
    let current = 'a'.repeat(37);
    world.authorizationOf = async () => ({ ok: true, value: { email, key: current, userId } });
    world.deps.isCurrent = (_id, authorization) => authorization.key === current;
    // The old one still works while the copy is read.
    world.standin.setKey(userId, current);
    const release = await waitingToRead();
    current = key;
    // Refused from its second reading on.
    world.standin.afterAnswer({ ...itself(world), nth: 1 }, () =>
      world.standin.setKey(userId, key),
    );
    release();
    await gone(world);
    const puts = world.standin.requests.filter(({ method }) => method === 'PUT');
    expect(puts.map(({ keyMatches }) => keyMatches)).toEqual([true]);
  });
});

describe('what changes while the first requests are waited for', () => {
  test('the change is discarded: nothing is requested', async () => {
    const before = await freeRequests(world);
    const release = await useLimit(world);
    world.submit({ business_name: 'First' });
    await turns();
    world.discard();
    release();
    await turns();
    expect(world.standin.requests).toEqual([]);
    expect(await freeRequests(world)).toBe(before);
  });

  test('its sign-in is removed: nothing is requested, paused', async () => {
    const release = await useLimit(world);
    world.submit({ business_name: 'First' });
    await turns();
    useSignIn(world, world.id, null);
    release();
    await stateIs(world, 'paused');
    expect(world.row()?.failure).toEqual({ code: 'sign-in.none' });
    expect(world.standin.requests).toEqual([]);
  });

  test('it gets another sign-in: everything is requested with that one', async () => {
    const release = await useLimit(world);
    world.submit({ business_name: 'First' });
    await turns();
    addSignIn(world, [world.id], SECOND);
    await gone(world);
    release();
    expect(new Set(world.standin.requests.map(({ userId }) => userId))).toEqual(
      new Set([SECOND.userId]),
    );
  });

  test('it is saved again: only the newer text is written', async () => {
    const release = await useLimit(world);
    world.submit({ business_name: 'First' });
    await turns();
    world.submit({ business_name: 'Second' });
    release();
    await gone(world);
    expect(world.traffic()).toBe('GET PUT GET');
    expect(world.standin.profileOf(world.id)?.business_name).toBe('Second');
  });
});

describe('a keychain that has to be asked', () => {
  test('gives the requests back: another sign-in of the same user uses them meanwhile', async () => {
    const [first = '', second = ''] = world.ids;
    const { userId } = world.credential;
    addSignIn(world, [second], { userId });
    const answer = world.authorizationOf;
    let unlock: () => void = () => undefined;
    const unlocked = new Promise<void>((resolve) => (unlock = resolve));
    let questions = 0;
    world.authorizationOf = async (id) => {
      if (id === SIGN_IN) {
        questions += 1;
        await unlocked;
      }
      return answer(id);
    };
    // Just enough for one send.
    const release = await useLimit(world, { leave: 3 });
    world.submit({ business_name: 'Asks' }, first);
    await world.until(() => questions === 1, { clock: false });
    world.submit({ business_name: 'Does not' }, second);
    await gone(world, second);
    expect(asked(world)).toEqual([second, second, second]);
    expect(world.row(first)).toMatchObject({ state: 'queued', attempts: 0 });
    world.authorizationOf = answer;
    unlock();
    await gone(world, first);
    expect(world.standin.profileOf(first)?.business_name).toBe('Asks');
    // Chosen again, with requests of its own: nothing was read without them.
    expect(asked(world)).toEqual([second, second, second, first, first, first]);
    release();
  });

  test('and says no: paused, nothing was requested', async () => {
    const before = await freeRequests(world);
    let refuse: () => void = () => undefined;
    const refused = new Promise<void>((resolve) => (refuse = resolve));
    world.authorizationOf = async () => {
      await refused;
      return { ok: false, failure: { code: 'keychain.locked' } };
    };
    world.submit({ business_name: 'Asks' });
    await turns();
    expect(await freeRequests(world)).toBe(before);
    refuse();
    await stateIs(world, 'paused');
    expect(world.row()?.failure).toEqual({ code: 'keychain.locked' });
    expect(world.standin.requests).toEqual([]);
  });
});
