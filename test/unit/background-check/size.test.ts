/** The check at its largest: 10,000 organizations, Cloudflare's real limits, and others served meanwhile. */
import { afterEach, expect, test } from 'vitest';
import { turnsDuring } from '../event-loop';
import { CheckHarness, closeHarnesses } from './harness';

afterEach(closeHarnesses);

/** Waits until no further request has come for many turns, with the clock standing still. */
async function shareUsedUp({ sync }: CheckHarness): Promise<void> {
  let still = 0;
  let before = 0;
  await sync.until(
    () => {
      const count = sync.standin.requests.length;
      still = count === before ? still + 1 : 0;
      before = count;
      return still > 2_000;
    },
    { clock: false },
  );
}

test(
  '10,000 organizations that the list vouches for: ten requests',
  { timeout: 120_000 },
  async () => {
    const harness = await CheckHarness.start({ organizations: 10_000, embedProfiles: true });
    const { standin, ids, clock } = harness.sync;
    clock.advance(60_000);
    standin.setProfile(ids[9_999]!, { business_phone: '1' });
    const [, turns] = await turnsDuring(harness.now());
    expect(harness.requests).toEqual([...Array<string>(10).fill('LIST'), '9999']);
    expect(harness.check.status()).toMatchObject({ checked: 10_000, changed: 1 });
    expect(harness.found).toEqual([[ids[9_999]]]);
    expect(harness.profile(0)?.checkedAt).toBe(clock.now());
    // Between any two of the ten pages, at the least, the window was answered.
    expect(turns).toBeGreaterThan(10);
  },
);

test(
  'more profiles than the background share: the rest waits, a person does not, and nobody is refused',
  { timeout: 120_000 },
  async () => {
    const start = Date.UTC(2026, 10, 24, 9);
    let time = (): number => start;
    const harness = await CheckHarness.start({
      organizations: 630,
      embedProfiles: false,
      limits: {},
      now: () => time(),
    });
    const { clock, standin, refresher } = harness.sync;
    time = clock.now;
    // Due because there was none yet.
    harness.check.start();
    // In steps, each with its own patience, for machines that do other things as well.
    for (let count = 90; count <= 570; count += 60) {
      await harness.sync.until(() => standin.requests.length >= count);
    }
    const began = clock.now();
    // Somebody opens a page that the check will only come to much later, then one for which it has
    // asked already and waits.
    await refresher.refresh(harness.sync.ids.at(-1)!, { looking: true });
    await shareUsedUp(harness);
    const waiting = harness.sync.ids[harness.asked.at(-1)!]!;
    const wasAsked = (): boolean => standin.requests.some(({ route }) => route.includes(waiting));
    expect(wasAsked()).toBe(false);
    const opened = refresher.refresh(waiting, { looking: true });
    await harness.sync.until(wasAsked, { clock: false });
    await opened;
    expect(clock.now()).toBe(began);
    await harness.ended(1);
    expect(clock.now() - began).toBeGreaterThan(240_000);
    expect(new Set(harness.requests).size).toBe(631);
    expect(standin.requests.filter(({ status }) => status === 429)).toEqual([]);
    expect(standin.violations).toEqual([]);
    expect(harness.check.status()).toMatchObject({ failure: null, changed: 0 });
  },
);

test(
  "1,000 on a person's request: within one window of the limit, and a page opened meanwhile goes first",
  { timeout: 120_000 },
  async () => {
    const start = Date.UTC(2026, 10, 24, 9);
    let time = (): number => start;
    const harness = await CheckHarness.start({
      organizations: 1_000,
      embedProfiles: false,
      limits: {},
      now: () => time(),
    });
    const { clock, standin, refresher } = harness.sync;
    time = clock.now;
    const began = clock.now();
    harness.check.start();
    harness.check.runNow();
    // The first second's share of the address is used up.
    await shareUsedUp(harness);
    expect(standin.requests.length).toBeGreaterThan(190);
    const stood = clock.now();
    await refresher.refresh(harness.sync.ids.at(-1)!, { looking: true });
    expect(clock.now()).toBe(stood);
    for (let count = 200; count <= 1_000; count += 100) {
      await harness.sync.until(() => standin.requests.length >= count);
    }
    await harness.ended(1);
    expect(clock.now() - began).toBeLessThan(10_000);
    expect(new Set(harness.requests).size).toBe(1_001);
    expect(standin.requests.filter(({ status }) => status === 429)).toEqual([]);
    expect(standin.violations).toEqual([]);
  },
);

test('a check that is under way hurries from the moment a person asks', async () => {
  const harness = await CheckHarness.start({ organizations: 60, embedProfiles: false });
  const { standin } = harness.sync;
  const first = standin.hold({ path: '/profile' });
  harness.check.start();
  await harness.sync.until(() => harness.asked.length === 4);
  harness.check.runNow();
  first.release();
  await harness.sync.until(() => harness.asked.length > 20);
  await harness.ended(1);
  expect(harness.runs).toBe(1);
});

test('what a check waits for already hurries too: its share of the limit is another one at once', async () => {
  const start = Date.UTC(2026, 10, 24, 9);
  let time = (): number => start;
  const harness = await CheckHarness.start({
    organizations: 100,
    embedProfiles: false,
    limits: { perUser: 60 },
    now: () => time(),
  });
  const { clock, standin } = harness.sync;
  time = clock.now;
  harness.check.start();
  await harness.sync.until(() => harness.asked.length > 0);
  await shareUsedUp(harness);
  const before = standin.requests.length;
  expect(before).toBeLessThan(50);
  const began = clock.now();
  harness.check.runNow();
  await harness.sync.until(() => standin.requests.length > before + 4, { clock: false });
  expect(clock.now()).toBe(began);
  harness.check.stop();
  await harness.ended(1);
  expect(standin.requests.filter(({ status }) => status === 429)).toEqual([]);
});
