/**
 * Searching the list. Every word must occur somewhere, case and accents are ignored, matches in
 * names come first, and phone numbers match in any notation.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DATABASE_FILE } from '../../../../src/main/database';
import { fold, foldedWords, foldWithOffsets } from '../../../../src/main/database/fold';
import { join } from 'node:path';
import { Database } from '../../../../src/main/database/database';
import { SearchResults } from '../../../../src/main/database/list/search-results';
import type { Store } from '../../../../src/main/database/tables';
import { WHOLE_LIST } from '../../../../src/shared/list-query';
import { EMPTY_PROFILE } from '../../../../src/shared/profile';
import {
  addOrganization,
  anyProfile,
  anyText,
  change,
  copy,
  draftOf,
  freshStore,
  opened,
  organizationId,
  read,
  temporaryFolder,
  write,
} from '../temporary-store';

const id = organizationId(0xabc);
/** The ids of the search results, in order. */
const search = (store: Store, query: string): string[] =>
  read(store, ({ list }) => list.ids({ ...WHOLE_LIST, search: query }, 0, 100));
const found = (store: Store, query: string): boolean => search(store, query).includes(id);

/** A store with organizations of these names and phone numbers, numbered from 1. */
function storeWith(entries: readonly { name?: string; phone?: string; address?: string }[]): Store {
  const store = freshStore();
  write(store, (tables) => {
    for (const [index, { name = 'Org', phone = '', address = '' }] of entries.entries()) {
      const fields = { ...EMPTY_PROFILE, business_phone: phone, business_address: address };
      tables.profiles.put(copy(addOrganization(tables, index + 1, name), fields));
    }
  });
  return store;
}
const numbers = (store: Store, query: string): number[] =>
  search(store, query).map((each) => Number.parseInt(each, 16));

test.each([
  ['Zürich', 'zurich'],
  ['Zurich', 'ZÜRICH'],
  ['Zu\u0308rich', 'zürich'],
  ['Straße', 'strasse'],
  ['STRASSE', 'straße'],
  ['GROẞ', 'groß'],
  ['Ærø', 'aero'],
  ['Łódź', 'lodz'],
  ['İstanbul', 'istanbul'],
  ['ısı', 'ISI'],
  ['ΟΔΟΣ', 'οδος'],
  ['ﬁne', 'FINE'],
  ['Ｆｕｌｌ', 'full'],
  ['Crème brûlée', 'brulee creme'],
])('finds %s by %s', (text, query) => {
  const store = freshStore();
  write(store, (tables) => addOrganization(tables, 0xabc, `x${text}x`));
  expect(found(store, query)).toBe(true);
  expect(found(store, `${query} absent`)).toBe(false);
});

test('folding (removing case and accents) a folded text again changes nothing', () => {
  fc.assert(
    fc.property(anyText, (text) => fold(fold(text)) === fold(text)),
    { numRuns: 1_000 },
  );
});

test('folds upper case, lower case and decomposed texts alike', () => {
  const character = fc.string({ unit: 'grapheme', maxLength: 4 });
  fc.assert(
    fc.property(character, (text) => {
      expect(fold(text.toUpperCase())).toBe(fold(text));
      expect(fold(text.toLowerCase())).toBe(fold(text));
      expect(fold(text.normalize('NFD'))).toBe(fold(text.normalize('NFC')));
    }),
    { numRuns: 2_000 },
  );
});

test('folds every Unicode character like its upper and lower case, idempotently', () => {
  const mismatches: string[] = [];
  for (let code = 1; code <= 0x1ffff; code++) {
    const text = String.fromCodePoint(code);
    const folded = fold(text);
    const same = [text.toUpperCase(), text.toLowerCase(), text.normalize('NFD'), folded];
    if (same.some((other) => fold(other) !== folded)) mismatches.push(text);
  }
  expect(mismatches).toEqual([]);
});

