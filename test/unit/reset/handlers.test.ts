/** Removing everything: keys first, nothing half-done in silence, no file of ours left. */
import type * as Fs from 'node:fs';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { createReset } from '../../../src/main/reset/handlers';
import { indexIdIn, Keychain } from '../../../src/main/keychain';
import { failed, success } from '../../../src/shared/failure';
import { MemoryKeyring } from '../keychain/memory-keyring';
import {
  addOrganization,
  change,
  draftOf,
  opened,
  profile,
  signInId,
  temporaryFolder,
  write,
} from '../database/temporary-store';

/** A file another program holds: on Windows it cannot be removed. Here only so much of it is played. */
const refuse = vi.hoisted(() => ({ path: null as string | null }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof Fs>();
  const rmSync: typeof real.rmSync = (path, options) => {
    if (refuse.path !== null && String(path).includes(refuse.path)) throw new Error('EBUSY');
    real.rmSync(path, options);
  };
  return { ...real, rmSync };
});
afterEach(() => {
  refuse.path = null;
});

async function harness(
  state: 'stored' | 'session-only' = 'stored',
  keyring: MemoryKeyring = new MemoryKeyring(),
) {
  const userData = temporaryFolder();
  const { store } = opened(userData);
  const keychain = new Keychain({
    spawn: keyring.spawn,
    service: 'Test',
    platform: 'linux',
    indexId: indexIdIn(userData),
  });
  write(store, (tables) => {
    const row = {
      email: 'a@b.example',
      userId: null,
      checkedAt: null,
      issue: null,
      issueSince: null,
    };
    tables.credentials.put({ ...row, id: signInId(1), label: 'Head office', state });
    const first = addOrganization(tables, 1);
    const second = addOrganization(tables, 2);
    addOrganization(tables, 3);
    tables.drafts.put(draftOf(first, profile('typed')));
    tables.drafts.put(draftOf(second, profile('typed')));
    tables.outbox.put(change(second, profile('wanted')));
    tables.outbox.put(change(first, profile('wanted'), { state: 'conflict' }));
  });
  if (state === 'stored') await keychain.set(signInId(1), 'key one');
  mkdirSync(join(userData, 'logs'));
  writeFileSync(join(userData, 'logs', 'main.log'), 'line');
  writeFileSync(join(userData, 'letterhead.damaged-2026-11-24T15-30-00.db'), 'texts');
  writeFileSync(join(userData, 'letterhead.damaged-2026-11-24T15-30-00.db-wal'), 'texts');
  writeFileSync(join(userData, 'letterhead.db-new'), 'texts');
  writeFileSync(join(userData, 'letterhead.db-check'), '');
  writeFileSync(join(userData, 'letterhead.older-2026-11-24T15-30-00.db'), 'texts');
  writeFileSync(join(userData, 'keychain-id-new'), 'half');
  writeFileSync(join(userData, 'Preferences'), 'of Chromium');
  const steps: string[] = [];
  const room = createReset({
    store,
    keychain,
    userData,
    stop: () => {
      steps.push('stop');
      store.close();
    },
    clearSessions: () => {
      steps.push('sessions');
      return Promise.reject(new Error('busy'));
    },
    reportLeftFiles: (paths) => {
      steps.push(`left ${paths.length}`);
      return Promise.resolve();
    },
    relaunchApp: () => void steps.push('anew'),
  });
  return { userData, keyring, keychain, room, steps };
}

it('counts what would go', async () => {
  const { room } = await harness();
  const counts = { organizations: 3, drafts: 2, waiting: 2, signIns: 1 };
  expect(await room.removal(null)).toEqual(success(counts));
});

it('removes keys, also those no record knows, then every file of ours, and starts anew', async () => {
  const { room, keyring, keychain, userData, steps } = await harness();
  await keychain.set(signInId(7), 'key of nobody');
  expect(keyring.entries.size).toBe(3);
  expect(await room.remove({ keysToo: true })).toEqual(success(null));
  expect([...keyring.entries]).toEqual([]);
  expect(readdirSync(userData)).toEqual(['Preferences']);
  // Sessions that cannot be cleared are no reason to stay.
  expect(steps).toEqual(['stop', 'sessions', 'anew']);
});

