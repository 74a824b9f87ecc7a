/** Applies changed preferences for appearance and language while the app runs. */
import { locale } from '../../shared/messages/locale';
import { applyAppearance, type AppLanguage } from '../desktop';
import type { Emit } from '../ipc';
import type { Database } from '../database';
import { readPreferences } from './settings';

/** Dependencies of `followPreferences`. */
export interface FollowPreferencesOptions {
  database: Database;
  language: AppLanguage;
  /** Translates what main itself shows. */
  translate: (emit: Emit) => void;
  emit: Emit;
}

/** Subscribes to the preferences. The first screen has already applied them once. */
export function followPreferences({
  database,
  language,
  translate,
  emit,
}: FollowPreferencesOptions): void {
  database.changes.subscribe(({ topics }) => {
    if (!topics.has('settings')) return;
    const preferences = readPreferences(database);
    applyAppearance(preferences.appearance);
    if (!language.choose(preferences.language)) return;
    translate(emit);
    emit('localeChanged', locale());
  });
}
