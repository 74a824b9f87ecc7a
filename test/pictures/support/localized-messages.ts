/** The app's messages in a fixed language, so that pictures find controls in every language. */
import { m } from '../../../src/shared/messages';
import { locales } from '../../../src/shared/messages/compiled/runtime';

/** A language of the app. */
export type Language = (typeof locales)[number];

export const LANGUAGES: readonly Language[] = locales;

/** All messages, bound to one language. */
export type Messages = typeof m;

type Message = (inputs: object, options: { locale: Language }) => string;

/** Binds all messages to a language. */
export function messagesIn(language: Language): Messages {
  return new Proxy(m, {
    get(all, name) {
      const message = (all as unknown as Record<string | symbol, Message>)[name];
      return (inputs: object = {}) => message!(inputs, { locale: language });
    },
  });
}
