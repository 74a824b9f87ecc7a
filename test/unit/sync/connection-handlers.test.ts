/** The IPC calls about the connection: what they return and trigger. */
import { expect, test, vi } from 'vitest';
import { createConnection } from '../../../src/main/sync/connection-handlers';
import type { ConnectionStatus } from '../../../src/main/sync/connectivity';
import {
  addOrganization,
  change,
  freshDatabase,
  NOW,
  profile,
  write,
} from '../database/temporary-database';

function harness() {
  const database = freshDatabase();
  const state = {
    status: {
      state: 'online',
      answeredAt: NOW,
      failure: null,
      nextTryAt: null,
    } as ConnectionStatus,
    blockedUntil: null as number | null,
    breakerUntil: 0,
  };
  const tryNow = vi.fn();
  const probe = vi.fn(() => Promise.resolve());
  const connection = createConnection({
    database,
    connectivity: { status: () => state.status, probeNow: probe },
    limiter: { blockedUntil: () => state.blockedUntil },
    sendStatus: { breakerUntil: () => state.breakerUntil },
    now: () => NOW,
    tryNow,
  });
  return { database, state, tryNow, probe, connection };
}

test('returns the status, the number of waiting changes, and until when the rate limit blocks', async () => {
  const { connection, database, state } = harness();
  state.blockedUntil = NOW + 60_000;
  write(database, (tables) => {
    const states = ['queued', 'waiting', 'paused', 'conflict', 'differs', 'refused'] as const;
    states.forEach((one, index) =>
      tables.outbox.put(change(addOrganization(tables, index), profile('a'), { state: one })),
    );
  });
  expect(await connection.handlers.get(null)).toEqual({
    ok: true,
    value: { ...state.status, breakerUntil: null, blockedUntil: NOW + 60_000, waiting: 3 },
  });
});

test('probes when the network is back; "try now" also sends waiting changes', async () => {
  const { connection, probe, tryNow } = harness();
  await connection.handlers.networkBack(null);
  expect([probe.mock.calls.length, tryNow.mock.calls.length]).toEqual([1, 0]);
  await connection.handlers.tryNow(null);
  expect([probe.mock.calls.length, tryNow.mock.calls.length]).toEqual([1, 1]);
});

test('reports until when changes wait although Cloudflare responds', async () => {
  const { connection, state } = harness();
  const next = () => connection.handlers.get(null);
  state.breakerUntil = NOW + 5_000;
  expect(await next()).toMatchObject({ value: { breakerUntil: NOW + 5_000 } });
  state.breakerUntil = NOW - 1;
  expect(await next()).toMatchObject({ value: { breakerUntil: null } });
});
