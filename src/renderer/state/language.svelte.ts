/**
 * The language of the window, as main says it, before anything is on screen. Every message
 * reads it as a signal, so that a change shows at once and nothing typed is lost.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';
import { DEFAULT_LOCALE, type Locale } from '../../shared/language';
import { speakAs } from '../../shared/messages/locale';
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
          this.#tellPage();
        }),
    );
    speakAs(() => this.#live.value);
    this.#tellPage();
  }

  /** Asks which language is spoken. */
  async load(): Promise<void> {
    await this.#live.load();
    this.#tellPage();
  }

  /** Screen readers and hyphenation go by the page's own word. */
  #tellPage(): void {
    document.documentElement.lang = this.#live.value.language;
  }
}
