/** The rules of the keychain room that no real keyring shows on demand: each step failing. */
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Keychain, type KeychainOptions } from '../../../src/main/keychain';
import { MemoryKeyring, type Fate } from './memory-keyring';

const ID = '0123456789abcdef';
const OTHER = 'fedcba9876543210';
const ok = (value: unknown) => ({ ok: true, value });
const fails = (code: string) => ({ ok: false, failure: { code } });
const idOf = (n: number): string => n.toString(16).padStart(16, '0');

function keychainOn(keyring: MemoryKeyring, options: Partial<KeychainOptions> = {}): Keychain {
  return new Keychain({ spawn: keyring.spawn, service: 'S', platform: 'linux', ...options });
}

/** Lets the n-th request of this kind meet a fate, everything else work. */
function nth(n: number, fate: Fate): MemoryKeyring['fate'] {
  let seen = 0;
  return () => ((seen += 1) === n ? fate : 'works');
}

describe('values that cannot be kept', () => {
  it.each([
    ['empty', ''],
    ['with NUL', 'abc\0def'],
    ['too long', 'k'.repeat(2_561)],
    ['too long in bytes', 'é'.repeat(1_281)],
  ])('are refused before the keychain is asked: %s', async (_, value) => {
    const keyring = new MemoryKeyring();
    expect(await keychainOn(keyring).set(ID, value)).toEqual(fails('keychain.bad-value'));
    expect(keyring.spawned).toBe(0);
  });

  it('nor are names other than sign-in ids, so no key can overwrite the index', async () => {
    const keyring = new MemoryKeyring();
    for (const name of ['index', 'canary', '', ID.toUpperCase()]) {
      expect(await keychainOn(keyring).set(name, 'key')).toEqual(fails('app.unexpected'));
    }
    expect(keyring.requests).toEqual([]);
  });
});

describe('the order of a set and a delete', () => {
  it('lists the id before the key exists', async () => {
    const keyring = new MemoryKeyring();
    await keychainOn(keyring).set(ID, 'key');
    const written = keyring.requests.filter(({ operation }) => operation === 'set');
    expect(written.map(({ account }) => account)).toEqual(['canary', 'index', ID]);
  });

  it('takes the id out only when the key is gone', async () => {
    const keyring = new MemoryKeyring();
    const keychain = keychainOn(keyring);
    await keychain.set(ID, 'key');
    await keychain.set(OTHER, 'key');
    keyring.requests.length = 0;
    await keychain.delete(ID);
    const done = keyring.requests.map(({ operation, account }) => `${operation} ${account}`);
    expect(done.slice(0, 2)).toEqual([`delete ${ID}`, `get ${ID}`]);
    expect(done.indexOf('set index')).toBeGreaterThan(1);
  });

  it('reads back what was written: a value that was not kept is a failure', async () => {
    const keyring = new MemoryKeyring();
    const keychain = keychainOn(keyring);
    await keychain.set(OTHER, 'key');
    keyring.fate = (request) => {
      if (request.operation === 'get' && request.account === ID) keyring.entries.set(ID, 'cut');
      return 'works';
    };
    expect(await keychain.set(ID, 'key')).toEqual(fails('keychain.not-kept'));
  });

  it('reads back that a deleted key is gone', async () => {
    const keyring = new MemoryKeyring();
    const keychain = keychainOn(keyring);
    await keychain.set(ID, 'key');
    keyring.fate = (request) => {
      if (request.operation === 'get' && request.account === ID) keyring.entries.set(ID, 'key');
      return 'works';
    };
    expect(await keychain.delete(ID)).toEqual(fails('keychain.not-kept'));
    expect(await keychain.index()).toEqual(ok([ID]));
  });
});

describe('nothing found', () => {
  it('is no proof that a key is deleted: a keyring locked for a moment keeps key and index', async () => {
    const keyring = new MemoryKeyring();
    const keychain = keychainOn(keyring);
    await keychain.set(ID, 'key');
    let asked = 0;
    keyring.fate = () => ((asked += 1) <= 2 ? 'locked' : 'works');
    expect(await keychain.delete(ID)).toEqual(ok(null));
    expect([...keyring.entries.keys()]).toEqual([]);
  });

  it('is read once more after the probe, which may have unlocked the keyring', async () => {
    const keyring = new MemoryKeyring();
    keyring.entries.set(ID, 'key');
    let locked = true;
    keyring.fate = (request) => {
      if (request.operation === 'set') locked = false; // the person gave the password
      return locked ? 'locked' : 'works';
    };
    expect(await keychainOn(keyring).get(ID, true)).toEqual(ok('key'));
  });

  it('never shortens the index: unlocked by the write, the ids listed before stay', async () => {
    const keyring = new MemoryKeyring();
    keyring.entries.set('index', JSON.stringify([OTHER]));
    let locked = true;
    keyring.fate = (request) => {
      if (request.operation === 'set') locked = false;
      return locked ? 'locked' : 'works';
    };
    expect(await keychainOn(keyring).set(ID, 'key')).toEqual(ok(null));
    expect(JSON.parse(keyring.entries.get('index') ?? '')).toEqual([OTHER, ID]);
  });

  it('never shortens a damaged index either', async () => {
    const keyring = new MemoryKeyring();
    keyring.entries.set('index', `["${OTHER}", {"x": "${idOf(7)}"`);
    expect(await keychainOn(keyring).set(ID, 'key')).toEqual(ok(null));
    expect(JSON.parse(keyring.entries.get('index') ?? '')).toEqual([OTHER, idOf(7), ID]);
  });
});

