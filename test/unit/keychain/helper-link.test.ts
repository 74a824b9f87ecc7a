/**
 * The connection to the keychain helper, a child process that accesses the system keychain. The
 * helper may be slow, silent, late or missing, and gets only one request at a time.
 */
import { describe, expect, it, vi } from 'vitest';
import { MemoryKeyring } from './memory-keyring';
import { fails, ID, keychainOn, ok, OTHER } from './memory-keychain';

describe('the timing of requests', () => {
  it('reports after 4.9 s that the system may be asking for a password, and fails after 60 s', async () => {
    vi.useFakeTimers();
    try {
      const keyring = new MemoryKeyring();
      keyring.fate = () => 'mute';
      const onPrompt = vi.fn();
      const answer = keychainOn(keyring, { onPrompt }).get(ID);
      await vi.advanceTimersByTimeAsync(4_900);
      expect(onPrompt).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(200);
      expect(onPrompt).toHaveBeenLastCalledWith(true);
      await vi.advanceTimersByTimeAsync(54_800);
      expect(keyring.killed).toBe(0);
      await vi.advanceTimersByTimeAsync(200);
      expect(await answer).toEqual(fails('keychain.timed-out'));
      expect(onPrompt).toHaveBeenLastCalledWith(false);
      expect(keyring.killed).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends a helper on demand, but not while it has something to do', async () => {
    const keyring = new MemoryKeyring();
    keyring.entries.set(ID, 'key');
    const keychain = keychainOn(keyring);
    const answer = keychain.get(ID);
    await Promise.resolve();
    expect(keyring.requests).toHaveLength(1);
    keychain.endIdleHelper();
    expect(await answer).toEqual(ok('key'));
    expect(keyring.killed).toBe(0);
    keychain.endIdleHelper();
    expect(keyring.killed).toBe(1);
    keychain.endIdleHelper();
    expect(keyring.killed).toBe(1);
    expect(await keychain.get(ID)).toEqual(ok('key'));
    expect(keyring.spawned).toBe(2);
  });

  it('ends a helper 3 s after its last answer, and starts another one when needed', async () => {
    vi.useFakeTimers();
    try {
      const keyring = new MemoryKeyring();
      const keychain = keychainOn(keyring);
      await keychain.get(ID);
      await keychain.get(ID);
      await vi.advanceTimersByTimeAsync(2_900);
      await keychain.get(ID);
      expect(keyring.spawned).toBe(1);
      await vi.advanceTimersByTimeAsync(2_900);
      expect(keyring.killed).toBe(0);
      await vi.advanceTimersByTimeAsync(200);
      expect(keyring.killed).toBe(1);
      expect(await keychain.get(ID)).toEqual(fails('keychain.lost'));
      expect(keyring.spawned).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });
});

it('sends at most one request at a time', async () => {
  const keyring = new MemoryKeyring();
  let pending = 0;
  let most = 0;
  const keychain = keychainOn(keyring, {
    spawn: () => {
      const helper = keyring.spawn();
      return {
        ...helper,
        send: (request) => {
          most = Math.max(most, (pending += 1));
          helper.send(request);
        },
        onMessage: (listener) =>
          helper.onMessage((message) => {
            pending -= 1;
            listener(message);
          }),
      };
    },
  });
  await Promise.all([
    keychain.set(ID, 'key'),
    keychain.get(OTHER),
    keychain.probe(),
    keychain.delete(ID),
    keychain.index(),
  ]);
  expect(most).toBe(1);
});

it('ignores the exit and late responses of a helper it has abandoned', async () => {
  const keyring = new MemoryKeyring();
  keyring.entries.set(ID, 'key');
  const lateEvents: (() => void)[] = [];
  const keychain = keychainOn(keyring, {
    timeoutMs: 20,
    spawn: () => {
      const helper = keyring.spawn();
      if (keyring.spawned > 1) return helper;
      // This helper exits and responds only when the test says so, like a slow process.
      return {
        ...helper,
        send: () => {},
        onExit: (exited) => void lateEvents.push(exited),
        onMessage: (listener) =>
          void lateEvents.push(() => listener({ id: 2, result: 'done', value: 'not the key' })),
      };
    },
  });
  expect(await keychain.get(ID)).toEqual(fails('keychain.timed-out'));
  keyring.fate = () => {
    for (const late of lateEvents) late();
    return 'works';
  };
  expect(await keychain.get(ID)).toEqual(ok('key'));
});

it('is unavailable if the helper cannot be started', async () => {
  const keychain = keychainOn(new MemoryKeyring(), {
    spawn: () => {
      throw new Error('no such file');
    },
  });
  expect(await keychain.probe()).toEqual(fails('keychain.unavailable'));
});
