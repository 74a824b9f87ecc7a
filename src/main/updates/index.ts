/** Builds updates for the composition root. Nothing else in main imports from this folder. */
import { app } from 'electron';
import { realTimers } from '../lib/timers';
import type { Environment } from '../desktop';
import type { LogUnexpected } from '../support';
import type { Banners } from '../recovery';
import { readPreferences } from '../settings';
import type { Database } from '../database';
import { capabilityOf } from './capability';
import { createUpdateHandlers } from './handlers';
import { createUpdates } from './update-service';

/** Dependencies of the updates. */
export interface UpdatingOptions {
  environment: Pick<Environment, 'packaged' | 'updateConfig'>;
  database: Database;
  banners: Banners;
  isOffline: () => boolean;
  /** Sets what to call whenever the network is back. */
  onOnline: (listener: () => void) => void;
  /** The monotonic clock, in ms. */
  elapsed: () => number;
  log: LogUnexpected;
}

/** Builds the service that keeps the app up to date, and its handlers; nothing happens before `updates.start`. */
export function createUpdating(options: UpdatingOptions) {
  const { environment, database, banners, isOffline, onOnline, elapsed, log } = options;
  const { packaged } = environment;
  const updates = createUpdates({
    database,
    isOffline,
    onOnline,
    now: Date.now,
    elapsed,
    timers: realTimers,
    capability: () =>
      capabilityOf({
        packaged,
        config: environment.updateConfig,
        platform: process.platform,
      }),
    // A separate chunk, so that launching the app does not load electron-updater.
    load: async (capability) =>
      (await import('./electron-updater-adapter')).createUpdater(capability, packaged),
    isWanted: () => readPreferences(database).updates === 'automatic',
    onChange: () => database.changes.publishInMemory((marks) => marks.topic('updates')),
    onRefused: ({ code }) => log(`refused: ${code}`, null),
    quit: () => app.quit(),
  });
  return { updates, ...createUpdateHandlers({ updates, changes: database.changes, banners }) };
}
