/** Sending one pending change: what is read, written and confirmed, and how each end is stored. */
import { afterEach, describe, expect, test } from 'vitest';
import { failed } from '../../../src/shared/failure';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import { valueOf } from '../cloudflare/harness';
import {
  conflict,
  draft,
  freeRequests,
  gone,
  kinds,
  lostAnswer,
  revisions,
  stateIs,
  withoutProfile,
} from './helpers';
import { closeWorlds, SyncWorld } from './harness';

afterEach(closeWorlds);

test('reads, writes, reads back and confirms; unknown fields are sent back', async () => {
  const world = await SyncWorld.start();
  world.standin.setExtraFields(world.id, { tax_id: 'X' });
  world.submit({ business_name: 'New name\r\nLtd' });
  await gone(world);
  expect(world.traffic()).toBe('GET PUT GET');
  expect(world.steps).toEqual(['reading', 'writing', 'confirming']);
  expect(world.standin.profileOf(world.id)?.business_name).toBe('New name\r\nLtd');
  expect(world.saved()).toEqual(world.standin.profileOf(world.id));
  expect(kinds(world)).toEqual(['saved']);
  expect(world.progress.of(world.id)).toMatchObject({
    step: null,
    confirmed: { at: world.clock.now(), alsoUpdated: [], messages: [] },
  });
  expect(world.standin.organizations.get(world.id)?.extraFields).toEqual({ tax_id: 'X' });
  expect(world.standin.violations).toEqual([]);
});

test('somebody else’s change of another field survives and is reported', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, { business_phone: '+1 555 0100' });
  world.submit({ business_name: 'New name' });
  await gone(world);
  expect(world.standin.profileOf(world.id)).toMatchObject({
    business_name: 'New name',
    business_phone: '+1 555 0100',
  });
  expect(world.saved()).toEqual(world.standin.profileOf(world.id));
  expect(world.progress.of(world.id).confirmed?.alsoUpdated).toEqual(['business_phone']);
});

test('the first save creates a profile', async () => {
  const world = await SyncWorld.start();
  withoutProfile(world);
  world.submit({ business_name: 'First' });
  await gone(world);
  expect(world.standin.profileOf(world.id)).toEqual({ ...EMPTY_PROFILE, business_name: 'First' });
});

test('messages of Cloudflare reach the confirmation, errors of fields the refusal', async () => {
  const world = await SyncWorld.start();
  const remove = world.standin.faults.add({ mode: 'validation-error', times: 1 });
  world.submit({ business_email: 'odd' });
  await world.settled();
  remove();
  expect(world.row()).toMatchObject({ state: 'refused', failure: { code: 'profile.refused' } });
  expect(world.row()?.failure?.errors?.[0]?.field).toBe('business_email');
  world.standin.faults.add({ mode: 'success-messages' });
  valueOf(world.retry());
  await gone(world);
  const messages = world.progress.of(world.id).confirmed?.messages ?? [];
  expect(messages.length).toBeGreaterThan(0);
  expect(messages[0]?.code).toBe(1100);
});

