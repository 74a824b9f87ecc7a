import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { splitMessages } from '../../../build/split-messages';
import * as registry from '../../../src/shared/messages/compiled/registry';
import { m } from '../../../src/shared/messages';
import { LANGUAGES, type Language } from '../../../src/shared/language';

type Message = (inputs?: object, options?: { locale: Language }) => string;

const compiled = resolve('src/shared/messages/compiled');
const plugin = splitMessages(compiled) as unknown as {
  buildStart(): void;
  load(id: string): string | null;
};
const ALL = m as unknown as Record<string, Message>;

/** A message as a build has it. */
function built(name: string, language: Language): Message {
  const code = (id: string): string => plugin.load(id)!.replace(/^import .*$/gm, '');
  const make = new Function(
    'getLocale',
    'registry',
    code('\0language-of').replace('export', '') +
      code(`\0message:${name}`).replace(/export const \w+ =/, 'return'),
  );
  return make.call(null, () => language, registry) as Message;
}

test('every message of a build says the same in every language as in development, also in one that is asked for', () => {
  plugin.buildStart();
  const names = Object.keys(ALL);
  expect(names.length).toBeGreaterThan(1_000);
  expect(plugin.load(resolve(compiled, 'messages/_index.js'))!.match(/\w+(?= \} from)/g)).toEqual(
    names,
  );
  const differing = names.filter((name) =>
    LANGUAGES.some((locale) =>
      [1, 2].some((count) => {
        const inputs = new Proxy({}, { get: () => count });
        const said = ALL[name]!(inputs, { locale });
        const asks = LANGUAGES.map((other) => built(name, other)(inputs, { locale }));
        return built(name, locale)(inputs) !== said || asks.some((text) => text !== said);
      }),
    ),
  );
  expect(differing).toEqual([]);
});
