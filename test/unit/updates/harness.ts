/**
 * The harness for updates: a test clock, and a fake update server whose responses the test
 * controls.
 */
import { vi } from 'vitest';
import { success, type Result } from '../../../src/shared/result';
import type { Updater } from '../../../src/main/updates/electron-updater-adapter';
import type { UpdateCapability } from '../../../src/main/updates/capability';
import { createUpdates } from '../../../src/main/updates/update-service';
import type { Database } from '../../../src/main/database/tables';
import { Clock } from '../cloudflare/clock';
import { freshDatabase } from '../database/temporary-database';

/** The capability of a build that installs updates automatically. */
export const INSTALL: UpdateCapability = {
  mode: 'install',
  reason: null,
  installer: 'nsis',
  config: '/c.yml',
  server: 'https://updates.example/',
};
/** The capability of a build that only notifies about updates. */
export const NOTIFY: UpdateCapability = {
  mode: 'notify',
  reason: 'package',
  installer: null,
  config: '/c.yml',
  server: 'https://updates.example/',
};

/** Creates updates. Tests can change the server's response, the preference and the network. */
export function harness(capability = INSTALL, database: Database = freshDatabase()) {
  const clock = new Clock();
  const steps: string[] = [];
  const state = {
    wanted: true,
    offline: false,
    found: success('1.2.3') as Result<string | null>,
    loaded: success(null) as Result<null>,
    placed: success(null) as Result<null>,
    /** A promise for which checks and downloads wait; null: they do not wait. */
    hold: null as Promise<void> | null,
  };
  const signals: AbortSignal[] = [];
  const step = async <T>(name: string, answer: () => Result<T>): Promise<Result<T>> => {
    steps.push(name);
    await state.hold;
    return answer();
  };
  const updater: Updater = {
    check: (signal) => (signals.push(signal), step('check', () => state.found)),
    download: (signal) => (signals.push(signal), step('download', () => state.loaded)),
    prepareInstall: () => step('prepare', () => state.placed),
    installAndQuit: (restart, quit) => {
      steps.push(restart ? 'install, quit, restart' : 'install, quit');
      quit();
    },
  };
  const listeners = { online: (): void => undefined };
  const load = vi.fn(() => Promise.resolve(updater));
  const onRefused = vi.fn();
  const quit = vi.fn();
  const updates = createUpdates({
    database,
    now: clock.now,
    elapsed: clock.elapsed,
    timers: clock.timers,
    load,
    onRefused,
    quit,
    capability: () => capability,
    isWanted: () => state.wanted,
    isOffline: () => state.offline,
    onOnline: (listener) => (listeners.online = listener),
    onChange: () => undefined,
  });
  /** Lets work continue that has its response. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  /** Lets time pass, and lets due work run. */
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settle();
  };
  return {
    clock,
    database,
    steps,
    state,
    signals,
    updates,
    load,
    onRefused,
    quit,
    settle,
    pass,
    /** The network is back. */
    online(): void {
      state.offline = false;
      listeners.online();
    },
  };
}