describe('reading back', () => {
  test('three times, then the copy is stored differently', async () => {
    const world = await SyncWorld.start();
    const before = world.standin.profileOf(world.id);
    // Says it was fine, and applies nothing.
    world.standin.faults.add({ mode: '200-result-null', match: { method: 'PUT' } });
    world.submit({ business_name: 'Never there' });
    await world.settled();
    expect(world.traffic()).toBe('GET PUT GET GET GET');
    expect(world.row()).toMatchObject({
      state: 'differs',
      failure: { code: 'profile.stored-differently' },
      remote: before,
      patch: { business_name: { text: 'Never there' } },
    });
  });

  test('a copy that appears at the second one is a confirmation', async () => {
    const world = await SyncWorld.start();
    world.standin.faults.add({ mode: '200-result-null', match: { method: 'PUT' } });
    world.standin.beforeAnswer({ method: 'GET', path: '/profile', nth: 3 }, () =>
      world.standin.setProfile(world.id, { business_name: 'Late' }),
    );
    world.submit({ business_name: 'Late' });
    await gone(world);
    expect(world.traffic()).toBe('GET PUT GET GET');
  });

  test('a profile that is deleted after the write is not blanked here', async () => {
    const world = await SyncWorld.start();
    const saved = world.saved();
    world.standin.afterAnswer({ method: 'PUT' }, () => world.standin.setProfile(world.id, null));
    world.submit({ business_name: 'New name' });
    await world.settled();
    expect(world.row()).toMatchObject({ state: 'refused', failure: { code: 'profile.gone' } });
    expect(world.saved()).toEqual(saved);
  });

  test('stored differently: both texts are kept, and trying again sends the same text', async () => {
    const world = await SyncWorld.start();
    const remove = world.standin.faults.add({ mode: 'stores-differently' });
    world.standin.setProfile(world.id, { business_address: 'Moved meanwhile' });
    world.submit({ business_phone: '+49 30 1234567' });
    await world.settled();
    expect(world.traffic()).toBe('GET PUT GET');
    const stored = world.standin.profileOf(world.id);
    expect(stored?.business_phone).not.toBe('+49 30 1234567');
    expect(world.row()).toMatchObject({
      state: 'differs',
      failure: { code: 'profile.stored-differently' },
      remote: stored,
      patch: { business_phone: { base: stored?.business_phone, text: '+49 30 1234567' } },
    });
    expect(world.saved()).toEqual(stored);
    // The address as it was read, then the phone as it was stored.
    expect(kinds(world)).toEqual(['observed', 'observed']);
    remove();
    valueOf(world.retry());
    await gone(world);
    expect(world.standin.profileOf(world.id)).toEqual({
      ...stored,
      business_phone: '+49 30 1234567',
    });
  });
});

describe('while a send is under way', () => {
  const moments = [
    ['GET', 1, 'before'],
    ['GET', 1, 'after'],
    ['PUT', 1, 'before'],
    ['PUT', 1, 'after'],
    ['GET', 2, 'before'],
    ['GET', 2, 'after'],
  ] as const;

  test.each(moments)('saving again at %s %i, %s its effect: the newer text wins', async (...at) => {
    const [method, nth, when] = at;
    const world = await SyncWorld.start();
    const hold = world.standin.hold({ method, path: '/profile', nth }, when);
    world.submit({ business_name: 'First', business_phone: '1' });
    await hold.arrived;
    world.submit({ business_name: 'Second' });
    hold.release();
    await gone(world);
    expect(world.standin.profileOf(world.id)).toMatchObject({
      business_name: 'Second',
      business_phone: '1',
    });
    expect(world.saved()).toEqual(world.standin.profileOf(world.id));
  });

  test('a draft of another field stays', async () => {
    const world = await SyncWorld.start();
    const before = world.saved()?.business_phone;
    const hold = world.standin.hold({ method: 'PUT' });
    world.submit({ business_name: 'First' });
    await hold.arrived;
    world.type({ business_phone: '2' });
    world.standin.setProfile(world.id, { business_address: 'Theirs' });
    hold.release();
    await gone(world);
    expect(world.saved()).toEqual(world.standin.profileOf(world.id));
    expect(draft(world)).toEqual({ business_phone: { base: before, text: '2' } });
  });

  test('a change that is discarded before its write is not written', async () => {
    const world = await SyncWorld.start();
    const hold = world.standin.hold({ method: 'GET' });
    world.submit({ business_name: 'First' });
    await hold.arrived;
    world.discard();
    hold.release();
    await world.until(() => !world.busy());
    expect(world.traffic()).toBe('GET');
  });

  test('an organization that is removed leaves nothing behind', async () => {
    const world = await SyncWorld.start();
    const hold = world.standin.hold({ method: 'PUT' });
    world.submit({ business_name: 'First' });
    await hold.arrived;
    world.write((tables) => tables.organizations.remove(world.id));
    hold.release();
    await world.until(() => !world.busy());
    expect(world.saved()).toBeNull();
    expect(world.row()).toBeNull();
    expect(revisions(world)).toEqual([]);
  });
});

