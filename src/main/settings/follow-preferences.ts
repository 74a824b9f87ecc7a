/** Applies what a person prefers about looks and language, at once and whenever it changes. */
import { locale } from '../../shared/messages/locale';
import type { About } from '../desktop/about';
import { applyAppearance } from '../desktop/appearance';
import type { AppLanguage } from '../desktop/language';
import type { Emit } from '../ipc';
import type { Store } from '../database/tables';
import { readPreferences } from './settings';

/** What this needs. */
export interface FollowPreferencesOptions {
  store: Store;
  language: AppLanguage;
  about: Pick<About, 'translate'>;
  emit: Emit;
}

/** Follows the preferences from now on. */
export function followPreferences({
  store,
  language,
  about,
  emit,
}: FollowPreferencesOptions): void {
  store.changes.subscribe(({ topics }) => {
    if (!topics.has('settings')) return;
    const preferences = readPreferences(store);
    applyAppearance(preferences.appearance);
    if (!language.choose(preferences.language)) return;
    about.translate(emit);
    emit('localeChanged', locale());
  });
}
