/**
 * The keychain module on a real Linux keyring in each of its states, through the real helper (the
 * child process that accesses the keyring).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startKeyring, type Keyring, type KeyringState } from '../../../build/keyring.mjs';
import { removeAllKeys } from '../../../src/main/reset/handlers';
import { indexIdIn, SystemKeychain, type KeychainOptions } from '../../../src/main/keychain';
import { freshDatabase } from '../database/temporary-database';
import { fails, ID, INDEX, indexId, listedIn, ok, OTHER } from './memory-keychain';
import { buildHelper, entriesOf, type BuiltHelper } from './real-keychain';

const SERVICE = 'Letterhead (test)';
const KEY = 'c'.repeat(37);

let helper: BuiltHelper;
const cleanUps: (() => void | Promise<void>)[] = [];

beforeAll(async () => {
  helper = await buildHelper();
});
afterAll(() => helper.remove());
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function keyringIn(state: KeyringState): Promise<Keyring> {
  const keyring = await startKeyring({ state });
  cleanUps.push(() => keyring.stop());
  return keyring;
}

function keychainOn(keyring: Keyring, options: Partial<KeychainOptions> = {}): SystemKeychain {
  const keychain = new SystemKeychain({
    spawn: () => helper.spawn(keyring),
    service: SERVICE,
    indexId,
    ...options,
  });
  cleanUps.push(() => keychain.stop());
  return keychain;
}

function entries(keyring: Keyring) {
  const stored = entriesOf(helper, keyring, SERVICE);
  cleanUps.push(() => stored.close());
  return stored;
}

describe('an unlocked keyring', () => {
  it('stores a key, lists it, returns it and deletes it without a trace', async () => {
    const keyring = await keyringIn('unlocked');
    const keychain = keychainOn(keyring);
    const stored = entries(keyring);

    expect(await keychain.index()).toEqual(ok([]));
    expect(await keychain.get(ID)).toEqual(fails('keychain.lost'));
    expect(await keychain.set(ID, KEY)).toEqual(ok(null));
    expect(await keychain.set(OTHER, 'another key')).toEqual(ok(null));
    expect(await keychain.get(ID)).toEqual(ok(KEY));
    expect(await keychain.index()).toEqual(ok([ID, OTHER]));
    expect(await stored.get(ID)).toBe(KEY);
    expect(listedIn(await stored.get(INDEX))).toEqual([ID, OTHER]);

    expect(await keychain.delete(ID)).toEqual(ok(null));
    expect(await keychain.get(ID)).toEqual(fails('keychain.lost'));
    expect(await keychain.index()).toEqual(ok([OTHER]));
    expect(await keychain.delete(OTHER)).toEqual(ok(null));
    for (const account of [ID, OTHER, INDEX, 'canary']) {
      expect(await stored.get(account)).toBeNull();
    }
  });

  it('can store keys; finding that out leaves nothing behind', async () => {
    const keyring = await keyringIn('unlocked');
    expect(await keychainOn(keyring).probe()).toEqual(ok(null));
    expect(await entries(keyring).get('canary')).toBeNull();
  });

  it('reports a key as lost when another program removed its entry, and finds it when it is back', async () => {
    const keyring = await keyringIn('unlocked');
    const keychain = keychainOn(keyring);
    const stored = entries(keyring);
    await keychain.set(ID, KEY);
    await stored.delete(ID);
    expect(await keychain.get(ID)).toEqual(fails('keychain.lost'));
    await stored.set(ID, KEY);
    expect(await keychain.get(ID)).toEqual(ok(KEY));
  });

  it('stores values of 2,560 bytes completely', async () => {
    const keyring = await keyringIn('unlocked');
    const keychain = keychainOn(keyring);
    const longest = 'k'.repeat(2_560);
    expect(await keychain.set(ID, longest)).toEqual(ok(null));
    expect(await keychain.get(ID)).toEqual(ok(longest));
  });

  it('loses no id when many keys are stored and deleted at once', async () => {
    const keyring = await keyringIn('unlocked');
    const keychain = keychainOn(keyring);
    const ids = Array.from(
      { length: 12 },
      (_, n) => `00000000000000${n.toString(16).padStart(2, '0')}`,
    );
    await Promise.all(ids.map((id) => keychain.set(id, KEY)));
    expect(await keychain.index()).toEqual(ok(ids));
    await Promise.all(ids.slice(1).map((id) => keychain.delete(id)));
    expect(await keychain.index()).toEqual(ok(ids.slice(0, 1)));
  });
});

describe('two data folders with the same keychain', () => {
  const folders = (keyring: Keyring) => {
    const paths = ['one', 'two'].map(() => mkdtempSync(join(tmpdir(), 'letterhead-keychain-')));
    cleanUps.push(() => paths.forEach((path) => rmSync(path, { recursive: true })));
    return paths.map((folder) => keychainOn(keyring, { indexId: indexIdIn(folder) })) as [
      SystemKeychain,
      SystemKeychain,
    ];
  };

  it("never see or delete each other's keys", async () => {
    const keyring = await keyringIn('unlocked');
    const [one, two] = folders(keyring);
    expect(await one.set(ID, KEY)).toEqual(ok(null));
    expect(await two.index()).toEqual(ok([]));
    expect(await two.set(OTHER, 'another key')).toEqual(ok(null));
    expect(await one.index()).toEqual(ok([ID]));
    expect(await two.index()).toEqual(ok([OTHER]));
    expect(await one.delete(ID)).toEqual(ok(null));
    expect(await one.index()).toEqual(ok([]));
    expect(await two.get(OTHER)).toEqual(ok('another key'));
    expect(await two.index()).toEqual(ok([OTHER]));
    const folderKey = (digit: string) => ({ key: digit.repeat(64), marks: [digit.repeat(16)] });
    expect(await one.setFolderKey(folderKey('1'))).toEqual(ok(null));
    expect(await two.folderKey()).toEqual(ok('none'));
    expect(await two.setFolderKey(folderKey('2'))).toEqual(ok(null));
    expect(await one.folderKey()).toEqual(ok(folderKey('1')));
    expect(await two.deleteFolderKey()).toEqual(ok(null));
    expect(await one.folderKey()).toEqual(ok(folderKey('1')));
  });

  it('keep the keys of one when all keys of the other are removed', async () => {
    const keyring = await keyringIn('unlocked');
    const [one, two] = folders(keyring);
    const database = freshDatabase();
    await one.set(ID, KEY);
    await two.set(OTHER, 'another key');
    const folderKey = { key: '2'.repeat(64), marks: ['2'.repeat(16)] };
    await two.setFolderKey(folderKey);
    // The database of this folder does not know the key; only the index lists it.
    expect(await removeAllKeys(database, one)).toEqual(ok(null));
    expect(await one.deleteFolderKey()).toEqual(ok(null));
    expect(await one.get(ID)).toEqual(fails('keychain.lost'));
    expect(await two.get(OTHER)).toEqual(ok('another key'));
    expect(await two.index()).toEqual(ok([OTHER]));
    expect(await two.folderKey()).toEqual(ok(folderKey));
  });
});

describe('a locked keyring', () => {
  it('is reported as locked, not as empty or lost, and no id is dropped', async () => {
    const keyring = await keyringIn('unlocked');
    const keychain = keychainOn(keyring);
    await keychain.set(ID, KEY);
    await keyring.lock();

    expect(await keychain.get(ID)).toEqual(fails('keychain.locked'));
    expect(await keychain.probe()).toEqual(fails('keychain.locked'));
    expect(await keychain.index()).toEqual(fails('keychain.locked'));
    expect(await keychain.set(OTHER, KEY)).toEqual(fails('keychain.locked'));
    expect(await keychain.delete(ID)).toEqual(fails('keychain.locked'));

    await keyring.unlock();
    expect(await keychain.get(ID)).toEqual(ok(KEY));
    expect(await keychain.index()).toEqual(ok([ID]));
    expect(await keychain.set(OTHER, KEY)).toEqual(ok(null));
    expect(await keychain.index()).toEqual(ok([ID, OTHER]));
  });

  it('is reported before anything was ever stored', async () => {
    const keychain = keychainOn(await keyringIn('locked'));
    expect(await keychain.probe()).toEqual(fails('keychain.locked'));
    expect(await keychain.set(ID, KEY)).toEqual(fails('keychain.locked'));
  });
});

describe.each(['none', 'no-bus'] as const)('no keyring (%s)', (state) => {
  it('is unavailable for every operation', async () => {
    const keychain = keychainOn(await keyringIn(state));
    expect(await keychain.probe()).toEqual(fails('keychain.unavailable'));
    expect(await keychain.get(ID)).toEqual(fails('keychain.unavailable'));
    expect(await keychain.set(ID, KEY)).toEqual(fails('keychain.unavailable'));
    expect(await keychain.delete(ID)).toEqual(fails('keychain.unavailable'));
    expect(await keychain.index()).toEqual(fails('keychain.unavailable'));
  });
});

it('is unavailable after the service has ended', async () => {
  const keyring = await keyringIn('unlocked');
  const keychain = keychainOn(keyring);
  await keychain.set(ID, KEY);
  await keyring.kill();
  expect(await keychain.get(ID)).toEqual(fails('keychain.unavailable'));
});

describe('a frozen keyring', () => {
  it('gets one request, is reported as asking for a password, and is used again once it responds', async () => {
    const keyring = await keyringIn('unlocked');
    const onPrompt = vi.fn();
    const keychain = keychainOn(keyring, { promptAfterMs: 100, timeoutMs: 3_000, onPrompt });
    await keychain.set(ID, KEY);
    const before = helper.started.length;
    onPrompt.mockClear(); // starting the helper may itself take long
    keyring.freeze();

    const answers = await Promise.all([
      keychain.get(ID),
      keychain.set(OTHER, KEY),
      keychain.index(),
    ]);
    expect(answers).toEqual(Array(3).fill(fails('keychain.timed-out')));
    // Calls queued behind the first one do not wait for another time limit, which would cause
    // another report.
    expect(onPrompt.mock.calls).toEqual([[true], [false]]);

    keyring.thaw();
    expect(await keychain.get(ID)).toEqual(ok(KEY));
    expect(helper.started.length).toBe(before + 1);
  });

  it('returns a late response if it arrives in time', async () => {
    const keyring = await keyringIn('unlocked');
    const keychain = keychainOn(keyring, {
      promptAfterMs: 50,
      // As if a person enters the password after the app has reported that the keyring may be
      // asking for it.
      onPrompt: (asking) => asking && keyring.thaw(),
    });
    await keychain.set(ID, KEY);
    keyring.freeze();
    expect(await keychain.get(ID)).toEqual(ok(KEY));
  });

  it('does not delay quitting the app', async () => {
    const keyring = await keyringIn('unlocked');
    let notify = () => {};
    const keychain = keychainOn(keyring, { promptAfterMs: 100, onPrompt: () => notify() });
    await keychain.set(ID, KEY);
    keyring.freeze();
    const prompted = new Promise<void>((resolve) => (notify = resolve));
    const waiting = keychain.get(ID);
    await prompted;
    const child = helper.started.at(-1);
    const ended = new Promise((exit) => child?.once('exit', exit));

    // The keyring stays frozen. If quitting waited for it, the test would time out.
    keychain.stop();
    expect(await waiting).toEqual(fails('app.stopping'));
    await ended;
    expect(await keychain.get(ID)).toEqual(fails('app.stopping'));
  });
});

it('is unavailable when the helper dies during a call; the next call starts another helper', async () => {
  const keyring = await keyringIn('unlocked');
  let notify = () => {};
  const keychain = keychainOn(keyring, { promptAfterMs: 100, onPrompt: () => notify() });
  await keychain.set(ID, KEY);
  keyring.freeze();
  const child = helper.started.at(-1);
  notify = () => child?.kill('SIGKILL');
  expect(await keychain.get(ID)).toEqual(fails('keychain.unavailable'));
  keyring.thaw();
  expect(await keychain.get(ID)).toEqual(ok(KEY));
});
