/**
 * Searching the list. Every word must occur somewhere, case and accents are ignored, matches in
 * names come first, and phone numbers match in any notation.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DATABASE_FILE } from '../../../../src/main/database';
import { fold, foldedWords, foldWithOffsets } from '../../../../src/main/database/fold';
import { join } from 'node:path';
import { SqliteFile } from '../../../../src/main/database/sqlite-file';
import { SearchResults } from '../../../../src/main/database/list/search-results';
import type { Database } from '../../../../src/main/database/tables';
import { WHOLE_LIST } from '../../../../src/shared/list-query';
import { EMPTY_PROFILE } from '../../../../src/shared/profile';
import {
  addOrganization,
  anyProfile,
  anyText,
  change,
  copy,
  draftOf,
  freshDatabase,
  opened,
  entryId,
  read,
  temporaryFolder,
  write,
} from '../temporary-database';

const id = entryId(0xabc);
/** The ids of the search results, in order. */
const search = (database: Database, query: string): string[] =>
  read(database, ({ list }) => list.ids({ ...WHOLE_LIST, search: query }, 0, 100));
const found = (database: Database, query: string): boolean => search(database, query).includes(id);

/** A database with organizations of these names and phone numbers, numbered from 1. */
function databaseWith(
  entries: readonly { name?: string; phone?: string; address?: string }[],
): Database {
  const database = freshDatabase();
  write(database, (tables) => {
    for (const [index, { name = 'Org', phone = '', address = '' }] of entries.entries()) {
      const fields = { ...EMPTY_PROFILE, business_phone: phone, business_address: address };
      tables.profiles.put(copy(addOrganization(tables, index + 1, name), fields));
    }
  });
  return database;
}
const numbers = (database: Database, query: string): number[] =>
  search(database, query).map((each) => Number.parseInt(each, 16));

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
  const database = freshDatabase();
  write(database, (tables) => addOrganization(tables, 0xabc, `x${text}x`));
  expect(found(database, query)).toBe(true);
  expect(found(database, `${query} absent`)).toBe(false);
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
  const database = freshDatabase();
  const place = fc.constantFrom('name', 'profile', 'draft', 'change');
  const part = fc.string({ unit: 'grapheme', minLength: 1 });
  fc.assert(
    fc.property(place, part, part, part, (where, before, part, after) => {
      const text = before + part + after;
      const fields = { ...EMPTY_PROFILE, business_address: text };
      write(database, (tables) => {
        tables.organizations.remove(id);
        addOrganization(tables, 0xabc, where === 'name' ? text : 'Org');
        if (where === 'profile') {
          tables.profiles.put({
            entryId: id,
            fields,
            confirmedAt: 1,
            checkedAt: 1,
            changedElsewhere: false,
          });
        }
        if (where === 'draft') tables.drafts.put(draftOf(id, fields, EMPTY_PROFILE));
        if (where === 'change') tables.outbox.put(change(id, fields));
      });
      expect(found(database, part)).toBe(true);
    }),
  );
});

test('no longer finds removed texts', () => {
  const database = freshDatabase();
  const fields = { ...EMPTY_PROFILE, business_phone: 'needle' };
  write(database, (tables) => {
    addOrganization(tables, 0xabc, 'needle');
    tables.drafts.put(draftOf(id, fields, EMPTY_PROFILE));
  });
  write(database, (tables) => addOrganization(tables, 0xabc, 'Org'));
  expect(found(database, 'needle')).toBe(true);
  write(database, (tables) => tables.drafts.remove(id));
  expect(found(database, 'needle')).toBe(false);
  write(database, (tables) => tables.outbox.put(change(id, fields)));
  expect(found(database, 'needle')).toBe(true);
  write(database, (tables) => tables.outbox.remove(id));
  expect(found(database, 'needle')).toBe(false);
});

