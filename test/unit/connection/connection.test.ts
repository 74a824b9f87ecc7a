/** The room `connection`: what the window is told, how seldom, and what its calls set going. */
import { expect, test, vi } from 'vitest';
import { createConnection } from '../../../src/main/connection/connection';
import type { ConnectionStatus } from '../../../src/main/sync/connectivity';
import { addOrganization, change, freshStore, NOW, profile, write } from '../store/temporary-store';

function room() {
  const store = freshStore();
  const state = {
    status: {
      state: 'online',
      answeredAt: NOW,
      failure: null,
      nextTryAt: null,
    } as ConnectionStatus,
    blockedUntil: null as number | null,
    heldUntil: 0,
  };
  const work: (() => void)[] = [];
  const emit = vi.fn();
  const tryNow = vi.fn();
  const probe = vi.fn();
  const connection = createConnection({
    store,
    status: () => state.status,
    blockedUntil: () => state.blockedUntil,
    heldUntil: () => state.heldUntil,
    now: () => NOW,
    emit,
    tryNow,
    probe,
    later: (later) => work.push(later),
  });
  const tell = (): void => {
    connection.changed();
    for (const one of work.splice(0)) one();
  };
  return { store, state, work, emit, tryNow, probe, connection, tell };
}

test('says what is known, what waits for Cloudflare, and until when its limit keeps us out', async () => {
  const { connection, store, state } = room();
  state.blockedUntil = NOW + 60_000;
  write(store, (tables) => {
    const states = ['queued', 'waiting', 'paused', 'conflict', 'differs', 'refused'] as const;
    states.forEach((one, index) =>
      tables.outbox.put(change(addOrganization(tables, index), profile('a'), { state: one })),
    );
  });
  expect(await connection.handlers.get(null)).toEqual({
    ok: true,
    value: { ...state.status, blockedUntil: NOW + 60_000, waiting: 3 },
  });
});

test('many changes in a row are one event; an answer a moment later is none', () => {
  const { connection, emit, work, state, tell } = room();
  for (let times = 0; times < 5; times += 1) connection.changed();
  expect(work).toHaveLength(1);
  work.splice(0).forEach((one) => one());
  expect(emit).toHaveBeenCalledTimes(1);
  tell();
  state.status = { ...state.status, answeredAt: NOW + 1 };
  tell();
  expect(emit).toHaveBeenCalledTimes(1);
  state.status = { ...state.status, answeredAt: NOW + 60_000 };
  tell();
  expect(emit).toHaveBeenCalledTimes(2);
  const failure = { code: 'network.intercepted' as const, status: 200 };
  state.status = { ...state.status, state: 'offline', failure, nextTryAt: NOW + 1_000 };
  tell();
  expect(emit).toHaveBeenLastCalledWith('connectionChanged', {
    ...state.status,
    blockedUntil: null,
    waiting: 0,
  });
});

test('the network being back asks Cloudflare; trying now sends what waits as well', async () => {
  const { connection, probe, tryNow } = room();
  await connection.handlers.networkBack(null);
  expect([probe.mock.calls.length, tryNow.mock.calls.length]).toEqual([1, 0]);
  await connection.handlers.tryNow(null);
  expect([probe.mock.calls.length, tryNow.mock.calls.length]).toEqual([1, 1]);
});

test('while Cloudflare answers and changes are held back, says when they go on', async () => {
  const { connection, state } = room();
  const next = () => connection.handlers.get(null);
  state.heldUntil = NOW + 5_000;
  expect(await next()).toMatchObject({ value: { nextTryAt: NOW + 5_000 } });
  state.status = { ...state.status, state: 'offline', nextTryAt: NOW + 1_000 };
  expect(await next()).toMatchObject({ value: { nextTryAt: NOW + 1_000 } });
  state.status = { ...state.status, state: 'online', nextTryAt: null };
  state.heldUntil = NOW - 1;
  expect(await next()).toMatchObject({ value: { nextTryAt: null } });
});
