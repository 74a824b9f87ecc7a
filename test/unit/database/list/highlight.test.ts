/** Which text of a row is shown for a search, and what is highlighted in it. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold } from '../../../../src/main/database/fold';
import { matchOf } from '../../../../src/main/database/list/highlight';
import { readSearch } from '../../../../src/main/database/list/search-terms';
import type { ListEntry } from '../../../../src/main/database/entries';
import { applyEdits, EMPTY_PROFILE, FIELD_NAMES, type Edits } from '../../../../src/shared/profile';
import { anyText, change, copy, draftOf, entryId } from '../temporary-database';
import { ORGANIZATION } from '../../samples';

const id = entryId(0xabcdef12);

/** An entry of the list with these saved, submitted and typed texts. */
function entry(
  name: string,
  saved: Edits = {},
  submitted: Edits = {},
  typed: Edits = {},
): ListEntry {
  return {
    organization: { ...ORGANIZATION, id, name, signInId: null, addedAt: 1, viewedAt: null },
    signIn: null,
    profile: copy(id, applyEdits(EMPTY_PROFILE, saved)),
    advice: [],
    draft: Object.keys(typed).length > 0 ? draftOf(id, typed) : null,
    change: Object.keys(submitted).length > 0 ? change(id, submitted) : null,
    labels: [],
  };
}

/** The text that is shown for a search, with the highlighted parts in brackets; null: none. */
function shown(
  of: ListEntry,
  search: string,
  parentName: string | null = null,
): [field: string, text: string] | null {
  const match = matchOf(of, readSearch(search), parentName);
  if (!match) return null;
  let text = '';
  let end = 0;
  for (const [from, to] of match.marks) {
    text += `${match.text.slice(end, from)}[${match.text.slice(from, to)}]`;
    end = to;
  }
  return [match.field, text + match.text.slice(end)];
}

/** An account of an organization. */
function account(name: string, organizationName: string, saved: Edits = {}): ListEntry {
  const { organization, ...rest } = entry(name, saved);
  const parent = { id: entryId(1), name: organizationName };
  return { ...rest, organization: { ...organization, kind: 'account', parent } };
}

test.each<[string, ListEntry, string, [string, string] | null]>([
  [
    'shows both names of an account if they have every word',
    account('Branch 001', 'Harbour Branch'),
    'harbour 001 branch',
    ['name', '[Harbour] [Branch], through the account [Branch] [001]'],
  ],
  [
    'highlights nothing between the two names',
    account('Branch 001', 'Harbour', { business_email: 'account@x' }),
    'account',
    ['business_email', '[account]@x'],
  ],
  [
    'shows the name if it has every word',
    entry('Café Größe', { business_name: 'Café' }),
    'grosse CAFE',
    ['name', '[Café] [Größe]'],
  ],
  [
    'shows the first field with what the name lacks',
    entry('Elbe', { business_name: 'Elbe', business_address: 'Elbe, Hafen' }),
    'elbe hafen',
    ['business_address', '[Elbe], [Hafen]'],
  ],
  [
    'shows the text on screen: what is typed',
    entry('A', { business_email: 'a@x' }, { business_email: 'b@x' }, { business_email: 'c@x' }),
    '@x',
    ['business_email', 'c[@x]'],
  ],
  [
    'shows the text on screen: what was submitted',
    entry('A', { business_email: 'a@x' }, { business_email: 'b@x' }),
    '@x',
    ['business_email', 'b[@x]'],
  ],
  [
    'shows an older text if only that matches',
    entry('A', { business_email: 'a@x' }, { business_email: 'b@x' }),
    'a@',
    ['business_email', '[a@]x'],
  ],
  [
    'highlights a number across its spaces',
    entry('A', { business_phone: '+49 (0) 621 123-45' }),
    '0621 12',
    ['business_phone', '+49 (0) [621 12]3-45'],
  ],
  [
    'highlights digits separated by spaces',
    entry('A', { business_phone: '6 2 1' }),
    '62',
    ['business_phone', '[6 2] 1'],
  ],
  [
    'shows the id from eight characters on',
    entry('A'),
    'ABCDEF12',
    ['id', `${'0'.repeat(24)}[abcdef12]`],
  ],
  [
    'highlights every match, merging adjacent ones',
    entry('aa bAAb'),
    'a aa',
    ['name', '[aa] b[AA]b'],
  ],
  ['highlights a ligature as a whole', entry('ﬁne'), 'f', ['name', '[ﬁ]ne']],
  ['highlights surrogate pairs as a whole', entry('x😀y'), '😀', ['name', 'x[😀]y']],
  [
    'shows the name if the rest no longer matches anywhere',
    entry('Elbe'),
    'elbe hafen',
    ['name', '[Elbe]'],
  ],
  ['shows nothing without a match', entry('Elbe'), 'hafen', null],
])('%s', (_, of, search, expected) => {
  expect(shown(of, search)).toEqual(expected);
});

test('cuts a long text around the match, never inside a character', () => {
  const address = `${'😀'.repeat(100)} Hafen ${'😀'.repeat(100)} Hafen`;
  const [field, text] = shown(entry('A', { business_address: address }), 'hafen') ?? [];
  expect(field).toBe('business_address');
  expect(text).toMatch(/^…(😀){19,20} \[Hafen\] (😀)+…$/u);
});

test('ends a highlight at the cut if it reaches beyond', () => {
  const [, text] = shown(entry('A', { business_address: 'x'.repeat(500) }), 'x') ?? [];
  expect(text).toBe(`[${'x'.repeat(160)}]…`);
});

test('returns highlights in order, within the text, and covering the search words', () => {
  const texts = fc.record(
    Object.fromEntries(FIELD_NAMES.map((field) => [field, anyText])) as Record<
      string,
      typeof anyText
    >,
  );
  fc.assert(
    fc.property(
      texts,
      fc.constantFrom(...FIELD_NAMES),
      fc.nat(),
      fc.nat(),
      (saved, from, at, length) => {
        const text = saved[from] ?? '';
        const search = text.slice(at % (text.length + 1)).slice(0, 1 + (length % 5));
        const { words } = readSearch(search);
        const match = matchOf(entry('name', saved), readSearch(search), null);
        if (words.length === 0) return;
        expect(match).not.toBeNull();
        let last = 0;
        for (const [begin, end] of match?.marks ?? []) {
          expect(begin).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(begin);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(match?.text.length ?? 0);
        const found = match?.marks.map(([begin, end]) => fold(match.text.slice(begin, end))) ?? [];
        expect(
          words.some((word) => found.some((one) => one.includes(word) || word.includes(one))),
        ).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('shows the name of the parent only for words that nothing else has', () => {
  const of = entry('Kiel', { business_address: 'Hafen 7' });
  expect(shown(of, 'nord', 'Nordstern')).toEqual(['parent', '[Nord]stern']);
  expect(shown(of, 'kiel nord', 'Nordstern')).toEqual(['parent', '[Nord]stern']);
  expect(shown(of, 'hafen nord', 'Nordstern')).toEqual(['business_address', '[Hafen] 7']);
  expect(shown(of, 'kiel', 'Kiel Holding')).toEqual(['name', '[Kiel]']);
  expect(shown(of, 'nord')).toBeNull();
});
