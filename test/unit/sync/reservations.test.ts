/**
 * Reservations of requests (in the rate limit) for sends that make no request, and prioritized
 * changes that must not be sent because their fields belong to a paused save. Also: no key is held while waiting.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { RowMacs } from '../../../src/main/database/row-macs';
import { SavesHarness, closeHarnesses } from '../saves/harness';
import { eventLoopTurns } from '../event-loop';
import {
  freeRequests,
  requestedIds,
  setIssue,
  untilConfirmed,
  untilState,
  useUpLimit,
} from './helpers';
import { SyncHarness } from './harness';

afterEach(closeHarnesses);

describe('a send that ends before its first request frees its reservation:', () => {
  test('all saves with a refused sign-in are sent once the key is replaced', async () => {
    const harness = await SyncHarness.start({ organizations: 8 });
    const before = await freeRequests(harness);
    setIssue(harness, { code: 'sign-in.refused' });
    for (const id of harness.ids) {
      harness.submit({ business_phone: '+1' }, id);
      await untilState(harness, 'paused', id);
    }
    expect(await freeRequests(harness)).toBe(before);
    setIssue(harness, null);
    await harness.until(() => harness.ids.every((id) => harness.row(id) === null), {
      timeoutMs: 5_000,
    });
    expect(requestedIds(harness, 'PUT').sort()).toEqual([...harness.ids].sort());
  });

  test('a locked keychain', async () => {
    const harness = await SyncHarness.start();
    const before = await freeRequests(harness);
    harness.authorizationOf = async () => ({ ok: false, failure: { code: 'keychain.locked' } });
    harness.submit({ business_phone: '+1' });
    await untilState(harness, 'paused');
    expect(await freeRequests(harness)).toBe(before);
  });

  test('a change of an earlier run that waits for the key of the data folder', async () => {
    const harness = await SyncHarness.start();
    const before = await freeRequests(harness);
    const { authorizationOf } = harness;
    harness.authorizationOf = () => new Promise(() => undefined);
    harness.submit({ business_phone: '+1' });
    let isAsked = false;
    harness.keyRead = () => {
      isAsked = true;
      return new Promise(() => undefined);
    };
    Object.assign(harness, { macs: new RowMacs(), authorizationOf });
    await harness.restart();
    await harness.until(() => isAsked, { clock: false });
    expect(await freeRequests(harness)).toBe(before);
    expect(harness.traffic()).toBe('');
  });

  test('nor do changes of an earlier run take the slots of what is saved meanwhile', async () => {
    const harness = await SyncHarness.start({ organizations: 6 });
    const { authorizationOf, macs } = harness;
    harness.authorizationOf = () => new Promise(() => undefined);
    const [last = '', ...earlier] = harness.ids.toReversed();
    for (const id of earlier) harness.submit({ business_phone: '+1' }, id);
    harness.keyRead = () => new Promise(() => undefined);
    Object.assign(harness, { macs: new RowMacs(), authorizationOf });
    await harness.restart();
    await harness.until(() => earlier.every((id) => harness.row(id)?.state === 'waiting'), {
      clock: false,
    });
    harness.submit({ business_phone: '+1' }, last);
    await harness.until(() => harness.row(last) === null, { clock: false });
    harness.macs.use(macs.own);
    harness.scheduler.onKeyRead();
    await harness.until(() => earlier.every((id) => harness.row(id) === null), { clock: false });
  });
});

describe('a prioritized change whose fields all belong to a paused save is not tried', () => {
  const OF_SAVE = { business_phone: '+1 555' };

  /** Adds a save for the first organization, and pauses the save before anything is sent. */
  async function pausedSave(harness: SavesHarness): Promise<void> {
    const { id } = harness.sync;
    const save = await harness.change(OF_SAVE, [id]);
    await harness.pause(save);
    // Let a read in progress end.
    await eventLoopTurns();
    await harness.sync.until(() => !harness.sync.busy(), { clock: false });
  }

  test('after the person’s own change was discarded during its read', async () => {
    const harness = await SavesHarness.start();
    const { sync } = harness;
    sync.submit({ business_address: 'A' });
    await sync.until(() => sync.sendStatus.of(sync.id).step === 'reading', { clock: false });
    sync.discard();
    await sync.until(() => !sync.busy(), { clock: false });
    await pausedSave(harness);
    const before = sync.traffic();
    sync.scheduler.wake();
    await eventLoopTurns(100);
    expect(sync.traffic()).toBe(before);
    expect(sync.row()).toMatchObject({ state: 'queued', attempts: 0, failure: null });
  });

  test('after the person typed their own field back to the saved text while the keychain was locked', async () => {
    const harness = await SavesHarness.start();
    const { sync } = harness;
    await pausedSave(harness);
    const before = sync.traffic();
    const saved = sync.saved()!.business_address;
    const { authorizationOf } = sync;
    let unlock = (): void => undefined;
    const unlocked = new Promise<void>((resolve) => (unlock = resolve));
    let isPrompting = false;
    sync.authorizationOf = async (id) => {
      isPrompting = true;
      await unlocked;
      return authorizationOf(id);
    };
    sync.submit({ business_address: 'X' });
    await sync.until(() => isPrompting, { clock: false });
    await eventLoopTurns();
    sync.submit({ business_address: saved });
    sync.authorizationOf = authorizationOf;
    unlock();
    await eventLoopTurns(100);
    expect(sync.traffic()).toBe(before);
    expect(sync.row()).toMatchObject({ state: 'queued', attempts: 0, failure: null });
  });
});

describe('a key is not held while a request waits:', () => {
  test('a refresh asks for it when the limit lets its request through', async () => {
    const harness = await SyncHarness.start();
    const authorizationOf = vi.fn(harness.authorizationOf);
    harness.authorizationOf = authorizationOf;
    const release = await useUpLimit(harness);
    const request = { isPageOpen: true, priority: 'background' } as const;
    const refreshing = harness.profileReader.read(harness.id, request);
    await eventLoopTurns();
    expect(authorizationOf).not.toHaveBeenCalled();
    release();
    expect((await refreshing).ok).toBe(true);
    expect(authorizationOf).toHaveBeenCalledTimes(1);
  });

  test('a send whose key was forgotten after its read does not write before it reads again', async () => {
    const harness = await SyncHarness.start();
    const { authorizationOf } = harness;
    let unlock: () => void = () => undefined;
    const read = harness.standin.hold({ method: 'GET', path: `${harness.id}/profile`, nth: 1 });
    harness.submit({ business_phone: '+1' });
    await read.arrived;
    harness.authorizationOf = async (id) => {
      await new Promise<void>((resolve) => (unlock = resolve));
      return authorizationOf(id);
    };
    read.release();
    await harness.until(() => !harness.busy(), { clock: false });
    expect(harness.traffic()).toBe('GET');
    harness.authorizationOf = authorizationOf;
    unlock();
    await untilConfirmed(harness);
    expect(harness.traffic()).toBe('GET GET PUT GET');
  });
});
