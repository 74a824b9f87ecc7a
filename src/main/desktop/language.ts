/** The app's language: for main's own texts (menu, dialogs, notifications), and for the window. */
import type { App } from 'electron';
import { localeFor, type LanguageChoice, type Locale } from '../../shared/language';
import { locale, setLocaleSource } from '../../shared/messages/locale';

/** The part of Electron's `app` that knows the system's languages. */
export type LanguageSource = Pick<
  App,
  'getPreferredSystemLanguages' | 'getSystemLocale' | 'isReady'
>;

/** Applies the system's language, until something else is chosen. */
export function createLanguage(app: LanguageSource) {
  const find = (choice: LanguageChoice): Locale =>
    localeFor(choice, {
      preferred: app.getPreferredSystemLanguages(),
      // Electron knows the region only when it is ready, but a crash before that needs messages, too.
      region: app.isReady() ? app.getSystemLocale() : '',
    });
  const apply = (found: Locale): void => setLocaleSource(() => found);
  apply(find('system'));
  return {
    /** Applies a choice; returns whether language or formats have changed. */
    choose(choice: LanguageChoice): boolean {
      const before = locale();
      const found = find(choice);
      apply(found);
      return found.language !== before.language || found.formats !== before.formats;
    },
  };
}

/** Sets the language of the app. */
export type AppLanguage = ReturnType<typeof createLanguage>;
