/**
 * German and English match: the same messages, placeholders and plural forms, and nothing left
 * untranslated by mistake.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import project from '../../../../project.inlang/settings.json';

const FOLDER = new URL('../../../../src/shared/messages/', import.meta.url);
const FORMS = ['one', 'other'];

/** Messages that are identical in both languages, with the reason. */
const SAME: Record<string, string> = {
  app_name: 'the name of the app',
  common_details: 'Details is a German word too',
  common_details_code: 'Code is a German word too',
  common_details_number: 'Code is a German word too',
  add_key: "Cloudflare's own name for it",
  add_filter: 'Filter is a German word too',
  entries_field_name: 'no word in it',
  entries_numbered: 'no word in it',
  settings_language_english: 'each language by its own name',
  settings_language_german: 'each language by its own name',
  csv_export_format: 'Format is a German word too',
  list_field_id: 'ID is a German word too',
  list_sort_name: 'Name is a German word too',
  list_connection_online: 'Online is a German word too',
  list_connection_offline: 'Offline is a German word too',
  settings_version: 'Version is a German word too',
  settings_built_on: 'names of programs',
  desktop_about_detail: 'names of programs',
  common_in: 'In is a German word too',
  updates_title: 'Update is a German word too',
};

type Plural = { declarations: string[]; selectors: string[]; match: Record<string, string> };
type Message = string | Plural[];
type Messages = Record<string, Message>;

const files = readdirSync(new URL('en/', FOLDER));

function read(locale: string, file: string): Messages {
  return JSON.parse(readFileSync(new URL(`${locale}/${file}`, FOLDER), 'utf8')) as Messages;
}

/** Each text of a message under its plural form; '' if it has none. */
function textsOf(message: Message): Record<string, string> {
  return typeof message === 'string' ? { '': message } : (message[0]?.match ?? {});
}

/** The placeholders of a text: names and numbers. */
function placesIn(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
}

it('has the same files in both languages, and the build knows all of them', () => {
  expect(readdirSync(new URL('de/', FOLDER))).toEqual(files);
  const known = project['plugin.inlang.messageFormat'].pathPattern;
  expect(known.map((path) => path.slice(path.lastIndexOf('/') + 1)).sort()).toEqual(files);
  expect(project.locales).toEqual(['en', 'de']);
});

it('has the plural forms that each language needs', () => {
  for (const locale of project.locales) {
    const { pluralCategories } = new Intl.PluralRules(locale).resolvedOptions();
    expect([...pluralCategories].sort()).toEqual(FORMS);
  }
});

it.each(project.locales)(
  'has every name only once in %s, since the last duplicate would win silently',
  (locale) => {
    const texts = files.map((file) => readFileSync(new URL(`${locale}/${file}`, FOLDER), 'utf8'));
    // Checked as text: after parsing, only the last of two duplicates in a file would be left.
    const names = texts.flatMap((text) =>
      [...text.matchAll(/^ {2}"(\w+)":/gm)].map(([, name]) => name),
    );
    const parsed = texts.flatMap((text) => Object.keys(JSON.parse(text) as Messages));
    expect(names.length).toBeGreaterThanOrEqual(parsed.length);
    expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
  },
);

describe.each(files)('%s', (file) => {
  const english = read('en', file);
  const german = read('de', file);

  it('has every message in both languages', () => {
    expect(Object.keys(german)).toEqual(Object.keys(english));
  });

  it('has the same forms and placeholders in both, and a translation of its own', () => {
    for (const [key, from] of Object.entries(english)) {
      const to = german[key] ?? '';
      const [originals, texts] = [textsOf(from), textsOf(to)];
      expect(Object.keys(texts), key).toEqual(Object.keys(originals));
      if (typeof from !== 'string' && typeof to !== 'string') {
        expect(Object.keys(texts), key).toEqual(FORMS.map((form) => `countPlural=${form}`));
        expect(to[0]?.declarations.toSorted(), key).toEqual(from[0]?.declarations.toSorted());
        expect(to[0]?.selectors, key).toEqual(from[0]?.selectors);
      }
      for (const [form, text] of Object.entries(texts)) {
        const original = originals[form] ?? '';
        expect(text.trim(), key).not.toBe('');
        expect(placesIn(text), key).toEqual(placesIn(original));
        expect(text === original, `${key}: ${text}`).toBe(key in SAME);
      }
    }
  });

  it('follows the typography and tone of its language', () => {
    const germanTexts = Object.values(german).flatMap((message) => Object.values(textsOf(message)));
    for (const text of germanTexts) {
      expect(text).not.toMatch(/[”’'"]|\b(du|dein\w*|dich|dir)\b/i);
      expect(text.split('„').length, text).toBe(text.split('“').length);
      // A plain hyphen would let a line end after “E-”.
      expect(text).not.toContain('E-Mail');
    }
    for (const message of Object.values(english))
      for (const text of Object.values(textsOf(message))) expect(text).not.toMatch(/[„]/);
  });
});

it('lists only existing messages as identical in both languages', () => {
  const all = files.flatMap((file) => Object.keys(read('en', file)));
  for (const key of Object.keys(SAME)) expect(all).toContain(key);
});
