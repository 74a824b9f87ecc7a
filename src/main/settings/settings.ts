/** The calls of room `settings`: what a person prefers, kept at once and told to the window. */
import type { Handlers } from '../../shared/bridge';
import { success } from '../../shared/failure';
import type { Settings } from '../../shared/settings';
import type { Emit } from '../ipc';
import type { Store } from '../store/tables';
import { changePreferences, readPreferences } from './preferences';

/** What the room needs. */
export interface SettingsOptions {
  store: Store;
  emit: Emit;
  /** Told of preferences that are others now. */
  onChanged: (settings: Settings) => void;
}

/** Builds the room. */
export function createSettings({ store, emit, onChanged }: SettingsOptions): Handlers<'settings'> {
  return {
    get: () => success(readPreferences(store)),
    put(changes) {
      const changed = changePreferences(store, changes);
      if (changed.ok) {
        emit('settingsChanged', changed.value);
        onChanged(changed.value);
      }
      return changed;
    },
  };
}
