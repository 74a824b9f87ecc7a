/** When changes are sent: order, waits, pauses, restarts, stopping. */
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { backoff, LONGEST_WAIT_MS, SHORTEST_WAIT_MS } from '../../../src/main/sync/backoff';
import { failed, type Failure } from '../../../src/shared/failure';
import { closeWorlds, SIGN_IN, SyncWorld } from './world';

afterEach(closeWorlds);

const waits = (world: SyncWorld, id = world.id): number =>
  (world.row(id)?.nextAttemptAt ?? 0) - world.clock.now();

test('waits grow with full jitter from a second to five minutes', () => {
  expect([1, 2, 3, 9, 10, 50].map((failures) => backoff(failures, 0.999_999))).toEqual([
    1_000, 2_000, 4_000, 256_000, 300_000, 300_000,
  ]);
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (n, random) => {
      const wait = backoff(n, random);
      expect(wait).toBeGreaterThanOrEqual(SHORTEST_WAIT_MS);
      expect(wait).toBeLessThanOrEqual(LONGEST_WAIT_MS);
    }),
  );
});

test('offline a change waits, longer each time, and is sent when Cloudflare answers again', async () => {
  const world = await SyncWorld.start();
  world.random = 0.999;
  world.shouldProbe = true;
  await world.standin.goOffline();
  world.submit({ business_name: 'Later' });
  await world.until(() => world.row()?.state === 'waiting', { clock: false });
  expect(world.row()).toMatchObject({ attempts: 1, failure: { code: 'network.unreachable' } });
  expect(world.connectivity.status().state).toBe('offline');
  expect(waits(world)).toBe(999);
  await world.until(() => (world.row()?.attempts ?? 0) >= 8);
  expect(waits(world)).toBeGreaterThan(60_000);
  await world.standin.goOnline();
  const before = world.clock.now();
  await world.connectivity.probeNow();
  expect(world.connectivity.status().state).toBe('online');
  await world.until(() => world.row() === null && !world.busy(), { clock: false });
  expect(world.clock.now()).toBe(before);
});

test('one failing request among answered ones does not shorten the waits', async () => {
  const world = await SyncWorld.start();
  world.random = 0.999;
  world.shouldProbe = true;
  world.standin.faults.add({ mode: 'reset', match: { method: 'PUT' } });
  world.submit({ business_name: 'Kept' });
  await world.until(() => (world.row()?.attempts ?? 0) >= 6 && !world.busy());
  const puts = world.standin.requests.filter(({ method }) => method === 'PUT');
  expect(puts).toHaveLength(6);
  expect(waits(world)).toBeGreaterThan(20_000);
});

