/** When changes are sent: in which order, how many at once, for whom, after restarts, and not after stopping. */
import { afterEach, describe, expect, test } from 'vitest';
import { AT_ONCE } from '../../../src/main/sync/send-slots';
import { valueOf } from '../cloudflare/harness';
import { turns } from '../event-loop';
import {
  addSignIn,
  asked,
  freeRequests,
  gone,
  look,
  OTHER_SIGN_IN,
  setTrouble,
  stateIs,
  useLimit,
} from './helpers';
import { closeWorlds, SyncWorld } from './harness';

afterEach(closeWorlds);

const allGone = (world: SyncWorld, ids = world.ids) =>
  world.until(() => ids.every((id) => world.row(id) === null) && !world.busy());

/** Requests that stay without an answer until they are released, one for each organization. */
const holdReads = (world: SyncWorld, ids = world.ids) =>
  ids.map((id) => world.standin.hold({ path: `${id}/profile` }));

/** Lets Cloudflare say how much of its limit is left: from then on only the slots keep sends waiting. */
const knowLimit = async (world: SyncWorld): Promise<void> => {
  valueOf(await look(world, false));
  world.standin.requests.length = 0;
};

test('one send at a time per organization, four at once for a Cloudflare user', async () => {
  const world = await SyncWorld.start({ organizations: 9 });
  await knowLimit(world);
  const holds = holdReads(world);
  for (const id of world.ids) world.submit({ business_name: 'New' }, id);
  await world.until(() => world.standin.requests.length === AT_ONCE, { clock: false });
  await turns();
  expect(world.standin.requests).toHaveLength(AT_ONCE);
  // The one the person saved last goes first, then the oldest.
  const [last = ''] = world.ids.slice(-1);
  expect(asked(world).sort()).toEqual([last, ...world.ids.slice(0, 3)].sort());
  world.scheduler.wake();
  world.scheduler.retryNow();
  for (const hold of holds) hold.release();
  await allGone(world);
  for (const id of world.ids) {
    const traffic = world.standin.requests.filter(({ route }) => route.includes(id));
    expect(traffic.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
  }
});

test('the change the person asks for goes before others that wait', async () => {
  const world = await SyncWorld.start({ organizations: 9 });
  const holds = holdReads(world);
  for (const id of world.ids) world.submit({ business_name: 'New' }, id);
  await world.until(() => world.standin.requests.length === AT_ONCE, { clock: false });
  const [wanted = ''] = world.ids.slice(7, 8);
  world.scheduler.retryNow(wanted);
  holds[0]?.release();
  await world.until(() => asked(world).includes(wanted));
  for (const id of world.ids.slice(3, 7)) expect(asked(world)).not.toContain(id);
  for (const hold of holds) hold.release();
  await allGone(world);
});

describe('requests are reserved first, and only then a change is chosen:', () => {
  test('one saved while the limit is waited for goes before one saved earlier', async () => {
    const world = await SyncWorld.start();
    const [first = '', second = ''] = world.ids;
    const release = await useLimit(world, { leave: 2 });
    world.submit({ business_name: 'First' }, first);
    await turns();
    world.submit({ business_name: 'Second' }, second);
    await turns();
    expect(world.standin.requests).toEqual([]);
    const hold = world.standin.hold({ path: `${second}/profile` });
    release();
    await hold.arrived;
    expect(asked(world)[0]).toBe(second);
    hold.release();
    await allGone(world, [first, second]);
  });

  test('the person’s goes before that of a job the limit was waited for', async () => {
    const world = await SyncWorld.start();
    const [ofJob = '', own = ''] = world.ids;
    const release = await useLimit(world, { leave: 2 });
    world.write((tables) => {
      const run = { id: 'job', kind: 'change', at: 1, fields: [] } as const;
      tables.bulk.add({ ...run, fields: ['business_phone'], stage: 'sending', paused: false });
    });
    world.submit({ business_phone: '1' }, ofJob);
    world.write((tables) => {
      const row = tables.outbox.get(ofJob)!;
      const edit = { ...row.patch.business_phone!, job: 'job' };
      tables.outbox.put({ ...row, patch: { business_phone: edit }, bulkRunId: 'job' });
    });
    world.scheduler.wake();
    await turns();
    world.submit({ business_name: 'Own' }, own);
    await turns();
    release();
    await allGone(world, [ofJob, own]);
    expect(asked(world)[0]).toBe(own);
  });

  test('a reservation for which nothing is left is given back', async () => {
    const world = await SyncWorld.start();
    const before = await freeRequests(world);
    const release = await useLimit(world);
    world.submit({ business_name: 'First' });
    await turns();
    world.discard();
    release();
    await turns();
    expect(await freeRequests(world)).toBe(before);
    expect(world.standin.requests).toEqual([]);
  });
});

describe('slots are per Cloudflare user:', () => {
  test('four sends that wait for one user hold up no other user', async () => {
    const world = await SyncWorld.start({ organizations: 6 });
    const busy = world.ids.slice(0, 5);
    const [other = ''] = world.ids.slice(5);
    await knowLimit(world);
    addSignIn(world, [other]);
    const holds = holdReads(world, busy);
    for (const id of busy) world.submit({ business_name: 'New' }, id);
    await world.until(() => world.standin.requests.length === AT_ONCE, { clock: false });
    world.submit({ business_name: 'At once' }, other);
    await world.until(() => world.row(other) === null, { clock: false });
    expect(world.standin.profileOf(other)?.business_name).toBe('At once');
    for (const hold of holds) hold.release();
    await allGone(world);
  });

  test('nor does one that waits for the limit', async () => {
    const world = await SyncWorld.start();
    const [waits = '', other = ''] = world.ids;
    addSignIn(world, [other]);
    const release = await useLimit(world);
    world.submit({ business_name: 'Waits' }, waits);
    await turns();
    world.submit({ business_name: 'At once' }, other);
    await world.until(() => world.row(other) === null, { clock: false });
    expect(asked(world)).not.toContain(waits);
    release();
    await allGone(world, [waits, other]);
  });

  test('two sign-ins of one user share them', async () => {
    const world = await SyncWorld.start({ organizations: 6 });
    await knowLimit(world);
    addSignIn(world, world.ids.slice(3), { userId: world.credential.userId });
    const holds = holdReads(world);
    for (const id of world.ids) world.submit({ business_name: 'New' }, id);
    await world.until(() => world.standin.requests.length === AT_ONCE, { clock: false });
    await turns();
    expect(world.standin.requests).toHaveLength(AT_ONCE);
    for (const hold of holds) hold.release();
    await allGone(world);
  });
});

describe('Cloudflare refuses one user', () => {
  test('the changes of others go on, and those of this one wait as long as it says', async () => {
    const world = await SyncWorld.start({ organizations: 4 });
    const [first = '', second = '', ...others] = world.ids;
    addSignIn(world, others);
    const match = { path: new RegExp(`(${first}|${second})/profile$`) };
    world.standin.faults.add({ mode: '429-retry-300', match, times: 1 });
    const began = world.clock.now();
    world.submit({ business_name: 'New' }, first);
    await stateIs(world, 'waiting', first);
    world.submit({ business_name: 'New' }, second);
    for (const id of others) world.submit({ business_name: 'New' }, id);
    await world.until(() => others.every((id) => world.row(id) === null), { clock: false });
    // The second was not even asked about, and says why it waits.
    expect(asked(world)).not.toContain(second);
    expect(world.row(second)).toMatchObject({
      state: 'waiting',
      failure: { code: 'cloudflare.rate-limited' },
    });
    expect(world.row(second)?.nextAttemptAt).toBeGreaterThanOrEqual(began + 300_000);
    await allGone(world);
    expect(world.clock.now()).toBeGreaterThanOrEqual(began + 300_000);
  });

  test('while requests are waited for: nothing of it is lost', async () => {
    const world = await SyncWorld.start();
    const release = await useLimit(world);
    world.submit({ business_name: 'New' });
    await turns();
    world.deps.limiter.block(world.credential.userId, world.clock.now() + 60_000);
    await stateIs(world, 'waiting');
    expect(world.row()?.failure?.code).toBe('cloudflare.rate-limited');
    expect(world.standin.requests).toEqual([]);
    release();
    await gone(world);
  });
});

test('retrying all takes no change that waits for the person', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: 'validation-error', times: 1 });
  world.submit({ business_name: 'Kept' });
  await stateIs(world, 'refused');
  world.scheduler.retryNow();
  world.scheduler.retryNow(world.id);
  expect(world.row()?.state).toBe('refused');
  valueOf(world.retry());
  await gone(world);
});

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
    // Ends although the request is held: it is aborted, not waited for.
    await world.stop();
    await world.restart();
    hold.release();
    await gone(world);
    expect(world.standin.profileOf(world.id)?.business_name).toBe('Kept');
  }
});

