/**
 * The language of the window, loaded from main before anything is on screen. Every message reads it as a
 * signal, so that a change shows at once and nothing typed is lost.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';
import { DEFAULT_LOCALE, type Locale } from '../../shared/language';
import { setLocaleSource } from '../../shared/messages/locale';
import { LiveValue } from './live-value.svelte';

/** Mirrors `app.locale` and `localeChanged`. */
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

  /** Screen readers and hyphenation rely on the `lang` attribute. */
  #setPageLanguage(): void {
    document.documentElement.lang = this.#live.value.language;
  }
}