test('one send at a time per organization, a few at once over all', async () => {
  const world = await SyncWorld.start({ organizations: 9 });
  const holds = world.ids.map((id) => world.standin.hold({ path: `${id}/profile` }));
  for (const id of world.ids) world.submit({ business_name: 'New' }, id);
  await world.until(() => world.standin.requests.length === 4, { clock: false });
  for (let turns = 0; turns < 20; turns += 1) await new Promise((next) => setImmediate(next));
  expect(world.standin.requests).toHaveLength(4);
  // The oldest submissions go first.
  const first = world.standin.requests.map(({ route }) => route.split('/')[2]);
  expect(first.sort()).toEqual(world.ids.slice(0, 4).sort());
  world.scheduler.wake();
  world.scheduler.retryNow();
  for (const hold of holds) hold.release();
  await world.until(() => world.ids.every((id) => world.row(id) === null) && !world.busy());
  for (const id of world.ids) {
    const traffic = world.standin.requests.filter(({ route }) => route.includes(id));
    expect(traffic.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
  }
});

test('a sign-in that is down pauses all its changes together, with one message', async () => {
  const world = await SyncWorld.start({ organizations: 6 });
  world.standin.faults.add({ mode: '403-9103' });
  world.write((tables) => {
    const other = tables.credentials.get(SIGN_IN);
    if (other) tables.credentials.put({ ...other, id: 'f'.repeat(16) });
    const organization = tables.organizations.get(world.ids[5] ?? '');
    if (organization) tables.organizations.put({ ...organization, credentialId: 'f'.repeat(16) });
  });
  const hold = world.standin.hold({ path: `${world.ids[5]}/profile` });
  for (const id of world.ids.slice(0, 5)) world.submit({ business_name: 'New' }, id);
  await world.until(() => world.ids.slice(0, 5).every((id) => world.row(id)?.state === 'paused'));
  await world.until(() => !world.busy());
  // Four were under way; the fifth was never asked for.
  expect(world.standin.requests).toHaveLength(4);
  for (const [id] of world.troubles) expect(id).toBe(SIGN_IN);
  world.submit({ business_name: 'New' }, world.ids[5]);
  hold.release();
  await world.until(() => world.row(world.ids[5])?.state === 'paused');
  world.standin.faults.clear();
  world.scheduler.signInHealed(SIGN_IN);
  await world.until(() => world.ids.slice(0, 5).every((id) => world.row(id) === null));
  expect(world.row(world.ids[5])?.state).toBe('paused');
});

/** Notes in the database that Cloudflare refuses the sign-in, as the sign-ins room does. */
function refused(world: SyncWorld, trouble: Failure | null): void {
  world.write((tables) => {
    const row = tables.credentials.get(SIGN_IN);
    if (row) tables.credentials.put({ ...row, trouble });
  });
}

test('what is saved while Cloudflare refuses the sign-in is paused without asking again', async () => {
  const world = await SyncWorld.start();
  const failure = { code: 'sign-in.unknown', status: 403 } as const;
  refused(world, failure);
  for (const id of world.ids) world.submit({ business_name: 'New' }, id);
  await world.until(() => world.ids.every((id) => world.row(id)?.state === 'paused'));
  expect(world.row()?.failure).toEqual(failure);
  expect(world.standin.requests).toEqual([]);
  // Nor at the next start.
  await world.restart();
  expect(world.standin.requests).toEqual([]);
  refused(world, null);
  world.scheduler.signInHealed(SIGN_IN);
  await world.until(() => world.ids.every((id) => world.row(id) === null) && !world.busy());
});

test('"try again" asks Cloudflare also with a sign-in it refused, once for all of its changes', async () => {
  const world = await SyncWorld.start({ organizations: 9 });
  refused(world, { code: 'sign-in.unknown', status: 403 });
  for (const id of world.ids) world.submit({ business_name: 'New' }, id);
  await world.until(() => world.ids.every((id) => world.row(id)?.state === 'paused'));
  const remove = world.standin.faults.add({ mode: '403-9103' });
  world.scheduler.retryNow();
  await world.until(() => world.ids.every((id) => world.row(id)?.state === 'paused'));
  await world.until(() => !world.busy());
  expect(world.standin.requests.length).toBeLessThanOrEqual(4);
  remove();
  world.scheduler.retryNow(world.id);
  await world.until(() => world.row() === null && !world.busy());
  expect(world.works).toEqual([SIGN_IN]);
});

test('a keychain that was locked is asked again by what is saved next', async () => {
  const world = await SyncWorld.start();
  refused(world, { code: 'keychain.locked' });
  world.submit({ business_name: 'New' });
  await world.until(() => world.row() === null && !world.busy());
});

test('the change the person asks for goes before others that wait', async () => {
  const world = await SyncWorld.start({ organizations: 9 });
  const holds = world.ids.map((id) => world.standin.hold({ path: `${id}/profile` }));
  for (const id of world.ids) world.submit({ business_name: 'New' }, id);
  await world.until(() => world.standin.requests.length === 4, { clock: false });
  const wanted = world.ids[8] ?? '';
  world.scheduler.retryNow(wanted);
  holds[0]?.release();
  await world.until(() => world.standin.requests.some(({ route }) => route.includes(wanted)));
  const waiting = world.ids.slice(4, 8);
  for (const { route } of world.standin.requests) {
    expect(waiting.some((id) => route.includes(id))).toBe(false);
  }
  for (const hold of holds) hold.release();
  await world.until(() => world.ids.every((id) => world.row(id) === null) && !world.busy());
});

test.each(['keychain.locked', 'keychain.lost', 'keychain.timed-out'] as const)(
  '%s pauses before anything is sent',
  async (code) => {
    const world = await SyncWorld.start();
    const working = world.authorizationOf;
    world.authorizationOf = async () => failed(code);
    world.submit({ business_name: 'New' });
    await world.until(() => world.row()?.state === 'paused' && !world.busy());
    expect(world.row()?.failure).toEqual({ code });
    expect(world.standin.requests).toEqual([]);
    // An unlocked keychain is found at the next start.
    world.authorizationOf = working;
    await world.restart();
    await world.until(() => world.row() === null && !world.busy());
  },
);

test('a restart begins from the database, wherever the send was interrupted', async () => {
  for (const [method, when, nth] of [
    ['GET', 'before', 1],
    ['PUT', 'before', 1],
    ['PUT', 'after', 1],
    ['GET', 'after', 2],
  ] as const) {
    const world = await SyncWorld.start();
    const hold = world.standin.hold({ method, path: '/profile', nth }, when);
    world.submit({ business_name: 'Kept' });
    await hold.arrived;
    const began = performance.now();
    await world.stop();
    expect(performance.now() - began).toBeLessThan(2_000);
    await world.restart();
    hold.release();
    await world.until(() => world.row() === null && !world.busy());
    expect(world.standin.profileOf(world.id)?.business_name).toBe('Kept');
  }
});

test('stopping leaves the change as it was, even while the keychain asks for ever', async () => {
  const world = await SyncWorld.start();
  world.authorizationOf = () => new Promise(() => undefined);
  world.submit({ business_name: 'Kept' });
  expect(world.busy()).toBe(true);
  await world.stop();
  expect(world.row()).toMatchObject({ state: 'queued', attempts: 0, failure: null });
  expect(world.clock.size).toBe(0);
});

test('stopped means stopped: nothing starts any more', async () => {
  const world = await SyncWorld.start();
  await world.stop();
  world.submit({ business_name: 'Kept' });
  world.scheduler.wake();
  world.scheduler.retryNow();
  world.scheduler.cameOnline();
  expect(world.busy()).toBe(false);
  expect(world.row()?.state).toBe('queued');
});

test('the next try survives a restart for a rate limit, and a clock set back does not stop it', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: '429-retry-300', times: 1 });
  world.submit({ business_name: 'Kept' });
  await world.until(() => world.row()?.state === 'waiting' && !world.busy(), { clock: false });
  const due = world.row()?.nextAttemptAt;
  expect(due).toBeGreaterThanOrEqual(world.clock.now() + 300_000);
  await world.restart();
  expect(world.row()?.nextAttemptAt).toBe(due);
  expect(world.standin.requests).toHaveLength(1);
  world.clock.set(world.clock.now() - 86_400_000);
  await world.until(() => world.row() === null && !world.busy());
});

