/** The language of menu, dialogs and notifications, and what the window is told of it. */
import type { App } from 'electron';
import { localeFor, type LanguageChoice, type Locale } from '../../shared/language';
import { locale, speakAs } from '../../shared/messages/locale';

/** Electron's `app`, as far as it is asked for languages. */
export type LanguageSource = Pick<
  App,
  'getPreferredSystemLanguages' | 'getSystemLocale' | 'isReady'
>;

/** The language of the app. */
export interface AppLanguage {
  /** Speaks as chosen from now on; whether that is another language than before. */
  choose(choice: LanguageChoice): boolean;
}

/** Speaks the system's language until something else is chosen. */
export function createLanguage(app: LanguageSource): AppLanguage {
  const find = (choice: LanguageChoice): Locale =>
    localeFor(choice, {
      preferred: app.getPreferredSystemLanguages(),
      // Electron knows it only when it is ready; before, a crash may need words already.
      region: app.isReady() ? app.getSystemLocale() : '',
    });
  const speak = (found: Locale): void => speakAs(() => found);
  speak(find('system'));
  return {
    choose(choice) {
      const before = locale();
      const found = find(choice);
      speak(found);
      return found.language !== before.language || found.formats !== before.formats;
    },
  };
}