it('a locked keychain: nothing goes, and the same again works once it is open', async () => {
  const { room, keyring, userData, steps } = await harness();
  const before = readdirSync(userData);
  keyring.fate = () => 'locked';
  expect(await room.remove({ keysToo: true })).toEqual(failed('keychain.locked'));
  expect(readdirSync(userData)).toEqual(before);
  expect(keyring.entries.get(signInId(1))).toBe('key one');
  expect(steps).toEqual([]);
  keyring.fate = () => 'works';
  expect(await room.remove({ keysToo: true })).toEqual(success(null));
  expect([...keyring.entries]).toEqual([]);
});

it('without the keys everything else goes, and the keychain is not asked', async () => {
  const { room, keyring, keychain, userData, steps } = await harness();
  keyring.fate = () => 'locked';
  const asked = keyring.requests.length;
  expect(await room.remove({ keysToo: false })).toEqual(success(null));
  expect(keyring.requests).toHaveLength(asked);
  expect(existsSync(join(userData, 'letterhead.db'))).toBe(false);
  expect(keyring.entries.has(signInId(1))).toBe(true);
  expect(steps).toContain('anew');
  // The keys that are left can still be found.
  expect(readdirSync(userData)).toEqual(['Preferences', 'keychain-id']);
  keyring.fate = () => 'works';
  expect(await keychain.index()).toEqual(success([signInId(1)]));
});

it('a damaged file of the keychain index: nothing goes with the keys, all without them', async () => {
  const { room, keyring, userData, steps } = await harness();
  writeFileSync(join(userData, 'keychain-id'), 'damaged');
  expect(await room.remove({ keysToo: true })).toEqual(failed('store.io'));
  expect(keyring.entries.has(signInId(1))).toBe(true);
  expect(steps).toEqual([]);
  expect(await room.remove({ keysToo: false })).toEqual(success(null));
  // It finds nothing, and would be in the way of the next key.
  expect(readdirSync(userData)).toEqual(['Preferences']);
});

it('removes only its own keys from a keychain that another data folder uses, too', async () => {
  const one = await harness();
  const two = await harness('session-only', one.keyring);
  await two.keychain.set(signInId(7), 'key of the other folder');
  // The records of one are gone, so that only the index knows its keys.
  await one.keychain.set(signInId(8), 'key without a record');
  expect(await one.room.remove({ keysToo: true })).toEqual(success(null));
  expect(one.keyring.entries.has(signInId(1))).toBe(false);
  expect(one.keyring.entries.has(signInId(8))).toBe(false);
  expect(one.keyring.entries.get(signInId(7))).toBe('key of the other folder');
  expect(await two.keychain.index()).toEqual(success([signInId(7)]));
});

it('where there is no keychain and none was used, that is no obstacle; where one was used, it is', async () => {
  const unused = await harness('session-only');
  unused.keyring.fate = () => 'absent';
  expect(await unused.room.remove({ keysToo: true })).toEqual(success(null));
  expect(unused.keyring.requests).toEqual([]);
  const orphaned = await harness('session-only');
  await orphaned.keychain.set(signInId(7), 'key of nobody');
  orphaned.keyring.fate = () => 'absent';
  expect(await orphaned.room.remove({ keysToo: true })).toEqual(failed('keychain.unavailable'));
  const used = await harness();
  used.keyring.fate = () => 'absent';
  expect(await used.room.remove({ keysToo: true })).toEqual(failed('keychain.unavailable'));
  expect(used.steps).toEqual([]);
});

it('a second click while it is under way does nothing', async () => {
  const { room, steps } = await harness();
  await Promise.all([room.remove({ keysToo: true }), room.remove({ keysToo: true })]);
  expect(steps).toEqual(['stop', 'sessions', 'anew']);
});

it('says which files could not be removed, and starts anew all the same', async () => {
  const { room, steps } = await harness();
  refuse.path = 'damaged-2026-11-24T15-30-00.db-wal';
  expect(await room.remove({ keysToo: true })).toEqual(success(null));
  expect(steps).toEqual(['stop', 'sessions', 'left 1', 'anew']);
});