test('a clock set back during a block makes no burst and does not end the block', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: '429-retry-300', times: 1 });
  world.submit({ business_name: 'Kept' });
  await world.until(() => world.row()?.state === 'waiting' && !world.busy(), { clock: false });
  world.clock.set(world.clock.now() - 3_600_000);
  const set = world.clock.now();
  world.scheduler.wake();
  await world.until(() => world.row() === null && !world.busy());
  expect(world.clock.now()).toBeGreaterThanOrEqual(set + 300_000);
  expect(world.clock.now()).toBeLessThan(set + 400_000);
  expect(world.traffic()).toBe('GET GET PUT GET');
});

test('a wait that cannot be is not a burst', async () => {
  const world = await SyncWorld.start();
  let asked = 0;
  world.authorizationOf = async () => {
    // Answered late, so that a burst is seen instead of stopping everything else.
    await new Promise((next) => setImmediate(next));
    asked += 1;
    return failed('cloudflare.rate-limited', { retryAt: world.clock.now() + 86_400_000 });
  };
  world.submit({ business_name: 'Kept' });
  await world.until(() => world.row()?.state === 'waiting' && !world.busy(), { clock: false });
  for (let turns = 0; turns < 20; turns += 1) await new Promise((next) => setImmediate(next));
  expect(asked).toBe(1);
});

test('retrying one organization takes a refused change, retrying all does not', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: 'validation-error', times: 1 });
  world.submit({ business_name: 'Kept' });
  await world.until(() => world.row()?.state === 'refused' && !world.busy());
  world.scheduler.retryNow();
  expect(world.row()?.state).toBe('refused');
  world.scheduler.retryNow(world.id);
  await world.until(() => world.row() === null && !world.busy());
});

test('a database that fails is asked again, and what was sent is not lost', async () => {
  const world = await SyncWorld.start();
  const { write } = world.store;
  let failures = 0;
  const hold = world.standin.hold({ method: 'GET' });
  world.submit({ business_name: 'Kept' });
  await hold.arrived;
  world.store.write = (work) => {
    if (failures < 5) {
      failures += 1;
      return failed('store.full');
    }
    return write(work);
  };
  hold.release();
  await world.until(() => world.row() === null && !world.busy());
  expect(failures).toBe(5);
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Kept');
});

test('a key replaced while the old one is refused: sent and read with the new one, no trouble', async () => {
  const world = await SyncWorld.start();
  const { email, key, userId } = world.credential;
  let current = 'old-key';
  world.authorizationOf = async () => ({ ok: true, value: { email, key: current, userId } });
  world.deps.isCurrent = (_id, authorization) => authorization.key === current;
  const write = world.standin.hold({ method: 'GET', path: `${world.id}/profile`, nth: 1 });
  world.submit({ business_name: 'New' });
  await write.arrived;
  const other = world.ids[1] ?? '';
  const page = world.standin.hold({ method: 'GET', path: `${other}/profile`, nth: 1 });
  const read = world.refresher.refresh(other, { looking: true });
  await page.arrived;
  current = key;
  world.scheduler.signInHealed(SIGN_IN);
  write.release();
  page.release();
  expect((await read).ok).toBe(true);
  await world.until(() => world.row() === null && !world.busy());
  expect(world.troubles).toEqual([]);
});
