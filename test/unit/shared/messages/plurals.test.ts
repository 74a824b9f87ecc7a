/** Plural forms in both languages: 1 is singular, all other numbers are plural. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, type Language } from '../../../../src/shared/language';
import { m } from '../../../../src/shared/messages';

const FOLDER = new URL('../../../../src/shared/messages/', import.meta.url);

type Message = string | [{ match: Record<string, string> }];
type Speak = (inputs: Record<string, unknown>, options: { locale: Language }) => string;

/** The messages of a language that have plural forms. */
function pluralsOf(language: Language): [key: string, forms: Record<string, string>][] {
  return readdirSync(new URL(`${language}/`, FOLDER)).flatMap((file) => {
    const text = readFileSync(new URL(`${language}/${file}`, FOLDER), 'utf8');
    return Object.entries(JSON.parse(text) as Record<string, Message>).flatMap(([key, message]) =>
      typeof message === 'string'
        ? []
        : [[key, message[0].match] as [string, (typeof message)[0]['match']]],
    );
  });
}

const INPUTS = {
  name: 'Northwind',
  done: '0',
  file: 'list.csv',
  organizations: '3 organizations',
  columns: 'Notes',
};

describe.each(LANGUAGES)('in %s', (language) => {
  it.each(pluralsOf(language))('%s', (key, forms) => {
    const message = m[key as keyof typeof m] as unknown as Speak;
    const counts: [number, 'one' | 'other'][] = [
      [0, 'other'],
      [1, 'one'],
      [2, 'other'],
      [5, 'other'],
      [1_234, 'other'],
    ];
    for (const [count, form] of counts) {
      const shown = count.toLocaleString(language);
      const inputs = { ...INPUTS, count, shown };
      const expected = Object.entries(inputs).reduce(
        (text, [name, value]) => text.replace(`{${name}}`, String(value)),
        forms[`countPlural=${form}`] ?? '',
      );
      expect(message(inputs, { locale: language })).toBe(expected);
    }
  });
});

it('has different texts for one organization and several, in both languages', () => {
  const say = (count: number, locale: Language): string =>
    m.csv_exported(
      {
        organizations: m.common_organizations({ count, shown: String(count) }, { locale }),
        file: 'a.csv',
      },
      { locale },
    );
  expect([0, 1, 2].map((count) => say(count, 'en'))).toEqual([
    '0 organizations exported to ⁨a.csv⁩.',
    '1 organization exported to ⁨a.csv⁩.',
    '2 organizations exported to ⁨a.csv⁩.',
  ]);
  expect([0, 1, 2].map((count) => say(count, 'de'))).toEqual([
    '0 Organisationen nach ⁨a.csv⁩ exportiert.',
    '1 Organisation nach ⁨a.csv⁩ exportiert.',
    '2 Organisationen nach ⁨a.csv⁩ exportiert.',
  ]);
});

it('says in German that one change waits, and that several wait', () => {
  const say = (count: number): string =>
    m.saves_waiting({ count, shown: String(count) }, { locale: 'de' });
  expect([1, 2].map(say)).toEqual(['1 wartet', '2 warten']);
});