describe('a lost answer is no conflict with ourselves', () => {
  test.each([
    ['edited again', 'Second'],
    ['edited back to the original', null],
  ])('%s', async (_, second) => {
    const world = await SyncWorld.start();
    const wanted = second ?? world.standin.profileOf(world.id)?.business_name ?? '';
    await lostAnswer(world, 'First');
    expect(world.standin.profileOf(world.id)?.business_name).toBe('First');
    world.submit({ business_name: wanted });
    await gone(world);
    expect(world.standin.profileOf(world.id)?.business_name).toBe(wanted);
    expect(world.saved()?.business_name).toBe(wanted);
  });

  test('two lost answers in a row, then a third edit', async () => {
    const world = await SyncWorld.start();
    world.standin.faults.add({ mode: 'reset', match: { method: 'PUT', nth: 2 } });
    await lostAnswer(world, 'First');
    world.submit({ business_name: 'Second' });
    await stateIs(world, 'waiting');
    world.submit({ business_name: 'Third' });
    await gone(world);
    expect(world.standin.profileOf(world.id)?.business_name).toBe('Third');
  });
});

/** Causes of every end of a send, and what is stored of it. */
const ends = {
  confirmed: {
    cause: async () => undefined,
    row: null,
    traffic: 'GET PUT GET',
  },
  waiting: {
    cause: async (world: SyncWorld) =>
      void world.standin.faults.add({ mode: '503-text', times: 1 }),
    row: { state: 'waiting', attempts: 1, failure: { code: 'cloudflare.trouble' } },
    traffic: 'GET',
  },
  paused: {
    cause: async (world: SyncWorld) => void world.standin.faults.add({ mode: '403-9103' }),
    row: {
      state: 'paused',
      attempts: 0,
      nextAttemptAt: null,
      failure: { code: 'sign-in.unknown' },
    },
    traffic: 'GET',
  },
  'paused by the keychain': {
    cause: async (world: SyncWorld) =>
      void (world.authorizationOf = async () => failed('keychain.locked')),
    row: {
      state: 'paused',
      attempts: 0,
      nextAttemptAt: null,
      failure: { code: 'keychain.locked' },
    },
    traffic: '',
  },
  refused: {
    cause: async (world: SyncWorld) => void world.standin.faults.add({ mode: 'validation-error' }),
    row: {
      state: 'refused',
      remote: null,
      nextAttemptAt: null,
      failure: { code: 'profile.refused' },
      attempted: { business_phone: '+49 30 1' },
    },
    traffic: 'GET PUT',
  },
  conflict: {
    cause: async (world: SyncWorld) =>
      world.standin.setProfile(world.id, { business_phone: 'theirs' }),
    row: {
      state: 'conflict',
      failure: { code: 'profile.conflict' },
      remote: { business_phone: 'theirs' },
      attempted: {},
    },
    traffic: 'GET',
  },
  differs: {
    cause: async (world: SyncWorld) =>
      void world.standin.faults.add({ mode: 'stores-differently' }),
    row: { state: 'differs', failure: { code: 'profile.stored-differently' } },
    traffic: 'GET PUT GET',
  },
  'confirmed without a write': {
    cause: async (world: SyncWorld) =>
      world.standin.setProfile(world.id, { business_phone: '+49 30 1' }),
    row: null,
    traffic: 'GET',
  },
} as const;

