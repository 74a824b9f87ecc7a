/** Search: every word, anywhere, whatever the case or accents; never out of step with the tables. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold, foldedWords } from '../../../src/main/store/fold';
import type { Store } from '../../../src/main/store/tables';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import {
  addOrganization,
  anyProfile,
  anyText,
  change,
  freshStore,
  organizationId,
  read,
  write,
  draftOf,
} from './temporary-store';

const id = organizationId(0xabc);
const found = (store: Store, query: string): boolean =>
  read(store, (tables) => tables.organizations.search(query)).includes(id);

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
])('%s is found by %s', (text, query) => {
  const store = freshStore();
  write(store, (tables) => addOrganization(tables, 0xabc, `x${text}x`));
  expect(found(store, query)).toBe(true);
  expect(found(store, `${query} absent`)).toBe(false);
});

test('folding the same text again changes nothing', () => {
  fc.assert(
    fc.property(anyText, (text) => fold(fold(text)) === fold(text)),
    { numRuns: 1_000 },
  );
});

test('upper case, lower case and decomposed texts fold alike', () => {
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

test('every character of Unicode folds like its upper and lower case, and only once', () => {
  const wrong: string[] = [];
  for (let code = 1; code <= 0x1ffff; code++) {
    const text = String.fromCodePoint(code);
    const folded = fold(text);
    const same = [text.toUpperCase(), text.toLowerCase(), text.normalize('NFD'), folded];
    if (same.some((other) => fold(other) !== folded)) wrong.push(text);
  }
  expect(wrong).toEqual([]);
});

test('a part of a text is found in it, in whichever of its places it stands', () => {
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

test('texts that are gone are not found any more', () => {
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

test('words do not match across texts, the id is searched, no words match everything', () => {
  const store = freshStore();
  const fields = { ...EMPTY_PROFILE, business_name: 'left', business_email: 'right' };
  write(store, (tables) => {
    addOrganization(tables, 0xabc);
    tables.drafts.put(draftOf(id, fields, EMPTY_PROFILE));
  });
  expect(found(store, 'leftright')).toBe(false);
  expect(found(store, 'right left')).toBe(true);
  expect(found(store, '0000ABC')).toBe(true);
  expect(found(store, ' \t ')).toBe(true);
  expect(found(store, '%')).toBe(false);
});

test('no text and no query breaks it', () => {
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
