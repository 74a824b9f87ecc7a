/**
 * The id of a data folder. It is the name under which the keychain lists the keys of that folder
 * (the index). It is created once, only where keys can be stored, and never lost silently.
 */
import { execFileSync } from 'node:child_process';
import type * as Fs from 'node:fs';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { INDEX_ID_FILE, indexIdIn, type SystemKeychain } from '../../../src/main/keychain';
import { temporaryFolder } from '../database/temporary-database';
import { MemoryKeyring } from './memory-keyring';
import { compact, fails, ID, keychainOn, ok, OTHER } from './memory-keychain';

/** Which file operation fails, and with which error code of the system. */
const failing = vi.hoisted(() => ({ operation: '', code: '' }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof Fs>();
  const guarded = (name: 'openSync' | 'fsyncSync' | 'renameSync' | 'readFileSync') =>
    ((...args: never[]) => {
      if (failing.operation === name)
        throw Object.assign(new Error(failing.code), { code: failing.code, syscall: name });
      return (real[name] as (...all: never[]) => unknown)(...args);
    }) as never;
  return {
    ...real,
    openSync: guarded('openSync'),
    fsyncSync: guarded('fsyncSync'),
    renameSync: guarded('renameSync'),
    readFileSync: guarded('readFileSync'),
  };
});
afterEach(() => {
  failing.operation = '';
});

/** Creates a data folder, and functions that create the keychain as a newly launched app does. */
function folderOn(keyring = new MemoryKeyring()) {
  const folder = temporaryFolder();
  const start = (): SystemKeychain => keychainOn(keyring, { indexId: indexIdIn(folder) });
  return { folder, path: join(folder, INDEX_ID_FILE), keyring, start };
}

const keysIn = ({ entries }: MemoryKeyring) =>
  [...entries.keys()].filter((account) => /^[0-9a-f]{16}$/.test(account));

test('the file is restored with the same id after the folder was moved, but not created for that', () => {
  const { folder, path } = folderOn();
  const id = indexIdIn(folder);
  expect(id.restore()).toEqual(ok(null));
  expect(existsSync(path)).toBe(false);
  const created = id.create();
  rmSync(path);
  expect(id.restore()).toEqual(ok(null));
  expect(indexIdIn(folder).read()).toEqual(created);
});

describe('the file', () => {
  it('is created for the first key, private to its owner, and never changes', async () => {
    const { folder, path, keyring, start } = folderOn();
    expect(await start().index()).toEqual(ok([]));
    expect(keyring.requests, 'the keychain need not be asked').toEqual([]);
    expect(await start().delete(ID)).toEqual(ok(null));
    expect(readdirSync(folder), 'nothing was stored yet').toEqual([]);

    expect(await start().set(ID, 'key')).toEqual(ok(null));
    const id = readFileSync(path, 'latin1').trim();
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual([INDEX_ID_FILE]);
    expect(keyring.entries.get(`index:${id}`)).toBe(compact(ID));

    await start().set(OTHER, 'key');
    await start().delete(ID);
    await start().delete(OTHER);
    expect(readFileSync(path, 'latin1').trim()).toBe(id);
    expect(await start().index()).toEqual(ok([]));
  });

  it('differs in every folder', async () => {
    const keyring = new MemoryKeyring();
    const folders = [folderOn(keyring), folderOn(keyring)];
    for (const { start } of folders) await start().set(ID, 'key');
    const ids = folders.map(({ path }) => readFileSync(path, 'latin1'));
    expect(new Set(ids).size).toBe(2);
  });

  it('is not created where keys cannot be stored', async () => {
    const { folder, keyring, start } = folderOn();
    for (const fate of ['locked', 'absent', 'silent'] as const) {
      keyring.fate = () => fate;
      expect((await start().set(ID, 'key')).ok).toBe(false);
      expect(readdirSync(folder)).toEqual([]);
    }
  });
});

describe('a file that cannot be used', () => {
  it.each(['', '0123', 'not an id at all', `${'0'.repeat(16)}\0`, '0123456789ABCDEF'])(
    'is a failure, not an empty index: %j',
    async (text) => {
      const { path, keyring, start } = folderOn();
      await start().set(ID, 'key');
      writeFileSync(path, text);
      const before = [...keyring.entries];
      expect(await start().index()).toEqual(fails('database.io'));
      expect(await start().set(OTHER, 'key')).toEqual(fails('database.io'));
      expect([...keyring.entries], 'no key without an entry in the index').toEqual(before);
      expect(readFileSync(path, 'latin1')).toBe(text);
      // Keys of sign-ins that are in the database still work.
      expect(await start().get(ID)).toEqual(ok('key'));
    },
  );

  it.each([
    ['EACCES', 'database.read-only'],
    ['EIO', 'database.io'],
  ])('is a failure when reading reports %s', async (code, expected) => {
    const { keyring, start } = folderOn();
    await start().set(ID, 'key');
    Object.assign(failing, { operation: 'readFileSync', code });
    expect(await start().index()).toEqual(fails(expected));
    expect(await start().set(OTHER, 'key')).toEqual(fails(expected));
    expect(keysIn(keyring)).toEqual([ID]);
    failing.operation = '';
    expect(await start().index()).toEqual(ok([ID]));
  });

  it('is a failure when it is not a file', async () => {
    const { path, keyring, start } = folderOn();
    mkdirSync(path);
    expect(await start().set(ID, 'key')).toEqual(fails('database.io'));
    expect(await start().index()).toEqual(fails('database.io'));
    expect(keysIn(keyring)).toEqual([]);
  });

  it.each([
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a link to a device', (path: string) => symlinkSync('/dev/zero', path)],
    ['a large file', (path: string) => writeFileSync(path, ID.padEnd(65))],
  ])('is a failure, and not waited for, when it is %s', async (_name, plant) => {
    const { path, keyring, start } = folderOn();
    plant(path);
    expect(await start().set(ID, 'key')).toEqual(fails('database.io'));
    expect(await start().index()).toEqual(fails('database.io'));
    expect(keysIn(keyring)).toEqual([]);
  });

  it.each([
    ['openSync', 'ENOSPC', 'database.full'],
    ['openSync', 'EROFS', 'database.read-only'],
    ['fsyncSync', 'EIO', 'database.io'],
    ['renameSync', 'EIO', 'database.io'],
  ])(
    'is a failure when %s reports %s: no key is stored, and the next attempt works',
    async (...fault) => {
      const [operation, code, expected] = fault;
      const { folder, keyring, start } = folderOn();
      Object.assign(failing, { operation, code });
      expect(await start().set(ID, 'key')).toEqual(fails(expected));
      expect([...keyring.entries]).toEqual([]);
      expect(readdirSync(folder)).not.toContain(INDEX_ID_FILE);
      failing.operation = '';
      expect(await start().set(ID, 'key')).toEqual(ok(null));
      expect(await start().index()).toEqual(ok([ID]));
    },
  );

  it('counts as missing if an interrupted launch wrote only half of it', async () => {
    const { folder, start } = folderOn();
    writeFileSync(join(folder, `${INDEX_ID_FILE}-new`), '0123');
    chmodSync(join(folder, `${INDEX_ID_FILE}-new`), 0o644);
    expect(await start().index()).toEqual(ok([]));
    expect(await start().set(ID, 'key')).toEqual(ok(null));
    expect(readdirSync(folder)).toEqual([INDEX_ID_FILE]);
    expect(statSync(join(folder, INDEX_ID_FILE)).mode & 0o777).toBe(0o600);
  });
});
