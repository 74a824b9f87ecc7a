/**
 * Makes a module of each compiled message, so that a chunk carries only the messages it shows. Paraglide compiles a
 * module per language, which a bundler keeps in one piece: all of them would be in the first chunk. A file per message,
 * which it can also write, would slow down development and tests, where nothing is bundled.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { DEFAULT_LOCALE, LANGUAGES } from '../src/shared/language';

const MESSAGE = '\0message:';
/** The module that chooses the language of a message: one for all, because a copy in each takes 17 kB of the page. */
const LANGUAGE_OF = '\0language-of';
/** A compiled message, after its name: the body of its function. */
const FUNCTION = /^ = (?:\/\*\*.*?\*\/ )?\(i?\) => \{(.*)\};\s*$/s;

/** What the functions of a language do, by the name of their message. */
function bodiesIn(file: string): Map<string, string> {
  const [, ...parts] = readFileSync(file, 'utf8').split(/^export const (?=\w+ = )/m);
  return new Map(
    parts.map((part) => {
      const name = /^\w+/.exec(part)![0];
      const body = FUNCTION.exec(part.slice(name.length))?.[1];
      if (body === undefined) throw new Error(`${file}: ${name} is not compiled as expected.`);
      return [name, body];
    }),
  );
}

/** The plugin; `compiled` is the folder that paraglide wrote. */
export function splitMessages(compiled: string): Plugin {
  const inCompiled = (name: string): string => JSON.stringify(join(compiled, name));
  const index = join(compiled, 'messages/_index.js');
  const bodies = new Map<string, Map<string, string>>();

  /** One message in all languages: a single function, because the page creates all of a chunk's at once. */
  function moduleOf(name: string): string {
    const inLanguages = LANGUAGES.map((language) => {
      const body = bodies.get(language)!.get(name);
      if (body === undefined) throw new Error(`${name} has no text in "${language}".`);
      return { language, body };
    });
    const others = inLanguages.filter(({ language }) => language !== DEFAULT_LOCALE.language);
    const fallback = inLanguages.find(({ language }) => language === DEFAULT_LOCALE.language)!;
    return [
      `import { languageOf } from '${LANGUAGE_OF}';`,
      `import * as registry from ${inCompiled('registry.js')};`,
      `export const ${name} = (i, o) => {`,
      `const l = languageOf(o);`,
      ...others.map(({ language, body }) => `if (l === '${language}') {${body}}`),
      `${fallback.body}};`,
    ].join('\n');
  }

  return {
    name: 'letterhead:split-messages',
    apply: 'build',
    buildStart() {
      for (const language of LANGUAGES)
        bodies.set(language, bodiesIn(join(compiled, 'messages', `${language}.js`)));
    },
    resolveId: (id) => (id.startsWith(MESSAGE) || id === LANGUAGE_OF ? id : null),
    load(id) {
      if (id === index)
        return [...bodies.get(DEFAULT_LOCALE.language)!.keys()]
          .map((name) => `export { ${name} } from '${MESSAGE}${name}';`)
          .join('\n');
      if (id === LANGUAGE_OF)
        return [
          `import { getLocale } from ${inCompiled('runtime.js')};`,
          `export const languageOf = (o) => o?.locale ?? getLocale();`,
        ].join('\n');
      return id.startsWith(MESSAGE) ? moduleOf(id.slice(MESSAGE.length)) : null;
    },
  };
}