describe('every end is stored, and survives a restart', () => {
  test.each(Object.entries(ends))('%s', async (_, { cause, row, traffic }) => {
    const world = await SyncWorld.start();
    world.random = 0.999;
    await cause(world);
    world.submit({ business_phone: '+49 30 1' });
    await world.until(() => (world.row()?.state ?? 'gone') !== 'queued' && !world.busy(), {
      clock: false,
    });
    expect(world.traffic()).toBe(traffic);
    if (row === null) expect(world.row()).toBeNull();
    else expect(world.row()).toMatchObject(row);
    if (row?.state === 'waiting') {
      expect(world.row()?.nextAttemptAt).toBe(world.clock.now() + 999);
    }
    // Nothing of it lives in memory only.
    const stored = world.row();
    await world.reopen();
    expect(world.row()).toEqual(stored);
  });

  test('moved on: a change that is another one now is sent as it is now', async () => {
    const world = await SyncWorld.start();
    const hold = world.standin.hold({ method: 'GET', path: '/profile', nth: 2 });
    world.submit({ business_phone: '+49 30 1' });
    await hold.arrived;
    const newer = world.submit({ business_phone: '+49 30 2' });
    // Read back under the newer version: its base is what arrived.
    const next = world.standin.hold({ method: 'GET', path: '/profile', nth: 2 });
    hold.release();
    await next.arrived;
    expect(world.row()).toMatchObject({
      version: newer.version,
      state: 'queued',
      attempts: 0,
      attempted: {},
      patch: { business_phone: { base: '+49 30 1', text: '+49 30 2' } },
    });
    next.release();
    await gone(world);
    expect(world.standin.profileOf(world.id)?.business_phone).toBe('+49 30 2');
  });

  test('stopped: the change stays queued, with what may have been written', async () => {
    const world = await SyncWorld.start();
    const hold = world.standin.hold({ method: 'PUT' });
    world.submit({ business_phone: '+49 30 1' });
    await hold.arrived;
    await world.stop();
    expect(world.row()).toMatchObject({
      state: 'queued',
      attempts: 0,
      failure: null,
      attempted: { business_phone: '+49 30 1' },
    });
    hold.release();
  });

  test('a database that fails at the end of a send is asked again, and nothing is lost', async () => {
    const world = await SyncWorld.start();
    const { write } = world.store;
    let failures = 0;
    const hold = world.standin.hold({ method: 'GET' });
    world.submit({ business_name: 'Kept' });
    await hold.arrived;
    world.store.write = (work) => {
      if (failures >= 5) return write(work);
      failures += 1;
      return failed('store.full');
    };
    hold.release();
    await gone(world);
    expect(failures).toBe(5);
    expect(world.standin.profileOf(world.id)?.business_name).toBe('Kept');
  });
});

test('requests that a send did not need are given back', async () => {
  const world = await SyncWorld.start();
  const before = await freeRequests(world);
  world.standin.setProfile(world.id, { business_name: 'Theirs' });
  world.submit({ business_name: 'Mine' });
  await conflict(world);
  // Until nothing is known of the limit any more.
  world.clock.advance(10_000);
  expect(await freeRequests(world)).toBe(before);
});

test('an attempt is stored before its write leaves', async () => {
  const world = await SyncWorld.start();
  let stored: unknown = null;
  world.standin.beforeAnswer({ method: 'PUT' }, () => void (stored = world.row()?.attempted));
  world.submit({ business_phone: '+49 30 1' });
  await gone(world);
  expect(stored).toEqual({ business_phone: '+49 30 1' });
});

test('the same field changed on both sides asks and sends nothing', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, { business_name: 'Theirs' });
  world.submit({ business_name: 'Mine', business_phone: '1' });
  await conflict(world);
  expect(world.row()).toMatchObject({
    failure: { code: 'profile.conflict' },
    remote: { business_name: 'Theirs' },
    patch: { business_name: { text: 'Mine' }, business_phone: { text: '1' } },
  });
  expect(world.traffic()).toBe('GET');
});