test('does not match across two texts, searches the id, and finds everything without words', () => {
  const database = freshDatabase();
  const fields = { ...EMPTY_PROFILE, business_name: 'left', business_email: 'right' };
  write(database, (tables) => {
    addOrganization(tables, 0xabc);
    tables.drafts.put(draftOf(id, fields, EMPTY_PROFILE));
  });
  expect(found(database, 'leftright')).toBe(false);
  expect(found(database, 'right left')).toBe(true);
  expect(found(database, '00000ABC')).toBe(true);
  expect(found(database, '0000ABC'), 'too short for an id').toBe(false);
  expect(found(database, ' \t ')).toBe(true);
  expect(found(database, '%')).toBe(false);
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
  const database = databaseWith([
    { name: 'Zander', address: 'Elbe 1' },
    { name: 'Elbe Yacht' },
    { name: 'Anker', address: 'Elbe 2' },
    { name: 'Alte Elbe' },
    { name: 'Elbe', address: 'Yachthafen' },
  ]);
  expect(numbers(database, 'elbe')).toEqual([4, 5, 2, 3, 1]);
  expect(numbers(database, 'elbe yacht')).toEqual([2, 5]);
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
  const database = databaseWith([{ phone: '+49 (0) 621 123-45' }, { phone: '1' }]);
  expect(numbers(database, query)).toEqual(expected ? [1] : []);
});

test('finds entries by the name of their parent, after those that contain the words themselves', () => {
  const database = databaseWith([
    { name: 'Kiel' },
    { name: 'Zwickau', address: 'Nordstern 1' },
    { name: 'Nordstern' },
    { name: 'Bonn' },
  ]);
  const parent = { id: entryId(9), name: 'Nordstern Holding' };
  write(database, (tables) => {
    for (const number of [1, 4]) {
      const record = tables.organizations.get(entryId(number))!;
      tables.organizations.put({ ...record, parent });
    }
  });
  expect(numbers(database, 'nordstern')).toEqual([3, 2, 4, 1]);
  expect(numbers(database, 'no')).toEqual([3, 2, 4, 1]);
  expect(numbers(database, 'kiel holding')).toEqual([1]);
  expect(numbers(database, 'holding zwickau')).toEqual([]);
  // The name under which the parent is saved counts, not the one in the list of Cloudflare.
  write(database, (tables) => addOrganization(tables, 9, 'Südstern'));
  expect(numbers(database, 'holding')).toEqual([]);
  expect(numbers(database, 'sudstern')).toEqual([9, 4, 1]);
});

test('matches numbers that are not phone numbers literally, and words in any order', () => {
  const database = databaseWith([
    { name: 'Nordstern 12', address: 'Hafen 7\n20457 Hamburg' },
    { name: 'Nordstern', address: 'Hafen 12\n20459 Hamburg' },
  ]);
  expect(numbers(database, 'hafen 12 20459')).toEqual([2]);
  expect(numbers(database, '20457 hafen 7')).toEqual([1]);
  expect(numbers(database, 'nordstern 12')).toEqual([1, 2]);
  expect(numbers(database, '1220459')).toEqual([]);
});

test('ignores repeated words, and accepts long queries', () => {
  const database = databaseWith([{ name: 'anna a b c' }]);
  expect(numbers(database, 'anna anna')).toEqual([1]);
  expect(numbers(database, 'a b c '.repeat(80))).toEqual([1]);
  expect(numbers(database, 'anna '.repeat(99))).toEqual([1]);
  expect(numbers(database, 'abcd '.repeat(99))).toEqual([]);
});

test('searches short words only in names if there is too much to scan', () => {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  write(database, (tables) => {
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
  const file = new SqliteFile(join(folder, DATABASE_FILE), { busyTimeout: 0, readOnly: true });
  const from = 'organization_row';
  const all = { from, where: 'true', values: [], orderBy: 'place', first: null };
  const find = (query: string, most: number) => {
    const { rows, inNamesOnly } = new SearchResults(file, () => 0, most).find(query, all);
    return { count: rows.length, inNamesOnly };
  };
  expect(find('4', 3)).toEqual({ count: 2, inNamesOnly: false });
  expect(find('4', 2)).toEqual({ count: 0, inNamesOnly: true });
  expect(find('3', 2)).toEqual({ count: 1, inNamesOnly: true });
  // If longer words leave few enough entries, the short word is searched everywhere in them.
  expect(find('4 wer', 2)).toEqual({ count: 1, inNamesOnly: false });
  expect(find('5 kai wer', 2)).toEqual({ count: 1, inNamesOnly: false });
  expect(find('4 wer', 1)).toEqual({ count: 0, inNamesOnly: true });
  file.close();
});

test('survives any text and any query', () => {
  const database = freshDatabase();
  fc.assert(
    fc.property(anyProfile, anyText, (fields, query) => {
      write(database, (tables) => {
        addOrganization(tables, 0xabc, query);
        tables.drafts.put(draftOf(id, fields));
      });
      expect(foldedWords(query).length === 0 || found(database, query)).toBe(true);
    }),
  );
});
