/**
 * A save of many and Cloudflare's rate limit: the save's share of the limit, saves of the person, other
 * sign-ins, and the ETA.
 */
import { afterEach, expect, test } from 'vitest';
import { estimate } from '../../../src/main/saves/eta';
import type { Priority } from '../../../src/main/rate-limit/priority';
import { UserLimit } from '../../../src/main/rate-limit/user-limit';
import { SendSlots } from '../../../src/main/sync/send-slots';
import { SMALL_SAVE } from '../../../src/shared/saves';
import { eventLoopTurns } from '../event-loop';
import { valueOf } from '../results';
import { SavesHarness, closeHarnesses, NEW_PHONE } from './harness';

afterEach(closeHarnesses);

/** Number of organizations of a save that is too large to be sent like single saves. */
const LARGE = SMALL_SAVE + 2;
const OTHER = 'f'.repeat(16);

/**
 * Uses up the 1,080 requests that saves may send per rate window, so that a save has to wait. No
 * real request is sent.
 */
async function useUp({ sync }: SavesHarness): Promise<void> {
  const { userId } = sync.signIn;
  for (let count = 4; count <= 1_080; count += 4) {
    const reservation = valueOf(await sync.deps.limiter.reserve(userId, 4, 'bulk'));
    while (reservation.take()) sync.deps.limiter.answered(userId, null);
    // An IP address may send only 200 requests per second.
    if (count % 120 === 0) sync.clock.advance(1_200);
  }
}

test('sends a save immediately while a save waits for the limit, even a save on a page of the save', async () => {
  const harness = await SavesHarness.start({ organizations: LARGE + 2 });
  const { sync } = harness;
  await useUp(harness);
  const saveId = await harness.change(NEW_PHONE, sync.ids.slice(0, LARGE));
  await eventLoopTurns();
  expect(sync.standin.requests).toEqual([]);
  expect(harness.save(saveId).waitsUntil! - sync.clock.now()).toBeGreaterThan(280_000);
  const [own] = sync.ids as [string];
  const free = sync.ids.at(-1)!;
  sync.submit({ business_name: 'Mine' }, free);
  await sync.until(() => sync.row(free) === null, { clock: false });
  sync.submit({ business_name: 'Mine too' }, own);
  await sync.until(() => sync.row(own) === null, { clock: false });
  expect(sync.standin.profileOf(own)).toMatchObject({ ...NEW_PHONE, business_name: 'Mine too' });
  expect(harness.save(saveId)).toMatchObject({ done: 1, waiting: LARGE - 1 });
  expect(await harness.ended(saveId)).toMatchObject({ done: LARGE, waitsUntil: null });
});

test('sends a small save immediately while a large one waits, like single saves', async () => {
  const harness = await SavesHarness.start({ organizations: LARGE + 26 });
  const { sync } = harness;
  await useUp(harness);
  const large = await harness.change(NEW_PHONE, sync.ids.slice(0, LARGE));
  const small = await harness.change(NEW_PHONE, sync.ids.slice(LARGE));
  await sync.until(() => harness.save(small).done === 26, { clock: false });
  expect(harness.save(large)).toMatchObject({ done: 0, waiting: LARGE });
  expect(await harness.ended(large)).toMatchObject({ done: LARGE });
});

test('does not hold up other sign-ins when the share of one is used up', async () => {
  const harness = await SavesHarness.start({ organizations: LARGE });
  const { sync } = harness;
  const own = sync.authorizationOf;
  sync.authorizationOf = async (id) => {
    const found = await own(id);
    return id === OTHER && found.ok
      ? { ok: true, value: { ...found.value, userId: 'another user' } }
      : found;
  };
  const others = sync.ids.slice(6);
  sync.write((tables) => {
    const signIn = tables.signIns.all()[0]!;
    tables.signIns.put({ ...signIn, id: OTHER, userId: 'another user' });
    for (const id of others) {
      tables.organizations.put({ ...tables.organizations.get(id)!, signInId: OTHER });
    }
  });
  await useUp(harness);
  const saveId = await harness.change(NEW_PHONE);
  await sync.until(() => others.every((id) => sync.row(id) === null), { clock: false });
  expect(harness.save(saveId)).toMatchObject({ done: LARGE - 6, waiting: 6 });
  expect(await harness.ended(saveId)).toMatchObject({ done: LARGE });
});

test('sends the oldest save first', async () => {
  const harness = await SavesHarness.start({ organizations: 12 });
  const { sync } = harness;
  await useUp(harness);
  const first = await harness.change(NEW_PHONE, sync.ids.slice(0, 6));
  const second = await harness.change(NEW_PHONE, sync.ids.slice(6));
  await sync.until(() => harness.save(first).done === 6);
  // Sends that took the slots of the first save's last ones may have ended already.
  expect(harness.save(second).done).toBeLessThan(4);
  expect(await harness.ended(second)).toMatchObject({ done: 6 });
});

