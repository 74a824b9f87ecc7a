/** The check at its largest: 10,000 organizations, Cloudflare's real limits, and others served meanwhile. */
import { afterEach, expect, test } from 'vitest';
import { turnsDuring } from '../event-loop';
import { CheckWorld, closeWorlds } from './world';

afterEach(closeWorlds);

/** Waits until no further request has come for many turns, with the clock standing still. */
async function shareUsedUp({ sync }: CheckWorld): Promise<void> {
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
    const world = await CheckWorld.start({ organizations: 10_000, embedProfiles: true });
    const { standin, ids, clock } = world.sync;
    clock.advance(60_000);
    standin.setProfile(ids[9_999]!, { business_phone: '1' });
    const [, turns] = await turnsDuring(world.now());
    expect(world.requests).toEqual([...Array<string>(10).fill('LIST'), '9999']);
    expect(world.confirmed).toHaveLength(9_999);
    expect(world.found).toEqual([[ids[9_999]]]);
    expect(world.profile(0)?.checkedAt).toBe(clock.now());
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
    const world = await CheckWorld.start({
      organizations: 930,
      embedProfiles: false,
      limits: {},
      now: () => time(),
    });
    const { clock, standin, refresher } = world.sync;
    time = clock.now;
    world.check.start();
    world.check.runNow();
    // In steps, each with its own patience, for machines that do other things as well.
    for (let count = 90; count <= 870; count += 60) {
      await world.sync.until(() => standin.requests.length >= count);
    }
    const began = clock.now();
    // Somebody opens a page that the check will only come to much later, then one for which it has
    // asked already and waits.
    await refresher.refresh(world.sync.ids.at(-1)!, { looking: true });
    await shareUsedUp(world);
    const waiting = world.sync.ids[world.asked.at(-1)!]!;
    const wasAsked = (): boolean => standin.requests.some(({ route }) => route.includes(waiting));
    expect(wasAsked()).toBe(false);
    const opened = refresher.refresh(waiting, { looking: true });
    await world.sync.until(wasAsked, { clock: false });
    await opened;
    expect(clock.now()).toBe(began);
    await world.ended(1);
    expect(clock.now() - began).toBeGreaterThan(240_000);
    expect(new Set(world.requests).size).toBe(931);
    expect(standin.requests.filter(({ status }) => status === 429)).toEqual([]);
    expect(standin.violations).toEqual([]);
    expect(world.check.status()).toMatchObject({ failure: null, changed: 0 });
  },
);