test('finds a part of a text at any position in it', () => {
  const store = freshStore();
  const place = fc.constantFrom('name', 'profile', 'draft', 'change');
  const part = fc.string({ unit: 'grapheme', minLength: 1 });
  fc.assert(
    fc.property(place, part, part, part, (where, before, part, after) => {
      const text = before + part + after;
      const fields = { ...EMPTY_PROFILE, business_address: text };
      write(store, (tables) => {
        tables.organizations.remove(id);
        addOrganization(tables, 0xabc, where === 'name' ? text : 'Org');
        if (where === 'profile') {
          tables.profiles.put({
            organizationId: id,
            fields,
            confirmedAt: 1,
            checkedAt: 1,
            changedElsewhere: false,
          });
        }
        if (where === 'draft') tables.drafts.put(draftOf(id, fields, EMPTY_PROFILE));
        if (where === 'change') tables.outbox.put(change(id, fields));
      });
      expect(found(store, part)).toBe(true);
    }),
  );
});

test('no longer finds removed texts', () => {
  const store = freshStore();
  const fields = { ...EMPTY_PROFILE, business_phone: 'needle' };
  write(store, (tables) => {
    addOrganization(tables, 0xabc, 'needle');
    tables.drafts.put(draftOf(id, fields, EMPTY_PROFILE));
  });
  write(store, (tables) => addOrganization(tables, 0xabc, 'Org'));
  expect(found(store, 'needle')).toBe(true);
  write(store, (tables) => tables.drafts.remove(id));
  expect(found(store, 'needle')).toBe(false);
  write(store, (tables) => tables.outbox.put(change(id, fields)));
  expect(found(store, 'needle')).toBe(true);
  write(store, (tables) => tables.outbox.remove(id));
  expect(found(store, 'needle')).toBe(false);
});

test('does not match across two texts, searches the id, and finds everything without words', () => {
  const store = freshStore();
  const fields = { ...EMPTY_PROFILE, business_name: 'left', business_email: 'right' };
  write(store, (tables) => {
    addOrganization(tables, 0xabc);
    tables.drafts.put(draftOf(id, fields, EMPTY_PROFILE));
  });
  expect(found(store, 'leftright')).toBe(false);
  expect(found(store, 'right left')).toBe(true);
  expect(found(store, '00000ABC')).toBe(true);
  expect(found(store, '0000ABC'), 'too short for an id').toBe(false);
  expect(found(store, ' \t ')).toBe(true);
  expect(found(store, '%')).toBe(false);
});