test('skips a paused save, even if its changes already wait for the limit', async () => {
  const harness = await SavesHarness.start({ organizations: LARGE + 6 });
  const { sync } = harness;
  await useUp(harness);
  const first = await harness.change(NEW_PHONE, sync.ids.slice(0, LARGE));
  const second = await harness.change(NEW_PHONE, sync.ids.slice(LARGE));
  await eventLoopTurns();
  await harness.pause(first);
  await harness.ended(second);
  expect(harness.save(first)).toMatchObject({ done: 0, waiting: LARGE, state: 'paused' });
  for (const id of sync.ids.slice(0, LARGE)) {
    expect(sync.standin.requests.some(({ route }) => route.includes(id))).toBe(false);
  }
});

test('shows no ETA while none can be given', async () => {
  const harness = await SavesHarness.start({ organizations: 3 });
  await useUp(harness);
  const saveId = await harness.change(NEW_PHONE);
  expect(harness.save(saveId).timeLeft).toBeGreaterThan(0);
  harness.offline = true;
  expect(harness.save(saveId)).toMatchObject({ timeLeft: null, waitsUntil: null });
  harness.offline = false;
  valueOf(await harness.service.handlers.pause({ saveId }));
  expect(harness.save(saveId)).toMatchObject({ timeLeft: null, waitsUntil: null });
});

/** The rate limit of one Cloudflare user on a test clock. */
function limitOf() {
  let now = 1_000_000;
  const limit = new UserLimit({ elapsed: () => now, save: () => undefined });
  const limiter = {
    timeFor: (_user: string, n: number, priority: Priority) => limit.timeFor(n, priority),
    waitsUntil: () => null as number | null,
  };
  const request = (): void => {
    limit.begin();
    now += 100;
    limit.end(null, 0);
  };
  return { limit, limiter, request };
}

test('estimates a quarter of an hour for 1,000 changes; includes blocks and what is sent first', () => {
  const { limit, limiter, request } = limitOf();
  const minutes = (changes: number, own = 0): number[] => {
    const etas = estimate({
      loads: [
        { signInId: 'a', saveId: null, changes: own },
        { signInId: 'a', saveId: 'first', changes },
        { signInId: 'a', saveId: 'second', changes: 360 },
      ],
      running: [
        { id: 'first', isSmall: false },
        { id: 'second', isSmall: false },
      ],
      userOf: () => 'user',
      limiter,
      sendMs: 1_000,
    });
    return [...etas.values()].map(({ timeLeft }) => Math.round(timeLeft / 6_000) / 10);
  };
  expect(minutes(1_000)).toEqual([10, 15.1]);
  expect(minutes(1_000, 360)).toEqual([15.1, 20.1]);
  // The ETA of a few changes depends on how long each takes, not on the limit.
  expect(minutes(4)[0]).toBe(0);
  expect(minutes(240)[0]).toBe(1);
  for (let count = 0; count < 1_080; count += 1) request();
  // The first of those 1,080 requests stops counting 301 s after it ended.
  expect(limit.timeFor(3, 'bulk')).toBe(301_000 - 108_000 + 300);
  // A small save may use the rest.
  expect(limit.timeFor(3, 'send')).toBe(0);
  limit.block(299_000);
  expect(limit.timeFor(3, 'bulk')).toBe(299_000);
});

test('estimates for two Cloudflare users separately; the slower one determines the ETA', () => {
  const loads = [
    { signInId: 'a', saveId: 'save', changes: 100 },
    { signInId: 'b', saveId: 'save', changes: 200 },
    { signInId: 'c', saveId: 'save', changes: 150 },
    { signInId: 'b', saveId: 'next', changes: 1 },
  ];
  const waits = new Map<string, number | null>([
    ['one', 5_000],
    ['other', 7_000],
  ]);
  const etas = () =>
    estimate({
      loads,
      running: [
        { id: 'save', isSmall: false },
        { id: 'next', isSmall: true },
      ],
      // Two sign-ins of one user share its limit.
      userOf: (id) => (id === 'b' ? 'one' : 'other'),
      limiter: {
        timeFor: (_user, n) => n * 1_000,
        waitsUntil: (user, priority) => (priority === 'bulk' ? (waits.get(user) ?? null) : 9_000),
      },
      sendMs: 1_000,
    });
  // The second save of a user waits for the first, not for the limit.
  expect(etas()).toEqual(
    new Map([
      ['save', { timeLeft: 750_000, waitsUntil: 5_000 }],
      ['next', { timeLeft: 603_000, waitsUntil: null }],
    ]),
  );
  // As long as changes of one user are sent, the save as a whole does not wait for the limit.
  waits.set('other', null);
  expect(etas().get('save')?.waitsUntil).toBeNull();
});

test('measures how long a send takes', () => {
  const { limiter } = limitOf();
  const slots = new SendSlots();
  const eta = () =>
    estimate({
      loads: [{ signInId: 'a', saveId: 'save', changes: 26 }],
      running: [{ id: 'save', isSmall: true }],
      userOf: () => 'user',
      limiter,
      sendMs: slots.averageMs,
    }).get('save')?.timeLeft;
  expect(eta()).toBe(6_500);
  for (let sends = 0; sends < 40; sends += 1) slots.recordDuration(4_000);
  expect(eta()).toBeGreaterThan(25_500);
  // The computer slept, or its clock was set.
  slots.recordDuration(3_600_000);
  slots.recordDuration(-1);
  expect(eta()).toBeLessThan(26_500);
});
