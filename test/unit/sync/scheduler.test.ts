/**
 * The scheduler, which decides when changes are sent: order, send slots per Cloudflare user,
 * restarts, and stopping.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { SLOTS_PER_KIND } from '../../../src/main/sync/send-slots';
import { eventLoopTurns } from '../event-loop';
import { valueOf } from '../results';
import {
  addSignIn,
  OTHER_SIGN_IN,
  refreshProfile,
  requestedIds,
  setIssue,
  untilConfirmed,
  untilState,
  useUpLimit,
} from './helpers';
import { closeHarnesses, SyncHarness } from './harness';

afterEach(closeHarnesses);

const allConfirmed = (harness: SyncHarness, ids = harness.ids) =>
  harness.until(() => ids.every((id) => harness.row(id) === null) && !harness.busy());

/** Holds the next request for each organization. The test releases them. */
const holdReads = (harness: SyncHarness, ids = harness.ids) =>
  ids.map((id) => harness.standin.hold({ path: `${id}/profile` }));

/**
 * Makes one request, after which the rest of the limit is known. Then sends wait only for slots.
 */
const reportLimit = async (harness: SyncHarness): Promise<void> => {
  valueOf(await refreshProfile(harness, false));
  harness.standin.requests.length = 0;
};

test('runs one send per organization, and four at the same time per Cloudflare user', async () => {
  const harness = await SyncHarness.start({ organizations: 9 });
  await reportLimit(harness);
  const holds = holdReads(harness);
  for (const id of harness.ids) harness.submit({ business_name: 'New' }, id);
  await harness.until(() => harness.standin.requests.length === SLOTS_PER_KIND, { clock: false });
  await eventLoopTurns();
  expect(harness.standin.requests).toHaveLength(SLOTS_PER_KIND);
  // The change that the person saved last is sent first, then the oldest ones.
  const [last = ''] = harness.ids.slice(-1);
  expect(requestedIds(harness).sort()).toEqual([last, ...harness.ids.slice(0, 3)].sort());
  harness.scheduler.wake();
  harness.scheduler.retryNow();
  for (const hold of holds) hold.release();
  await allConfirmed(harness);
  for (const id of harness.ids) {
    const traffic = harness.standin.requests.filter(({ route }) => route.includes(id));
    expect(traffic.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
  }
});

test('sends the change that the person requests before other pending changes', async () => {
  const harness = await SyncHarness.start({ organizations: 9 });
  const holds = holdReads(harness);
  for (const id of harness.ids) harness.submit({ business_name: 'New' }, id);
  await harness.until(() => harness.standin.requests.length === SLOTS_PER_KIND, { clock: false });
  const [requested = ''] = harness.ids.slice(7, 8);
  harness.scheduler.retryNow(requested);
  holds[0]?.release();
  await harness.until(() => requestedIds(harness).includes(requested));
  for (const id of harness.ids.slice(3, 7)) expect(requestedIds(harness)).not.toContain(id);
  for (const hold of holds) hold.release();
  await allConfirmed(harness);
});

describe('requests are reserved before a change is chosen:', () => {
  test('a change saved during the wait for the limit is sent before one saved earlier', async () => {
    const harness = await SyncHarness.start();
    const [first = '', second = ''] = harness.ids;
    const release = await useUpLimit(harness, { leave: 2 });
    harness.submit({ business_name: 'First' }, first);
    await eventLoopTurns();
    harness.submit({ business_name: 'Second' }, second);
    await eventLoopTurns();
    expect(harness.standin.requests).toEqual([]);
    const hold = harness.standin.hold({ path: `${second}/profile` });
    release();
    await hold.arrived;
    expect(requestedIds(harness)[0]).toBe(second);
    hold.release();
    await allConfirmed(harness, [first, second]);
  });

  test('the person’s change is sent before that of the save that started the wait', async () => {
    const harness = await SyncHarness.start();
    const [ofSave = '', own = ''] = harness.ids;
    const release = await useUpLimit(harness, { leave: 2 });
    harness.write((tables) => {
      const save = { id: 'save', at: 1, fields: [] } as const;
      tables.saves.add({ ...save, fields: ['business_phone'], stage: 'sending', paused: false });
    });
    harness.submit({ business_phone: '1' }, ofSave);
    harness.write((tables) => {
      const row = tables.outbox.get(ofSave)!;
      const edit = { ...row.patch.business_phone!, save: 'save' };
      tables.outbox.put({ ...row, patch: { business_phone: edit }, saveId: 'save' });
    });
    harness.scheduler.wake();
    await eventLoopTurns();
    harness.submit({ business_name: 'Own' }, own);
    await eventLoopTurns();
    release();
    await allConfirmed(harness, [ofSave, own]);
    expect(requestedIds(harness)[0]).toBe(own);
  });
});

describe('slots are per Cloudflare user:', () => {
  test('four unfinished sends of one user do not block another user', async () => {
    const harness = await SyncHarness.start({ organizations: 6 });
    const busy = harness.ids.slice(0, 5);
    const [other = ''] = harness.ids.slice(5);
    await reportLimit(harness);
    addSignIn(harness, [other]);
    const holds = holdReads(harness, busy);
    for (const id of busy) harness.submit({ business_name: 'New' }, id);
    await harness.until(() => harness.standin.requests.length === SLOTS_PER_KIND, { clock: false });
    harness.submit({ business_name: 'At once' }, other);
    await harness.until(() => harness.row(other) === null, { clock: false });
    expect(harness.standin.profileOf(other)?.business_name).toBe('At once');
    for (const hold of holds) hold.release();
    await allConfirmed(harness);
  });

  test('a send that waits for the limit does not block another user', async () => {
    const harness = await SyncHarness.start();
    const [waits = '', other = ''] = harness.ids;
    addSignIn(harness, [other]);
    const release = await useUpLimit(harness);
    harness.submit({ business_name: 'Waits' }, waits);
    await eventLoopTurns();
    harness.submit({ business_name: 'At once' }, other);
    await harness.until(() => harness.row(other) === null, { clock: false });
    expect(requestedIds(harness)).not.toContain(waits);
    release();
    await allConfirmed(harness, [waits, other]);
  });

  test('two sign-ins of one user share the slots', async () => {
    const harness = await SyncHarness.start({ organizations: 6 });
    await reportLimit(harness);
    addSignIn(harness, harness.ids.slice(3), { userId: harness.signIn.userId });
    const holds = holdReads(harness);
    for (const id of harness.ids) harness.submit({ business_name: 'New' }, id);
    await harness.until(() => harness.standin.requests.length === SLOTS_PER_KIND, { clock: false });
    await eventLoopTurns();
    expect(harness.standin.requests).toHaveLength(SLOTS_PER_KIND);
    for (const hold of holds) hold.release();
    await allConfirmed(harness);
  });
});

describe('Cloudflare blocks one user', () => {
  test('changes of other users are sent, and those of this user wait as long as Cloudflare demands', async () => {
    const harness = await SyncHarness.start({ organizations: 4 });
    const [first = '', second = '', ...others] = harness.ids;
    addSignIn(harness, others);
    const match = { path: new RegExp(`(${first}|${second})/profile$`) };
    harness.standin.faults.add({ mode: '429-retry-300', match, times: 1 });
    const startedAt = harness.clock.now();
    harness.submit({ business_name: 'New' }, first);
    await untilState(harness, 'waiting', first);
    harness.submit({ business_name: 'New' }, second);
    for (const id of others) harness.submit({ business_name: 'New' }, id);
    await harness.until(() => others.every((id) => harness.row(id) === null), { clock: false });
    // For the second organization no request was sent, and its change says why it waits.
    expect(requestedIds(harness)).not.toContain(second);
    expect(harness.row(second)).toMatchObject({
      state: 'waiting',
      failure: { code: 'cloudflare.rate-limited' },
    });
    expect(harness.row(second)?.nextTryAt).toBeGreaterThanOrEqual(startedAt + 300_000);
    await allConfirmed(harness);
    expect(harness.clock.now()).toBeGreaterThanOrEqual(startedAt + 300_000);
  });

  test('while requests are being reserved: nothing of the change is lost', async () => {
    const harness = await SyncHarness.start();
    const release = await useUpLimit(harness);
    harness.submit({ business_name: 'New' });
    await eventLoopTurns();
    harness.deps.limiter.block(harness.signIn.userId, harness.clock.now() + 60_000);
    await untilState(harness, 'waiting');
    expect(harness.row()?.failure?.code).toBe('cloudflare.rate-limited');
    expect(harness.standin.requests).toEqual([]);
    release();
    await untilConfirmed(harness);
  });
});

test('retrying all changes leaves out those that wait for the person', async () => {
  const harness = await SyncHarness.start();
  harness.standin.faults.add({ mode: 'validation-error', times: 1 });
  harness.submit({ business_name: 'Kept' });
  await untilState(harness, 'refused');
  harness.scheduler.retryNow();
  harness.scheduler.retryNow(harness.id);
  expect(harness.row()?.state).toBe('refused');
  valueOf(harness.retry());
  await untilConfirmed(harness);
});

test('continues from the database after a restart, wherever the send was interrupted', async () => {
  for (const [method, when, nth] of [
    ['GET', 'before', 1],
    ['PUT', 'before', 1],
    ['PUT', 'after', 1],
    ['GET', 'after', 2],
  ] as const) {
    const harness = await SyncHarness.start();
    const hold = harness.standin.hold({ method, path: '/profile', nth }, when);
    harness.submit({ business_name: 'Kept' });
    await hold.arrived;
    // Stopping does not wait for the held request, but aborts it.
    await harness.stop();
    await harness.restart();
    hold.release();
    await untilConfirmed(harness);
    expect(harness.standin.profileOf(harness.id)?.business_name).toBe('Kept');
  }
});

describe('the computer sleeps', () => {
  test.each([
    ['reading', { method: 'GET', nth: 1 }, 'before'],
    ['writing', { method: 'PUT', nth: 1 }, 'after'],
    ['confirming', { method: 'GET', nth: 2 }, 'after'],
  ] as const)('while %s: aborted at once, and sent when it wakes up', async (_, match, when) => {
    const harness = await SyncHarness.start({ organizations: 1 });
    const hold = harness.standin.hold({ ...match, path: '/profile' }, when);
    harness.submit({ business_name: 'Mine' });
    await hold.arrived;
    harness.scheduler.suspend();
    await harness.until(() => !harness.busy(), { clock: false });
    const asleep = harness.standin.requests.length;
    expect(harness.row()).toMatchObject({ state: 'queued', attempts: 0, failure: null });
    // Nothing starts while it falls asleep.
    harness.scheduler.retryNow();
    harness.scheduler.first(harness.id);
    harness.scheduler.onNetworkRecovered();
    await eventLoopTurns();
    expect(harness.standin.requests).toHaveLength(asleep);
    harness.clock.sleep(8 * 3_600_000);
    harness.standin.setProfile(harness.id, { business_phone: 'Theirs' });
    hold.release();
    harness.scheduler.resume();
    await untilConfirmed(harness);
    expect(harness.standin.profileOf(harness.id)).toMatchObject({
      business_name: 'Mine',
      business_phone: 'Theirs',
    });
  });

  test('without reporting it: running sends are aborted when it wakes up', async () => {
    const harness = await SyncHarness.start({ organizations: 1 });
    const hold = harness.standin.hold({ method: 'PUT', path: '/profile' }, 'after');
    harness.submit({ business_name: 'Mine' });
    await hold.arrived;
    harness.clock.sleep(8 * 3_600_000);
    harness.scheduler.resume();
    await harness.until(() => harness.traffic() === 'GET PUT GET', { clock: false });
    hold.release();
    await untilConfirmed(harness);
    expect(harness.traffic()).toBe('GET PUT GET');
  });

  test('without reporting that it woke up: the change is sent after a minute awake', async () => {
    const harness = await SyncHarness.start({ organizations: 1 });
    harness.scheduler.suspend();
    harness.submit({ business_name: 'Mine' });
    harness.clock.advance(59_999);
    await eventLoopTurns();
    expect(harness.standin.requests).toEqual([]);
    harness.clock.advance(1);
    await untilConfirmed(harness);
  });
});

describe('stopping', () => {
  test('leaves the change as it was, even if the keychain never responds', async () => {
    const harness = await SyncHarness.start();
    let isPrompting = false;
    harness.authorizationOf = () => {
      isPrompting = true;
      return new Promise(() => undefined);
    };
    harness.submit({ business_name: 'Kept' });
    await harness.until(() => isPrompting, { clock: false });
    await eventLoopTurns();
    await harness.stop();
    expect(harness.row()).toMatchObject({ state: 'queued', attempts: 0, failure: null });
    expect(harness.clock.size).toBe(0);
  });

  test('ends running sends and every timer', async () => {
    const harness = await SyncHarness.start({ organizations: 6 });
    const holds = holdReads(harness);
    for (const id of harness.ids) harness.submit({ business_name: 'Kept' }, id);
    await harness.until(() => harness.standin.requests.length === SLOTS_PER_KIND, { clock: false });
    await harness.stop();
    harness.deps.limiter.stop();
    for (const id of harness.ids) {
      expect(harness.row(id)).toMatchObject({ state: 'queued', attempts: 0, failure: null });
    }
    expect(harness.clock.size).toBe(0);
    expect(harness.standin.requests).toHaveLength(SLOTS_PER_KIND);
    for (const hold of holds) hold.release();
  });

  test('ends a wait for the limit', async () => {
    const harness = await SyncHarness.start();
    await useUpLimit(harness);
    harness.submit({ business_name: 'Kept' });
    await eventLoopTurns();
    await harness.stop();
    harness.deps.limiter.stop();
    expect(harness.row()).toMatchObject({ state: 'queued', attempts: 0, failure: null });
    expect(harness.clock.size).toBe(0);
    expect(harness.standin.requests).toEqual([]);
  });

  test('is final: nothing starts afterwards', async () => {
    const harness = await SyncHarness.start();
    await harness.stop();
    harness.submit({ business_name: 'Kept' });
    harness.scheduler.suspend();
    harness.scheduler.resume();
    harness.scheduler.wake();
    harness.scheduler.retryNow();
    harness.scheduler.onNetworkRecovered();
    setIssue(harness, null);
    harness.scheduler.retrySave(OTHER_SIGN_IN);
    await eventLoopTurns();
    expect(harness.busy()).toBe(false);
    expect(harness.standin.requests).toEqual([]);
    expect(harness.row()?.state).toBe('queued');
  });
});

test('tries a change again whose wait ends while the scheduler looks for due changes', async () => {
  const harness = await SyncHarness.start({ organizations: 1 });
  harness.standin.faults.add({ mode: '503-text', times: 1 });
  harness.submit({ business_name: 'New' });
  await untilState(harness, 'waiting');
  // A real timer can fire a moment before the clock shows its time. Then the wait ends while the scheduler
  // works: no change is due yet when it chooses one, and none waits any more when it sets its timer.
  const { clock, database } = harness;
  clock.sleep((harness.row()?.nextTryAt ?? 0) - 1 - clock.now());
  const original = database.read.bind(database);
  const reads = vi.spyOn(database, 'read').mockImplementation((work) => {
    const result = original(work);
    // The first read finds the users' queues, the second one chooses a change.
    if (reads.mock.calls.length === 2) clock.sleep(1);
    return result;
  });
  harness.scheduler.wake();
  reads.mockRestore();
  await untilConfirmed(harness);
});
