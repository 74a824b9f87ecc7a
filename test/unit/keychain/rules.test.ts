/**
 * Rules of the keychain module for failing steps, which a real keyring cannot produce on demand.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failed, success } from '../../../src/shared/result';
import { type Fate, MemoryKeyring } from './memory-keyring';
import {
  compact,
  fails,
  ID,
  idOf,
  INDEX,
  keychainOn,
  listedIn,
  ok,
  OTHER,
} from './memory-keychain';

/** Applies a fate to the nth request of this kind; all other requests work. */
function nth(n: number, fate: Fate): MemoryKeyring['fate'] {
  let count = 0;
  return () => ((count += 1) === n ? fate : 'works');
}

describe('values that cannot be stored', () => {
  it.each([
    ['empty', ''],
    ['with NUL', 'abc\0def'],
    ['too long', 'k'.repeat(2_561)],
    ['too long in bytes', 'é'.repeat(1_281)],
  ])('are refused before the keychain is asked: %s', async (_, value) => {
    const keyring = new MemoryKeyring();
    expect(await keychainOn(keyring).set(ID, value)).toEqual(fails('keychain.invalid-value'));
    expect(keyring.spawned).toBe(0);
  });

  it('are refused under names other than sign-in ids, so that no key can overwrite the index', async () => {
    const keyring = new MemoryKeyring();
    for (const name of [INDEX, 'index', 'canary', '', ID.toUpperCase()]) {
      expect(await keychainOn(keyring).set(name, 'key')).toEqual(fails('app.unexpected'));
    }
    expect(keyring.requests).toEqual([]);
  });
});

describe('the order of steps in set and delete', () => {
  it('lists the id before the key exists', async () => {
    const keyring = new MemoryKeyring();
    await keychainOn(keyring).set(ID, 'key');
    const written = keyring.requests.filter(({ operation }) => operation === 'set');
    expect(written.map(({ account }) => account)).toEqual(['canary', INDEX, ID]);
  });

  it('writes no key that was forgotten while the system prompted the person', async () => {
    const keyring = new MemoryKeyring();
    let isKept = true;
    keyring.fate = ({ operation, account }) => {
      if (operation === 'set' && account === INDEX) isKept = false;
      return 'works';
    };
    const read = () => (isKept ? success('key') : failed('sign-in.forgotten'));
    expect(await keychainOn(keyring).set(ID, read)).toEqual(fails('sign-in.forgotten'));
    expect(keyring.entries.has(ID)).toBe(false);
    expect(keyring.requests.some(({ account }) => account === ID)).toBe(false);
  });

  it('removes the id only once the key is gone', async () => {
    const keyring = new MemoryKeyring();
    const keychain = keychainOn(keyring);
    await keychain.set(ID, 'key');
    await keychain.set(OTHER, 'key');
    keyring.requests.length = 0;
    await keychain.delete(ID);
    const done = keyring.requests.map(({ operation, account }) => `${operation} ${account}`);
    expect(done.slice(0, 2)).toEqual([`delete ${ID}`, `get ${ID}`]);
    expect(done.indexOf(`set ${INDEX}`)).toBeGreaterThan(1);
  });

  it('reads back what was written, and fails if the value was not stored', async () => {
    const keyring = new MemoryKeyring();
    const keychain = keychainOn(keyring);
    await keychain.set(OTHER, 'key');
    keyring.fate = (request) => {
      if (request.operation === 'get' && request.account === ID) keyring.entries.set(ID, 'cut');
      return 'works';
    };
    expect(await keychain.set(ID, 'key')).toEqual(fails('keychain.not-stored'));
  });

  it('reads back to confirm that a deleted key is gone', async () => {
    const keyring = new MemoryKeyring();
    const keychain = keychainOn(keyring);
    await keychain.set(ID, 'key');
    keyring.fate = (request) => {
      if (request.operation === 'get' && request.account === ID) keyring.entries.set(ID, 'key');
      return 'works';
    };
    expect(await keychain.delete(ID)).toEqual(fails('keychain.not-stored'));
    expect(await keychain.index()).toEqual(ok([ID]));
  });
});

describe('a get that returns nothing', () => {
  it('does not prove that a key is deleted: a briefly locked keyring keeps key and index', async () => {
    const keyring = new MemoryKeyring();
    const keychain = keychainOn(keyring);
    await keychain.set(ID, 'key');
    let requests = 0;
    keyring.fate = () => ((requests += 1) <= 2 ? 'locked' : 'works');
    expect(await keychain.delete(ID)).toEqual(ok(null));
    expect([...keyring.entries.keys()]).toEqual([]);
  });

  it('is repeated after the probe, which may have unlocked the keyring', async () => {
    const keyring = new MemoryKeyring();
    keyring.entries.set(ID, 'key');
    let locked = true;
    keyring.fate = (request) => {
      if (request.operation === 'set') locked = false; // the person entered the password
      return locked ? 'locked' : 'works';
    };
    expect(await keychainOn(keyring).get(ID)).toEqual(ok('key'));
  });

  it('never shortens the index: if the write unlocks the keyring, the ids listed before stay', async () => {
    const keyring = new MemoryKeyring();
    keyring.entries.set(INDEX, compact(OTHER));
    let locked = true;
    keyring.fate = (request) => {
      if (request.operation === 'set') locked = false;
      return locked ? 'locked' : 'works';
    };
    expect(await keychainOn(keyring).set(ID, 'key')).toEqual(ok(null));
    expect(listedIn(keyring.entries.get(INDEX))).toEqual([OTHER, ID]);
  });

  it('never shortens a damaged index', async () => {
    const keyring = new MemoryKeyring();
    keyring.entries.set(INDEX, `["${compact(OTHER)}", {"x": "${compact(idOf(7))}"`);
    expect(await keychainOn(keyring).set(ID, 'key')).toEqual(ok(null));
    expect(listedIn(keyring.entries.get(INDEX))).toEqual([OTHER, idOf(7), ID]);
  });
});

describe('an error of the keyring', () => {
  it('in a set means locked on Linux and macOS, and unavailable on Windows', async () => {
    for (const [platform, code] of [
      ['linux', 'keychain.locked'],
      ['darwin', 'keychain.locked'],
      ['win32', 'keychain.unavailable'],
    ] as const) {
      const keyring = new MemoryKeyring();
      keyring.fate = () => 'locked';
      expect(await keychainOn(keyring, { platform }).probe()).toEqual(fails(code));
    }
  });
});

it('distinguishes a key that was certainly not written from one that may have been', async () => {
  const fates: Fate[] = ['locked', 'absent', 'silent', 'die-before', 'die-after'];
  const certain = ['keychain.invalid-value', 'keychain.locked', 'keychain.unavailable'];
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(...fates),
      async (n, fate) => {
        const keyring = new MemoryKeyring();
        keyring.fate = nth(n, fate);
        const outcome = await keychainOn(keyring).set(ID, 'key');
        const kept = keyring.entries.get(ID) === 'key';
        if (outcome.ok) expect(kept).toBe(true);
        else if (certain.includes(outcome.failure.code)) expect(kept).toBe(false);
      },
    ),
  );
});