test('gives the same result when folding character by character', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { folded, begins, ends } = foldWithOffsets(text);
      expect(folded).toBe(fold(text));
      for (const [at, begin] of begins.entries()) {
        expect(fold(text.slice(begin, ends[at]))).toContain(folded[at]);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('lists names that contain every word first, each part in the requested order', () => {
  const store = storeWith([
    { name: 'Zander', address: 'Elbe 1' },
    { name: 'Elbe Yacht' },
    { name: 'Anker', address: 'Elbe 2' },
    { name: 'Alte Elbe' },
    { name: 'Elbe', address: 'Yachthafen' },
  ]);
  expect(numbers(store, 'elbe')).toEqual([4, 5, 2, 3, 1]);
  expect(numbers(store, 'elbe yacht')).toEqual([2, 5]);
});

test.each([
  ['0621 123 45', true],
  ['0621-12345', true],
  ['+49 621 12345', true],
  ['0049 621', true],
  ['(0621) 123', true],
  ['+49 (0)621/12345', true],
  ['62112345', true],
  ['21 12', true],
  ['211', true],
  ['0621 123 46', false],
  ['000621', false],
])('finds the number +49 (0) 621 123-45 by %s: %s', (query, expected) => {
  const store = storeWith([{ phone: '+49 (0) 621 123-45' }, { phone: '1' }]);
  expect(numbers(store, query)).toEqual(expected ? [1] : []);
});

test('finds entries by the name of their parent, after those that contain the words themselves', () => {
  const store = storeWith([
    { name: 'Kiel' },
    { name: 'Zwickau', address: 'Nordstern 1' },
    { name: 'Nordstern' },
    { name: 'Bonn' },
  ]);
  const parent = { id: organizationId(9), name: 'Nordstern Holding' };
  write(store, (tables) => {
    for (const number of [1, 4]) {
      const record = tables.organizations.get(organizationId(number))!;
      tables.organizations.put({ ...record, parent });
    }
  });
  expect(numbers(store, 'nordstern')).toEqual([3, 2, 4, 1]);
  expect(numbers(store, 'no')).toEqual([3, 2, 4, 1]);
  expect(numbers(store, 'kiel holding')).toEqual([1]);
  expect(numbers(store, 'holding zwickau')).toEqual([]);
  // The name under which the parent is saved counts, not the one in the list of Cloudflare.
  write(store, (tables) => addOrganization(tables, 9, 'Südstern'));
  expect(numbers(store, 'holding')).toEqual([]);
  expect(numbers(store, 'sudstern')).toEqual([9, 4, 1]);
});

test('matches numbers that are not phone numbers literally, and words in any order', () => {
  const store = storeWith([
    { name: 'Nordstern 12', address: 'Hafen 7\n20457 Hamburg' },
    { name: 'Nordstern', address: 'Hafen 12\n20459 Hamburg' },
  ]);
  expect(numbers(store, 'hafen 12 20459')).toEqual([2]);
  expect(numbers(store, '20457 hafen 7')).toEqual([1]);
  expect(numbers(store, 'nordstern 12')).toEqual([1, 2]);
  expect(numbers(store, '1220459')).toEqual([]);
});

test('ignores repeated words, and accepts long queries', () => {
  const store = storeWith([{ name: 'anna a b c' }]);
  expect(numbers(store, 'anna anna')).toEqual([1]);
  expect(numbers(store, 'a b c '.repeat(80))).toEqual([1]);
  expect(numbers(store, 'anna '.repeat(99))).toEqual([1]);
  expect(numbers(store, 'abcd '.repeat(99))).toEqual([]);
});

test('searches short words only in names if there is too much to scan', () => {
  const folder = temporaryFolder();
  const { store } = opened(folder);
  write(store, (tables) => {
    for (const number of [1, 2, 3]) {
      const fields = { ...EMPTY_PROFILE, business_address: number === 1 ? 'Kai 5' : 'Kai 4' };
      tables.profiles.put(
        copy(
          addOrganization(tables, number, `${number === 3 ? 'Hafen' : 'Werft'} ${number}`),
          fields,
        ),
      );
    }
  });
  const database = new Database(join(folder, DATABASE_FILE), { busyTimeout: 0, readOnly: true });
  const from = 'organization_row';
  const all = { from, where: 'true', values: [], orderBy: 'place', first: null };
  const find = (query: string, most: number) => {
    const { rows, inNamesOnly } = new SearchResults(database, () => 0, most).find(query, all);
    return { count: rows.length, inNamesOnly };
  };
  expect(find('4', 3)).toEqual({ count: 2, inNamesOnly: false });
  expect(find('4', 2)).toEqual({ count: 0, inNamesOnly: true });
  expect(find('3', 2)).toEqual({ count: 1, inNamesOnly: true });
  // If longer words leave few enough entries, the short word is searched everywhere in them.
  expect(find('4 wer', 2)).toEqual({ count: 1, inNamesOnly: false });
  expect(find('5 kai wer', 2)).toEqual({ count: 1, inNamesOnly: false });
  expect(find('4 wer', 1)).toEqual({ count: 0, inNamesOnly: true });
  database.close();
});

test('survives any text and any query', () => {
  const store = freshStore();
  fc.assert(
    fc.property(anyProfile, anyText, (fields, query) => {
      write(store, (tables) => {
        addOrganization(tables, 0xabc, query);
        tables.drafts.put(draftOf(id, fields));
      });
      expect(foldedWords(query).length === 0 || found(store, query)).toBe(true);
    }),
  );
});
