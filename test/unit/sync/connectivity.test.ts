/** Connectivity: what the app knows about the connection to Cloudflare, and when it probes. */
import { expect, test } from 'vitest';
import { createConnectivity, type ConnectionStatus } from '../../../src/main/sync/connectivity';
import type { Failure } from '../../../src/shared/failure';
import { failed, success, type Result } from '../../../src/shared/result';
import { Clock } from '../cloudflare/clock';

function harness() {
  const clock = new Clock();
  const changes: ConnectionStatus[] = [];
  const state = {
    answer: failed('network.unreachable') as Result<null>,
    probes: 0,
    recovered: 0,
    online: 0,
  };
  let respond: (failure: Failure | null) => void = () => undefined;
  const connectivity = createConnectivity({
    cloudflare: {
      probe: async () => {
        state.probes += 1;
        return state.answer;
      },
      onAnswer(listener) {
        respond = listener;
        return () => undefined;
      },
    },
    now: clock.now,
    random: () => 0.999_999,
    timers: clock.timers,
    onChange: (status) => changes.push(status),
  });
  connectivity.onRecovered(() => (state.recovered += 1));
  connectivity.onOnline(() => (state.online += 1));
  return {
    clock,
    changes,
    state,
    connectivity,
    respond: (failure: Failure | null) => respond(failure),
  };
}

const unreachable = { code: 'network.unreachable' } as const;
const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('is unknown at first, then as the last response showed', () => {
  const { connectivity, changes, clock, respond } = harness();
  expect(connectivity.status().state).toBe('unknown');
  respond(null);
  respond(null);
  expect(connectivity.status()).toMatchObject({ state: 'online', answeredAt: clock.now() });
  expect(changes).toHaveLength(1);
  respond(unreachable);
  expect(connectivity.status()).toMatchObject({ state: 'offline', failure: unreachable });
  expect(connectivity.status().answeredAt).toBe(clock.now());
});

test.each([
  ['cloudflare.unavailable', 502, 'online'],
  ['cloudflare.rate-limited', 429, 'online'],
  ['sign-in.unknown', 403, 'online'],
  ['organization.not-found', 404, 'online'],
  ['network.intercepted', 200, 'offline'],
  ['network.redirected', 307, 'offline'],
  ['network.certificate', undefined, 'offline'],
  ['app.stopping', undefined, 'unknown'],
] as const)('%s (%s) means %s', (code, status, state) => {
  const { connectivity, respond } = harness();
  respond(status === undefined ? { code } : { code, status });
  expect(connectivity.status().state).toBe(state);
});

test('probes while offline, with growing waits up to five minutes', async () => {
  const { connectivity, state, clock, respond } = harness();
  respond(unreachable);
  const waits: number[] = [];
  for (let index = 0; index < 11; index += 1) {
    const wait = clock.nextIn() ?? -1;
    expect(connectivity.status().nextTryAt).toBe(clock.now() + wait);
    waits.push(wait);
    clock.advance(wait);
    await flush();
  }
  expect(waits).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000,
  ]);
  expect(state.probes).toBe(11);
  state.answer = success(null);
  clock.advance(300_000);
  await flush();
  expect(connectivity.status()).toMatchObject({ state: 'online', failure: null, nextTryAt: null });
  expect(state.recovered).toBe(1);
  expect(clock.size).toBe(0);
});

test('sends one probe, however many times one is requested meanwhile', async () => {
  const { connectivity, state } = harness();
  await Promise.all([connectivity.probeNow(), connectivity.probeNow()]);
  expect(state.probes).toBe(1);
  expect(connectivity.status().state).toBe('offline');
});

test('does not report a recovery after a failure that the next response contradicts', () => {
  const { connectivity, state, respond } = harness();
  respond({ code: 'network.interrupted' });
  respond(null);
  expect(connectivity.status().state).toBe('online');
  expect(state.recovered).toBe(0);
});

test('reports every change from offline to online, and nothing else', async () => {
  const { connectivity, state, respond } = harness();
  respond(null);
  expect(state.online).toBe(0);
  respond({ code: 'network.interrupted' });
  respond({ code: 'sign-in.refused', status: 403 });
  expect(state.online).toBe(1);
  respond(null);
  expect(state.online).toBe(1);
  respond(unreachable);
  state.answer = success(null);
  await connectivity.probeNow();
  expect(state.online).toBe(2);
});

test('reports a recovery after a successful probe with a reason, whatever was known before', async () => {
  const { connectivity, state, clock, respond } = harness();
  state.answer = success(null);
  // One request has failed and no probe yet, when the system reports that the network is back.
  respond({ code: 'network.interrupted' });
  await connectivity.probeNow();
  expect(state.recovered).toBe(1);
  // The computer woke up. Requests from before the sleep had failed as "offline".
  expect(connectivity.status().state).toBe('online');
  await connectivity.probeNow();
  expect(state.recovered).toBe(2);
  // A successful probe without a reason is no recovery.
  respond(null);
  expect(state.recovered).toBe(2);
  expect(clock.size).toBe(0);
});

test('a reason restarts the growing waits, until the first response', async () => {
  const { connectivity, state, clock, respond } = harness();
  respond(unreachable);
  for (let probes = 0; probes < 9; probes += 1) {
    clock.advance(clock.nextIn() ?? 0);
    await flush();
  }
  expect(clock.nextIn()).toBe(300_000);
  await connectivity.probeNow();
  expect(clock.nextIn()).toBe(2_000);
  respond(null);
  expect(state.recovered).toBe(1);
  respond({ code: 'network.interrupted' });
  respond(null);
  expect(state.recovered).toBe(1);
});

test('once it is stopped, it sets no timer, sends no probe and publishes no event', async () => {
  const { connectivity, state, changes, clock, respond } = harness();
  respond(unreachable);
  const published = changes.length;
  const probing = connectivity.probeNow();
  connectivity.stop();
  await probing;
  await connectivity.probeNow();
  respond({ code: 'network.timed-out' });
  expect(clock.size).toBe(0);
  expect(state.probes).toBe(1);
  expect(changes.length).toBeLessThanOrEqual(published + 1);
});

test('publishes when Cloudflare last responded, at most every ten seconds', () => {
  const { changes, clock, respond } = harness();
  respond(null);
  const before = changes.length;
  clock.advance(9_000);
  for (let n = 0; n < 5; n += 1) respond(null);
  expect(changes.length).toBeLessThanOrEqual(before + 1);
  clock.advance(60_000);
  respond(null);
  expect(changes.at(-1)?.answeredAt).toBe(clock.now());
});
