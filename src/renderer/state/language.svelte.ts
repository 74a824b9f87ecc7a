/**
 * The language of the window, loaded from main before anything is on screen. Every message reads the language
 * as a signal, so a change shows immediately and typed text stays.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';
import { DEFAULT_LOCALE, type Locale } from '../../shared/language';
import { setLocaleSource } from '../../shared/messages/locale';
import { LiveValue } from './live-value.svelte';

/** Loads the language with `app.locale` and keeps it up to date through `localeChanged`. */
export class LanguageState {
  readonly #live: LiveValue<Locale>;

  constructor(api: LetterheadApi) {
    this.#live = new LiveValue<Locale>(
      DEFAULT_LOCALE,
      () => api.app.locale(),
      (listener) =>
        api.on.localeChanged((changed) => {
          listener(changed);
          this.#setPageLanguage();
        }),
    );
    setLocaleSource(() => this.#live.value);
    this.#setPageLanguage();
  }

  /** Loads the current language. */
  async load(): Promise<void> {
    await this.#live.load();
    this.#setPageLanguage();
  }

  /** Sets the `lang` attribute, which screen readers and hyphenation rely on. */
  #setPageLanguage(): void {
    document.documentElement.lang = this.#live.value.language;
  }
}
