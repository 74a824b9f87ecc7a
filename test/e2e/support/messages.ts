/** The app's messages in a fixed language, so that tests find controls in every language. */
import type { Language } from '../../../src/shared/language';
import { m } from '../../../src/shared/messages';

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
