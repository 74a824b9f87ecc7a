/**
 * The reset, which removes all data of the app: first the keys in the keychain, then the files. It
 * never stops halfway without a report.
 */
import type * as Fs from 'node:fs';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { createReset } from '../../../src/main/reset/handlers';
import { indexIdIn, SystemKeychain } from '../../../src/main/keychain';
import { failed, success } from '../../../src/shared/result';
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
} from '../database/temporary-database';
import { KEY_SIGN_IN } from '../samples';

/**
 * The name of a file that another program holds open, which cannot be removed on Windows. Only the
 * failing removal is simulated.
 */
const refuse = vi.hoisted(() => ({ path: null as string | null, list: false }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof Fs>();
  const rmSync: typeof real.rmSync = (path, options) => {
    if (refuse.path !== null && String(path).includes(refuse.path)) throw new Error('EBUSY');
    real.rmSync(path, options);
  };
  const readdirSync = ((...asked: Parameters<typeof real.readdirSync>) => {
    if (refuse.list) throw new Error('EACCES');
    return real.readdirSync(...asked);
  }) as typeof real.readdirSync;
  return { ...real, rmSync, readdirSync };
});
afterEach(() => {
  refuse.path = null;
  refuse.list = false;
});

async function harness(
  state: 'stored' | 'session-only' = 'stored',
  keyring: MemoryKeyring = new MemoryKeyring(),
) {
  const userData = temporaryFolder();
  const { database } = opened(userData);
  const keychain = new SystemKeychain({
    spawn: keyring.spawn,
    service: 'Test',
    platform: 'linux',
    indexId: indexIdIn(userData),
  });
  write(database, (tables) => {
    const row = {
      email: 'a@b.example',
      userId: null,
      checkedAt: null,
      issue: null,
      issueSince: null,
    };
    tables.signIns.put({
      ...KEY_SIGN_IN,
      ...row,
      id: signInId(1),
      label: 'Head office',
      state,
    });
    const first = addOrganization(tables, 1);
    const second = addOrganization(tables, 2);
    addOrganization(tables, 3);
    tables.drafts.put(draftOf(first, profile('typed')));
    tables.drafts.put(draftOf(second, profile('typed')));
    tables.outbox.put(change(second, profile('submitted')));
    tables.outbox.put(change(first, profile('submitted'), { state: 'conflict' }));
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
  const report = { fails: false };
  const reset = createReset({
    database,
    keychain,
    userData,
    stop: () => {
      steps.push('stop');
      database.close();
    },
    clearSessions: () => {
      steps.push('sessions');
      return Promise.reject(new Error('busy'));
    },
    reportUndeletedFiles: (paths) => {
      steps.push(`left ${paths.length}`);
      return report.fails ? Promise.reject(new Error('no window')) : Promise.resolve();
    },
    relaunchApp: () => void steps.push('relaunch'),
  });
  return { userData, keyring, keychain, reset, steps, report };
}

it('counts what would be removed', async () => {
  const { reset } = await harness();
  const counts = { organizations: 3, drafts: 2, waiting: 2, signIns: 1 };
  expect(await reset.removal(null)).toEqual(success(counts));
});

it('removes all keys, even keys without a sign-in, then every file of the app, and relaunches', async () => {
  const { reset, keyring, keychain, userData, steps } = await harness();
  await keychain.set(signInId(7), 'key without a record');
  expect(keyring.entries.size).toBe(3);
  expect(await reset.remove({ keysToo: true })).toEqual(success(null));
  expect([...keyring.entries]).toEqual([]);
  expect(readdirSync(userData)).toEqual(['Preferences']);
  // Browser sessions that cannot be cleared do not stop the reset.
  expect(steps).toEqual(['stop', 'sessions', 'relaunch']);
});

it('removes nothing while the keychain is locked, and works once the keychain is unlocked', async () => {
  const { reset, keyring, userData, steps } = await harness();
  const before = readdirSync(userData);
  keyring.fate = () => 'locked';
  expect(await reset.remove({ keysToo: true })).toEqual(failed('keychain.locked'));
  expect(readdirSync(userData)).toEqual(before);
  expect(keyring.entries.get(signInId(1))).toBe('key one');
  expect(steps).toEqual([]);
  keyring.fate = () => 'works';
  expect(await reset.remove({ keysToo: true })).toEqual(success(null));
  expect([...keyring.entries]).toEqual([]);
});

it('removes the database and relaunches although the folder cannot be listed, which is reported', async () => {
  const { reset, userData, steps } = await harness();
  refuse.list = true;
  expect(await reset.remove({ keysToo: true })).toEqual(success(null));
  refuse.list = false;
  expect(existsSync(join(userData, 'letterhead.db'))).toBe(false);
  expect(steps).toEqual(['stop', 'sessions', 'left 1', 'relaunch']);
});

it('relaunches although the files that are left cannot be reported', async () => {
  const { reset, steps, report } = await harness();
  refuse.path = 'logs';
  report.fails = true;
  await expect(reset.remove({ keysToo: true })).rejects.toThrow('no window');
  expect(steps).toEqual(['stop', 'sessions', 'left 1', 'relaunch']);
});

it('without the keys: removes everything else, and does not access the keychain', async () => {
  const { reset, keyring, keychain, userData, steps } = await harness();
  keyring.fate = () => 'locked';
  const requestsBefore = keyring.requests.length;
  expect(await reset.remove({ keysToo: false })).toEqual(success(null));
  expect(keyring.requests).toHaveLength(requestsBefore);
  expect(existsSync(join(userData, 'letterhead.db'))).toBe(false);
  expect(keyring.entries.has(signInId(1))).toBe(true);
  expect(steps).toContain('relaunch');
  // The remaining keys can still be found.
  expect(readdirSync(userData)).toEqual(['Preferences', 'keychain-id']);
  keyring.fate = () => 'works';
  expect(await keychain.index()).toEqual(success([signInId(1)]));
});

it('damaged keychain-id file: removes nothing if keys are included, everything if they are not', async () => {
  const { reset, keyring, userData, steps } = await harness();
  writeFileSync(join(userData, 'keychain-id'), 'damaged');
  expect(await reset.remove({ keysToo: true })).toEqual(failed('database.io'));
  expect(keyring.entries.has(signInId(1))).toBe(true);
  expect(steps).toEqual([]);
  expect(await reset.remove({ keysToo: false })).toEqual(success(null));
  // The damaged file is removed, too: it identifies no keys, and would prevent storing new ones.
  expect(readdirSync(userData)).toEqual(['Preferences']);
});

it('removes only its own keys from a keychain shared with another data folder', async () => {
  const one = await harness();
  const two = await harness('session-only', one.keyring);
  await two.keychain.set(signInId(7), 'key of the other folder');
  // The database of the first folder is gone, so only the index knows its key.
  await one.keychain.set(signInId(8), 'key without a record');
  expect(await one.reset.remove({ keysToo: true })).toEqual(success(null));
  expect(one.keyring.entries.has(signInId(1))).toBe(false);
  expect(one.keyring.entries.has(signInId(8))).toBe(false);
  expect(one.keyring.entries.get(signInId(7))).toBe('key of the other folder');
  expect(await two.keychain.index()).toEqual(success([signInId(7)]));
});

it('works without a keychain if no key was stored in one, and refuses otherwise', async () => {
  const unused = await harness('session-only');
  unused.keyring.fate = () => 'absent';
  expect(await unused.reset.remove({ keysToo: true })).toEqual(success(null));
  expect(unused.keyring.requests).toEqual([]);
  const orphaned = await harness('session-only');
  await orphaned.keychain.set(signInId(7), 'key without a record');
  orphaned.keyring.fate = () => 'absent';
  expect(await orphaned.reset.remove({ keysToo: true })).toEqual(failed('keychain.unavailable'));
  const used = await harness();
  used.keyring.fate = () => 'absent';
  expect(await used.reset.remove({ keysToo: true })).toEqual(failed('keychain.unavailable'));
  expect(used.steps).toEqual([]);
});

it('ignores a second request while it runs', async () => {
  const { reset, steps } = await harness();
  await Promise.all([reset.remove({ keysToo: true }), reset.remove({ keysToo: true })]);
  expect(steps).toEqual(['stop', 'sessions', 'relaunch']);
});

it('reports the files that could not be removed, and still relaunches', async () => {
  const { reset, steps } = await harness();
  refuse.path = 'damaged-2026-11-24T15-30-00.db-wal';
  expect(await reset.remove({ keysToo: true })).toEqual(success(null));
  expect(steps).toEqual(['stop', 'sessions', 'left 1', 'relaunch']);
});
