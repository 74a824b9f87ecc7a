/** Installing updates: what is installed and when, and which files must not be installed. */
import { expect, it } from 'vitest';
import type { FailureCode } from '../../../src/shared/failure';
import { failed, success } from '../../../src/shared/result';
import { CHECK_INTERVAL_MS } from '../../../src/main/updates/schedule';
import { harness, NOTIFY } from './harness';

async function checkedForUpdates(...args: Parameters<typeof harness>) {
  const started = harness(...args);
  started.updates.start();
  started.updates.check();
  await started.settle();
  return started;
}

it('installs a ready update when the app quits, and does not restart the app', async () => {
  const { updates, steps, quit, pass } = await checkedForUpdates();
  expect(updates.status()).toMatchObject({ step: 'ready', version: '1.2.3', failure: null });
  await pass(CHECK_INTERVAL_MS / 2);
  expect(steps).toEqual(['check', 'download']);
  expect(quit).not.toHaveBeenCalled();
  updates.stop();
  const last = await updates.finish();
  expect(steps.at(-1)).toBe('prepare');
  last!();
  expect(steps.at(-1)).toBe('install, quit');
  expect(quit).toHaveBeenCalledTimes(1);
});

it('Restart now quits as a person would, and launches the app again', async () => {
  const { updates, steps, quit } = await checkedForUpdates();
  expect(updates.restart()).toEqual(success(null));
  expect(quit).toHaveBeenCalledTimes(1);
  // Nothing is installed before the window has closed.
  expect(steps).toEqual(['check', 'download']);
  updates.stop();
  (await updates.finish())!();
  expect(steps.slice(-2)).toEqual(['prepare', 'install, quit, restart']);
});

it('if Restart now did not quit, a later quit does not launch the app again', async () => {
  const { updates, steps, pass } = await checkedForUpdates();
  updates.restart();
  await pass(15_000);
  updates.stop();
  (await updates.finish())!();
  expect(steps.at(-1)).toBe('install, quit');
});

it('launched during the installation, comes back as the new version', async () => {
  const { updates, steps } = await checkedForUpdates();
  updates.stop();
  const finishing = updates.finish();
  updates.startAfterwards();
  (await finishing)!();
  expect(steps.at(-1)).toBe('install, quit, restart');
});

it('neither downloads nor installs in a build that only notifies', async () => {
  const { updates, steps } = await checkedForUpdates(NOTIFY);
  expect(updates.status()).toMatchObject({
    step: 'available',
    version: '1.2.3',
    reason: 'package',
  });
  expect(updates.restart()).toEqual(failed('updates.not-ready'));
  updates.stop();
  expect(updates.finish()).toBeNull();
  expect(steps).toEqual(['check']);
});

it('installs nothing when updates are switched off after the download', async () => {
  const { updates, state, steps } = await checkedForUpdates();
  state.wanted = false;
  updates.settingsChanged();
  expect(updates.restart()).toEqual(failed('updates.not-ready'));
  updates.stop();
  expect(updates.finish()).toBeNull();
  expect(steps).not.toContain('prepare');
});

it.each<FailureCode>(['updates.wrong-hash', 'updates.wrong-signature', 'updates.not-saved'])(
  'reports and records a download that fails with %s, and never installs it',
  async (code) => {
    const started = harness();
    const { updates, state, onRefused, settle, steps } = started;
    state.loaded = failed(code);
    updates.start();
    updates.check();
    await settle();
    expect(updates.status()).toMatchObject({ step: 'idle', version: null, failure: { code } });
    expect(onRefused.mock.calls).toEqual([[{ code }]]);
    updates.stop();
    expect(updates.finish()).toBeNull();
    expect(steps).toEqual(['check', 'download']);
  },
);

it('if an update cannot be installed, still quits and reports that at the next launch', async () => {
  const { updates, state, database, quit } = await checkedForUpdates();
  state.placed = failed('updates.wrong-hash');
  updates.restart();
  updates.stop();
  (await updates.finish())!();
  expect(quit).toHaveBeenCalledTimes(2);
  const next = harness(undefined, database).updates;
  next.start();
  expect(next.status().failure).toEqual({ code: 'updates.wrong-hash' });
});

it('does not install a version that was withdrawn, but installs a newer one', async () => {
  const { updates, state, steps, settle } = await checkedForUpdates();
  updates.check();
  await settle();
  expect(steps).toEqual(['check', 'download', 'check']);
  state.found = success('1.2.4');
  updates.check();
  await settle();
  expect(steps.slice(3)).toEqual(['check', 'download']);
  expect(updates.status().version).toBe('1.2.4');
  state.found = success(null);
  updates.check();
  await settle();
  updates.stop();
  expect(updates.finish()).toBeNull();
});

it('reports a failure instead of crashing if a download fails', async () => {
  const started = harness();
  started.load.mockRejectedValueOnce(new Error('no such file'));
  started.updates.start();
  started.updates.check();
  await started.settle();
  expect(started.updates.status().failure).toEqual({ code: 'app.unexpected' });
});