describe('stopping', () => {
  test('leaves the change as it was, even while the keychain asks forever', async () => {
    const world = await SyncWorld.start();
    let isAsking = false;
    world.authorizationOf = () => {
      isAsking = true;
      return new Promise(() => undefined);
    };
    world.submit({ business_name: 'Kept' });
    await world.until(() => isAsking, { clock: false });
    await turns();
    await world.stop();
    expect(world.row()).toMatchObject({ state: 'queued', attempts: 0, failure: null });
    expect(world.clock.size).toBe(0);
  });

  test('ends sends under way and every timer', async () => {
    const world = await SyncWorld.start({ organizations: 6 });
    const holds = holdReads(world);
    for (const id of world.ids) world.submit({ business_name: 'Kept' }, id);
    await world.until(() => world.standin.requests.length === AT_ONCE, { clock: false });
    await world.stop();
    world.deps.limiter.stop();
    for (const id of world.ids) {
      expect(world.row(id)).toMatchObject({ state: 'queued', attempts: 0, failure: null });
    }
    expect(world.clock.size).toBe(0);
    expect(world.standin.requests).toHaveLength(AT_ONCE);
    for (const hold of holds) hold.release();
  });

  test('ends a wait for the limit', async () => {
    const world = await SyncWorld.start();
    await useLimit(world);
    world.submit({ business_name: 'Kept' });
    await turns();
    await world.stop();
    world.deps.limiter.stop();
    expect(world.row()).toMatchObject({ state: 'queued', attempts: 0, failure: null });
    expect(world.clock.size).toBe(0);
    expect(world.standin.requests).toEqual([]);
  });

  test('is final: nothing starts afterwards', async () => {
    const world = await SyncWorld.start();
    await world.stop();
    world.submit({ business_name: 'Kept' });
    world.scheduler.wake();
    world.scheduler.retryNow();
    world.scheduler.cameOnline();
    setTrouble(world, null);
    world.scheduler.retryRun(OTHER_SIGN_IN);
    await turns();
    expect(world.busy()).toBe(false);
    expect(world.standin.requests).toEqual([]);
    expect(world.row()?.state).toBe('queued');
  });
});
