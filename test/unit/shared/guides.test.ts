/** The German guide is a twin of the English one: the same chapters, pictures, tables and links, and the app's labels. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { headingId } from '../../../build/help/markdown';
import type { Language } from '../../../src/shared/language';

const english = readFileSync('docs/guide.md', 'utf8');
const german = readFileSync('docs/guide.de.md', 'utf8');

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

it('has the same headings in the same order, and links to all its chapters', () => {
  const levels = (guide: string): string[] => all(guide, /^(#+) /gm);
  expect(levels(german)).toEqual(levels(english));
  for (const guide of [english, german]) {
    const ids = all(guide, /^#+ (.*)$/gm).map(headingId);
    const links = all(guide, /\]\(#([^)]+)\)/g);
    expect(links.filter((link) => !ids.includes(link))).toEqual([]);
    // All but the two titles are in the list of contents.
    expect(ids.filter((id) => !links.includes(id)).length).toBeLessThanOrEqual(1);
  }
});

it.each(sections(english).map((text, index) => [index, text] as const))(
  'chapter %i has the same pictures, tables, lists, links and code',
  (index, text) => {
    const twin = sections(german)[index]!;
    for (const pattern of [
      /!\[[^\]]+\]\(([^)]+)\)/g,
      /\]\(((?:https|adr|[a-z]+\.md)[^)]*)\)/g,
      /`([^`]+)`/g,
    ]) {
      const translate = (found: string): string => found.replace('=FOLDER', '=ORDNER');
      expect(all(twin, pattern).sort()).toEqual(all(text, pattern).map(translate).sort());
    }
    for (const pattern of [/^\|/gm, /^- /gm, /^\d\. /gm, /\]\(#/g, /\n\n/g])
      expect(all(twin, pattern).length, String(pattern)).toBe(all(text, pattern).length);
  },
);

it('uses the labels of the app in the language of each guide', () => {
  const [from, to] = [messages('en'), messages('de')];
  let compared = 0;
  const missing: string[] = [];
  sections(english).forEach((text, index) => {
    const twin = labels(sections(german)[index]!).map(plain);
    for (const label of labels(text).map(plain)) {
      const names = [...from].filter(([, message]) => message === label).map(([name]) => name);
      if (names.length === 0 || (CLOUDFLARE.includes(label) && twin.includes(label))) continue;
      compared += 1;
      if (!names.some((name) => twin.includes(to.get(name)!)))
        missing.push(`chapter ${index}: ${label}, in German ${to.get(names[0]!)}`);
    }
  });
  expect(missing).toEqual([]);
  expect(compared).toBeGreaterThan(100);
});

it('describes the pictures in German, and uses German typography', () => {
  const descriptions = all(german, /!\[([^\]]+)\]/g);
  expect(descriptions.filter((text) => text.length < 30)).toEqual([]);
  expect(descriptions.filter((text) => all(english, /!\[([^\]]+)\]/g).includes(text))).toEqual([]);
  const prose = german.replace(/`[^`]+`/g, '');
  expect(all(prose, /.{0,20}(?:["'”]|\b(?:du|dein(?:e[mnrs]?)?|dich|dir)\b).{0,20}/gi)).toEqual([]);
  expect(prose.split('„').length).toBe(prose.split('“').length);
});