describe('a refusal', () => {
  it('of a set means locked on Linux and macOS, and unavailable on Windows', async () => {
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

describe('the index', () => {
  it('goes on in further entries, none over 2,560 bytes, and disappears with its last id', async () => {
    const keyring = new MemoryKeyring();
    const keychain = keychainOn(keyring);
    const ids = Array.from({ length: 300 }, (_, n) => idOf(n));
    for (const id of ids) expect(await keychain.set(id, 'key')).toEqual(ok(null));
    expect(await keychain.index()).toEqual(ok(ids));
    for (const value of keyring.entries.values()) expect(value.length).toBeLessThanOrEqual(2_560);

    // Free places in an earlier entry do not hide the later ones.
    await keychain.delete(idOf(3));
    expect((await keychain.index()) as unknown).toMatchObject({ value: { length: 299 } });
    for (const id of ids) expect(await keychain.delete(id)).toEqual(ok(null));
    expect([...keyring.entries.keys()]).toEqual([]);
  });
});

describe('time', () => {
  it('says nothing for 4.9 s, then that it may be asking, and gives up after 60 s', async () => {
    vi.useFakeTimers();
    try {
      const keyring = new MemoryKeyring();
      keyring.fate = () => 'mute';
      const onAsking = vi.fn();
      const answer = keychainOn(keyring, { onAsking }).get(ID, true);
      await vi.advanceTimersByTimeAsync(4_900);
      expect(onAsking).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(200);
      expect(onAsking).toHaveBeenLastCalledWith(true);
      await vi.advanceTimersByTimeAsync(54_800);
      expect(keyring.killed).toBe(0);
      await vi.advanceTimersByTimeAsync(200);
      expect(await answer).toEqual(fails('keychain.timed-out'));
      expect(onAsking).toHaveBeenLastCalledWith(false);
      expect(keyring.killed).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends a helper nobody uses, and starts another when it is needed', async () => {
    vi.useFakeTimers();
    try {
      const keyring = new MemoryKeyring();
      const keychain = keychainOn(keyring);
      await keychain.get(ID, false);
      await keychain.get(ID, false);
      expect(keyring.spawned).toBe(1);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(keyring.killed).toBe(1);
      expect(await keychain.get(ID, false)).toEqual(ok(null));
      expect(keyring.spawned).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });
});

it('has one question under way at most', async () => {
  const keyring = new MemoryKeyring();
  let under = 0;
  let most = 0;
  const keychain = keychainOn(keyring, {
    spawn: () => {
      const helper = keyring.spawn();
      return {
        ...helper,
        send: (request) => {
          most = Math.max(most, (under += 1));
          helper.send(request);
        },
        onMessage: (listener) =>
          helper.onMessage((message) => {
            under -= 1;
            listener(message);
          }),
      };
    },
  });
  await Promise.all([
    keychain.set(ID, 'key'),
    keychain.get(OTHER, true),
    keychain.probe(),
    keychain.delete(ID),
    keychain.index(),
  ]);
  expect(most).toBe(1);
});

it('does not take the end or a late answer of a helper it gave up for the next one', async () => {
  const keyring = new MemoryKeyring();
  keyring.entries.set(ID, 'key');
  const former: (() => void)[] = [];
  const keychain = keychainOn(keyring, {
    giveUpAfterMs: 20,
    spawn: () => {
      const helper = keyring.spawn();
      if (keyring.spawned > 1) return helper;
      // It ends and speaks only when the test says so, as a process does that takes its time.
      return {
        ...helper,
        send: () => {},
        onExit: (exited) => void former.push(exited),
        onMessage: (hear) =>
          void former.push(() => hear({ id: 2, result: 'done', value: 'not the key' })),
      };
    },
  });
  expect(await keychain.get(ID, true)).toEqual(fails('keychain.timed-out'));
  keyring.fate = () => {
    for (const late of former) late();
    return 'works';
  };
  expect(await keychain.get(ID, true)).toEqual(ok('key'));
});

it('is unavailable where the helper cannot be started', async () => {
  const keychain = keychainOn(new MemoryKeyring(), {
    spawn: () => {
      throw new Error('no such file');
    },
  });
  expect(await keychain.probe()).toEqual(fails('keychain.unavailable'));
});

it('tells a key that was certainly not written from one that may have been', async () => {
  const fates: Fate[] = ['locked', 'absent', 'silent', 'die-before', 'die-after'];
  const certain = ['keychain.bad-value', 'keychain.locked', 'keychain.unavailable'];
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

it('has every key in the index, and loses none, whatever happens in between', async () => {
  const step = fc.record({
    operation: fc.constantFrom('set', 'delete', 'get', 'probe'),
    id: fc.constantFrom(ID, OTHER, idOf(1)),
    // Which requests of this step meet a fate.
    from: fc.integer({ min: 1, max: 8 }),
    to: fc.integer({ min: 1, max: 8 }),
    fate: fc.constantFrom<Fate>('works', 'locked', 'absent', 'silent', 'die-before', 'die-after'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const keyring = new MemoryKeyring();
      const keychain = keychainOn(keyring);
      for (const { operation, id, from, to, fate } of steps) {
        const before = new Map(keyring.entries);
        let seen = 0;
        keyring.fate = () => ((seen += 1) >= from && seen <= to ? fate : 'works');
        if (operation === 'set') await keychain.set(id, 'key');
        else if (operation === 'delete') await keychain.delete(id);
        else if (operation === 'get') await keychain.get(id, true);
        else await keychain.probe();

        const listed = keyring.entries.get('index') ?? '';
        for (const account of keyring.entries.keys()) {
          if (account !== 'index' && account !== 'canary') expect(listed).toContain(account);
        }
        for (const account of before.keys()) {
          if (account === 'index' || account === 'canary') continue;
          if (operation === 'delete' && account === id) continue;
          expect(keyring.entries.has(account)).toBe(true);
        }
      }
    }),
  );
});
