/** When the app checks the update server for updates. */
import { expect, it } from 'vitest';
import { failed, success } from '../../../src/shared/result';
import {
  RETRY_INTERVAL_MS,
  FIRST_CHECK_DELAY_MS,
  CHECK_INTERVAL_MS,
} from '../../../src/main/updates/schedule';
import { harness, INSTALL, NOTIFY } from './harness';

it('does not check at launch, but some minutes later, then once a day', async () => {
  const { updates, state, steps, load, pass } = harness(NOTIFY);
  state.found = success(null);
  updates.start();
  await pass(FIRST_CHECK_DELAY_MS - 1);
  expect(load).not.toHaveBeenCalled();
  await pass(1);
  expect(steps).toEqual(['check']);
  await pass(CHECK_INTERVAL_MS - 1);
  expect(steps).toEqual(['check']);
  await pass(1);
  expect(steps).toEqual(['check', 'check']);
});

it('checks again sooner if the server was unreachable, and reports that without a dialog', async () => {
  const { updates, state, steps, pass, onRefused, clock } = harness();
  state.found = failed('updates.unreachable');
  updates.start();
  await pass(FIRST_CHECK_DELAY_MS);
  expect(updates.status()).toMatchObject({
    step: 'idle',
    checkedAt: null,
    failure: { code: 'updates.unreachable' },
  });
  expect(onRefused).not.toHaveBeenCalled();
  state.found = success(null);
  await pass(RETRY_INTERVAL_MS);
  expect(steps).toEqual(['check', 'check']);
  expect(updates.status()).toMatchObject({ failure: null, checkedAt: clock.now() });
});

it('does not check while the network is known to be down, but once it is back', async () => {
  const { updates, state, steps, pass, online } = harness();
  state.offline = true;
  updates.start();
  await pass(2 * CHECK_INTERVAL_MS);
  expect(steps).toEqual([]);
  online();
  online();
  await pass(FIRST_CHECK_DELAY_MS);
  expect(steps).toEqual(['check', 'download']);
});

it('does not postpone the next check when the clock is set back', async () => {
  const { updates, state, steps, pass, clock } = harness();
  state.found = success(null);
  updates.start();
  await pass(FIRST_CHECK_DELAY_MS);
  clock.set(clock.now() - 400 * CHECK_INTERVAL_MS);
  await pass(CHECK_INTERVAL_MS + 3_600_000);
  expect(steps).toEqual(['check', 'check']);
});

it.each([
  ['switched off', INSTALL, false],
  ['without a server', { ...INSTALL, mode: 'none' as const, reason: 'no-server' as const }, true],
])('%s: never checks, even if a person requests it', async (_what, capability, wanted) => {
  const { updates, state, load, pass } = harness(capability);
  state.wanted = wanted;
  updates.start();
  updates.check();
  await pass(10 * CHECK_INTERVAL_MS);
  updates.check();
  await pass(1);
  expect(load).not.toHaveBeenCalled();
  expect(updates.status().step).toBe(wanted ? 'idle' : 'off');
});

it('completes a running check when switched off, and starts over when switched on again', async () => {
  const { updates, state, steps, signals, pass, settle } = harness();
  let go = (): void => undefined;
  updates.start();
  state.hold = new Promise((resolve) => (go = resolve));
  updates.check();
  await settle();
  state.wanted = false;
  updates.settingsChanged();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  go();
  await settle();
  expect(steps).toEqual(['check']);
  expect(updates.status()).toMatchObject({ step: 'off', version: null });
  state.wanted = true;
  updates.settingsChanged();
  await pass(FIRST_CHECK_DELAY_MS);
  expect(updates.status().step).toBe('ready');
});

it('does not postpone the next check when another preference changes', async () => {
  const { updates, steps, pass } = harness();
  updates.start();
  await pass(FIRST_CHECK_DELAY_MS - 1);
  updates.settingsChanged();
  await pass(1);
  expect(steps).toEqual(['check', 'download']);
});

it('waits a minute for a response, and an hour for a download', async () => {
  const { updates, state, signals, pass, settle } = harness();
  updates.start();
  state.hold = new Promise(() => undefined);
  updates.check();
  await settle();
  await pass(59_999);
  expect(signals[0]!.aborted).toBe(false);
  await pass(1);
  expect(signals[0]!.aborted).toBe(true);
});
