/**
 * The German documents are twins of the English ones: the same chapters, pictures, tables and links, and the app's labels.
 * The guide begins with a short start, and its contents fit on a page.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { headingId } from '../../../build/help/markdown';
import type { Language } from '../../../src/shared/language';

const NAMES = ['guide', 'admin'] as const;
type Name = (typeof NAMES)[number];
const english = (name: Name): string => readFileSync(`docs/${name}.md`, 'utf8');
const german = (name: Name): string => readFileSync(`docs/${name}.de.md`, 'utf8');

/** The parts of a guide between its headings. */
const sections = (guide: string): string[] => guide.split(/^#+ .*$/m);
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? match[0]);

/** Emphasized texts, which are labels of the app, or words of Cloudflare. */
const labels = (text: string): string[] =>
  all(text, /(?<![_\w])_([^_]+)_(?!\w)/g).map((label) => label.replace(/\s+/g, ' '));

/** Words of Cloudflare's dashboard that are also in the app, and stay English in both guides. */
const CLOUDFLARE = ['edit', 'account', 'view', 'organizations'];

/** A label as the guides write it: with a straight apostrophe, a plain hyphen, and often without the ellipsis. */
const plain = (text: string): string =>
  text.replaceAll('’', "'").replaceAll('‑', '-').replace(/^&/, '').replace(/…$/, '').toLowerCase();

type Message = string | { match: Record<string, string> }[];

/** Every text of the app by message and plural form. */
function messages(language: Language): Map<string, string> {
  const folder = `src/shared/messages/${language}`;
  const entries = readdirSync(folder).flatMap((file) =>
    Object.entries(
      JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Record<string, Message>,
    ),
  );
  return new Map(
    entries.flatMap(([name, message]): [string, string][] =>
      typeof message === 'string'
        ? [[name, plain(message)]]
        : Object.entries(message[0]?.match ?? {}).map(([form, text]) => [
            `${name} ${form}`,
            plain(text),
          ]),
    ),
  );
}

it.each(NAMES)('%s has the same headings in the same order, and lists its chapters', (name) => {
  const levels = (guide: string): string[] => all(guide, /^(#+) /gm);
  expect(levels(german(name))).toEqual(levels(english(name)));
  for (const guide of [english(name), german(name)]) {
    const contents = all(guide, /^- \[.*\]\(#(.*)\)$/gm);
    expect(contents).toEqual(all(guide, /^## (.*)$/gm).map(headingId));
    expect(contents.length).toBeLessThanOrEqual(15);
  }
});

it('begins with six tasks in about 600 words', () => {
  for (const guide of [english('guide'), german('guide')]) {
    const start = guide.split(/^## /m)[1]!;
    expect(all(start, /^### /gm)).toHaveLength(6);
    expect(start.split(/\s+/).length).toBeLessThan(650);
  }
});

const chapters = NAMES.flatMap((name) =>
  sections(english(name)).map((text, index) => [name, index, text] as const),
);

it.each(chapters)(
  '%s, chapter %i has the same pictures, tables, lists, links and code',
  (name, index, text) => {
    const twin = sections(german(name))[index]!;
    for (const pattern of [
      /!\[[^\]]+\]\(([^)]+)\)/g,
      /\]\(((?:https|adr|(?!guide|admin)[a-z]+\.md)[^)]*)\)/g,
      /`([^`]+)`/g,
    ]) {
      const translate = (found: string): string => found.replace('=FOLDER', '=ORDNER');
      expect(all(twin, pattern).sort()).toEqual(all(text, pattern).map(translate).sort());
    }
    for (const pattern of [/^\|/gm, /^- /gm, /^\d\. /gm, /\]\((?:#|guide|admin)/g, /\n\n/g])
      expect(all(twin, pattern).length, String(pattern)).toBe(all(text, pattern).length);
  },
);

it('uses the labels of the app in the language of each guide', () => {
  const [from, to] = [messages('en'), messages('de')];
  let compared = 0;
  const missing: string[] = [];
  for (const [name, index, text] of chapters) {
    const twin = labels(sections(german(name))[index]!).map(plain);
    for (const label of labels(text).map(plain)) {
      const names = [...from].filter(([, message]) => message === label).map(([key]) => key);
      if (names.length === 0 || (CLOUDFLARE.includes(label) && twin.includes(label))) continue;
      compared += 1;
      if (!names.some((key) => twin.includes(to.get(key)!)))
        missing.push(`${name}, chapter ${index}: ${label}, in German ${to.get(names[0]!)}`);
    }
  }
  expect(missing).toEqual([]);
  expect(compared).toBeGreaterThan(100);
});

it.each(NAMES)('%s describes the pictures in German, and uses German typography', (name) => {
  const descriptions = all(german(name), /!\[([^\]]+)\]/g);
  const others = all(english(name), /!\[([^\]]+)\]/g);
  expect(descriptions.filter((text) => text.length < 30)).toEqual([]);
  expect(descriptions.filter((text) => others.includes(text))).toEqual([]);
  const prose = german(name).replace(/`[^`]+`/g, '');
  expect(all(prose, /.{0,20}(?:["'”]|\b(?:du|dein(?:e[mnrs]?)?|dich|dir)\b).{0,20}/gi)).toEqual([]);
  expect(prose.split('„').length).toBe(prose.split('“').length);
});
