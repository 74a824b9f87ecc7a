/** Updates as the rest of main sees them: quiet until the first paint, and the last to act on quitting. */
import { app } from 'electron';
import { realTimers } from '../lib/timers';
import type { Place } from '../desktop/environment';
import type { LogUnexpected } from '../support/log';
import type { Banners } from '../recovery/banners';
import { readPreferences } from '../settings/settings';
import type { Store } from '../database/tables';
import { capabilityOf } from './capability';
import { createUpdateHandlers, type UpdateHandlers } from './handlers';
import { createUpdates, type Updates } from './update-service';

/** What they are made of. */
export interface UpdatingOptions {
  place: Pick<Place, 'packaged' | 'updateConfig'>;
  store: Store;
  banners: Banners;
  isOffline: () => boolean;
  log: LogUnexpected;
}

/** The updates and their room. */
export interface Updating {
  updates: Updates;
  room: UpdateHandlers;
}

/** Wires them. */
export function createUpdating(options: UpdatingOptions): Updating {
  const { place, store, banners, isOffline, log } = options;
  const { packaged } = place;
  const updates = createUpdates({
    ...{ store, isOffline },
    now: Date.now,
    timers: realTimers,
    means: () =>
      capabilityOf({
        ...{ packaged, config: place.updateConfig },
        ...{ platform: process.platform, env: process.env, execPath: process.execPath },
      }),
    // A part of its own, which the start does not have to read.
    load: async (means) => (await import('./electron-updater')).createUpdater(means, packaged),
    wanted: () => readPreferences(store).updates === 'automatic',
    onChange: () => store.changes.memory((marks) => marks.topic('updates')),
    onRefused: ({ code }) => log(`refused: ${code}`, null),
    quit: () => app.quit(),
  });
  const room = createUpdateHandlers({ updates, changes: store.changes, banners });
  return { updates, room };
}
