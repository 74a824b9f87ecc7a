/** The app's own words in a language, so that whoever takes the pictures finds everything in each of them. */
import { m } from '../../../src/shared/messages';
import { locales } from '../../../src/shared/messages/compiled/runtime';

/** A language the app speaks. */
export type Language = (typeof locales)[number];

/** Every language. */
export const LANGUAGES: readonly Language[] = locales;

/** Every message, already in one language. */
export type Words = typeof m;

type Message = (inputs: object, options: { locale: Language }) => string;

/** The words in this language. */
export function wordsIn(language: Language): Words {
  return new Proxy(m, {
    get(all, name) {
      const message = (all as unknown as Record<string | symbol, Message>)[name];
      return (inputs: object = {}) => message!(inputs, { locale: language });
    },
  });
}
