/**
 * The language of the window: what the page's address says at first, then what main tells. Every message
 * reads it as a signal, so that a change shows at once and nothing typed is lost.
 */
import type { LetterheadApi } from '../../shared/bridge';
import type { Locale } from '../../shared/language';
import { speakAs } from '../../shared/messages/locale';

/** Mirrors `localeChanged`. */
export class LanguageState {
  #locale: Locale;

  constructor(api: LetterheadApi, initial: Locale) {
    this.#locale = $state.raw(initial);
    speakAs(() => this.#locale);
    this.#tellPage();
    api.on.localeChanged((changed) => {
      this.#locale = changed;
      this.#tellPage();
    });
  }

  /** Screen readers and hyphenation go by the page's own word. */
  #tellPage(): void {
    document.documentElement.lang = this.#locale.language;
  }
}
