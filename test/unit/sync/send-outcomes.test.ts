/**
 * The outcomes of a send: how each is stored, and that it survives a restart or a failure of the
 * database.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { failed } from '../../../src/shared/result';
import { freeRequests, untilConfirmed, untilConflict } from './helpers';
import { closeHarnesses, SyncHarness } from './harness';

afterEach(closeHarnesses);

/** By outcome: what causes it, what is stored, and which requests are sent. */
const OUTCOMES = {
  confirmed: {
    cause: async () => undefined,
    row: null,
    traffic: 'GET PUT GET',
  },
  waiting: {
    cause: async (harness: SyncHarness) =>
      void harness.standin.faults.add({ mode: '503-text', times: 1 }),
    row: { state: 'waiting', attempts: 1, failure: { code: 'cloudflare.unavailable' } },
    traffic: 'GET',
  },
  paused: {
    cause: async (harness: SyncHarness) => void harness.standin.faults.add({ mode: '403-9103' }),
    row: {
      state: 'paused',
      attempts: 0,
      nextTryAt: null,
      failure: { code: 'sign-in.unknown' },
    },
    traffic: 'GET',
  },
  'paused by the keychain': {
    cause: async (harness: SyncHarness) =>
      void (harness.authorizationOf = async () => failed('keychain.locked')),
    row: {
      state: 'paused',
      attempts: 0,
      nextTryAt: null,
      failure: { code: 'keychain.locked' },
    },
    traffic: '',
  },
  refused: {
    cause: async (harness: SyncHarness) =>
      void harness.standin.faults.add({ mode: 'validation-error' }),
    row: {
      state: 'refused',
      remote: null,
      nextTryAt: null,
      failure: { code: 'profile.refused' },
      attempted: { business_phone: '+49 30 1' },
    },
    traffic: 'GET PUT',
  },
  conflict: {
    cause: async (harness: SyncHarness) =>
      harness.standin.setProfile(harness.id, { business_phone: 'theirs' }),
    row: {
      state: 'conflict',
      failure: { code: 'profile.conflict' },
      remote: { business_phone: 'theirs' },
      attempted: {},
    },
    traffic: 'GET',
  },
  differs: {
    cause: async (harness: SyncHarness) =>
      void harness.standin.faults.add({ mode: 'stores-differently' }),
    row: { state: 'differs', failure: { code: 'profile.stored-differently' } },
    traffic: 'GET PUT GET',
  },
  'confirmed without a write': {
    cause: async (harness: SyncHarness) =>
      harness.standin.setProfile(harness.id, { business_phone: '+49 30 1' }),
    row: null,
    traffic: 'GET',
  },
} as const;

describe('every outcome is stored, and survives a restart', () => {
  test.each(Object.entries(OUTCOMES))('%s', async (_, { cause, row, traffic }) => {
    const harness = await SyncHarness.start();
    harness.random = 0.999;
    await cause(harness);
    harness.submit({ business_phone: '+49 30 1' });
    await harness.until(() => (harness.row()?.state ?? 'gone') !== 'queued' && !harness.busy(), {
      clock: false,
    });
    expect(harness.traffic()).toBe(traffic);
    if (row === null) expect(harness.row()).toBeNull();
    else expect(harness.row()).toMatchObject(row);
    if (row?.state === 'waiting') {
      expect(harness.row()?.nextTryAt).toBe(harness.clock.now() + 999);
    }
    // No part of the outcome lives only in memory.
    const stored = harness.row();
    await harness.reopen();
    expect(harness.row()).toEqual(stored);
  });

  test('replaced meanwhile: sends the newer change', async () => {
    const harness = await SyncHarness.start();
    const hold = harness.standin.hold({ method: 'GET', path: '/profile', nth: 2 });
    harness.submit({ business_phone: '+49 30 1' });
    await hold.arrived;
    const newer = harness.submit({ business_phone: '+49 30 2' });
    // The text that arrived becomes the base of the newer change.
    const next = harness.standin.hold({ method: 'GET', path: '/profile', nth: 2 });
    hold.release();
    await next.arrived;
    expect(harness.row()).toMatchObject({
      version: newer.version,
      state: 'queued',
      attempts: 0,
      attempted: {},
      patch: { business_phone: { base: '+49 30 1', text: '+49 30 2' } },
    });
    next.release();
    await untilConfirmed(harness);
    expect(harness.standin.profileOf(harness.id)?.business_phone).toBe('+49 30 2');
  });

  test('stopped: keeps the change queued, with what may have been written', async () => {
    const harness = await SyncHarness.start();
    const hold = harness.standin.hold({ method: 'PUT' });
    harness.submit({ business_phone: '+49 30 1' });
    await hold.arrived;
    await harness.stop();
    expect(harness.row()).toMatchObject({
      state: 'queued',
      attempts: 0,
      failure: null,
      attempted: { business_phone: '+49 30 1' },
    });
    hold.release();
  });

  test('asks again after a database failure at the end of a send, and loses nothing', async () => {
    const harness = await SyncHarness.start();
    const { write } = harness.database;
    let failures = 0;
    const hold = harness.standin.hold({ method: 'GET' });
    harness.submit({ business_name: 'Kept' });
    await hold.arrived;
    harness.database.write = (work) => {
      if (failures >= 5) return write(work);
      failures += 1;
      return failed('database.full');
    };
    hold.release();
    await untilConfirmed(harness);
    expect(failures).toBe(5);
    expect(harness.standin.profileOf(harness.id)?.business_name).toBe('Kept');
  });
});

test('frees reserved requests that a send did not need', async () => {
  const harness = await SyncHarness.start();
  const before = await freeRequests(harness);
  harness.standin.setProfile(harness.id, { business_name: 'Theirs' });
  harness.submit({ business_name: 'Mine' });
  await untilConflict(harness);
  // Let so much time pass that Cloudflare's last report of the limit is outdated.
  harness.clock.advance(10_000);
  expect(await freeRequests(harness)).toBe(before);
});

test('stores an attempt before its write is sent', async () => {
  const harness = await SyncHarness.start();
  let stored: unknown = null;
  harness.standin.beforeAnswer({ method: 'PUT' }, () => void (stored = harness.row()?.attempted));
  harness.submit({ business_phone: '+49 30 1' });
  await untilConfirmed(harness);
  expect(stored).toEqual({ business_phone: '+49 30 1' });
});
