/** Finding and replacing literal texts. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFinder, storedPart, type Find } from '../../../src/shared/find-text';
import { MAX_FIELD_LENGTH } from '../../../src/shared/limits';

const finderOf = (text: string, more: Partial<Find> = {}) =>
  createFinder({ text, matchCase: true, wholeText: false, ...more });

it('matches case and whole texts if that is wanted', () => {
  expect(finderOf('street').isIn('Street')).toBe(false);
  expect(finderOf('street', { matchCase: false }).isIn('Old STREET')).toBe(true);
  expect(finderOf('ä', { matchCase: false }).isIn('Ä')).toBe(true);
  expect(finderOf('street', { wholeText: true }).isIn('street 1')).toBe(false);
  expect(finderOf('a\nb', { wholeText: true }).isIn('a\r\nb')).toBe(true);
  expect(finderOf('b', { wholeText: true }).isIn('a\nb')).toBe(false);
});

it('marks every match', () => {
  expect(finderOf('a', { matchCase: false }).marksIn('Banana A')).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ]);
  expect(finderOf('Bath', { wholeText: true }).marksIn('Bath')).toEqual([[0, 4]]);
  expect(finderOf('a\nb').marksIn('a ↵ b')).toEqual([]);
});

it('does not replace what it has just written', () => {
  expect(finderOf('a').replacedIn('aa', 'aa')).toBe('aaaa');
  expect(finderOf('aa').replacedIn('aaa', 'b')).toBe('ba');
});

it('builds no text that is longer than a field can be', () => {
  const long = 'a'.repeat(MAX_FIELD_LENGTH);
  expect(finderOf('a').replacedIn(long, 'b')).toHaveLength(MAX_FIELD_LENGTH);
  expect(finderOf('a').replacedIn(long, 'bb')).toBeNull();
  expect(finderOf('a').replacedIn(`${long.slice(2)}`, 'b')).toHaveLength(MAX_FIELD_LENGTH - 2);
});

const unit = fc.constantFrom(
  ...'aAbBßſıİKäÄ"',
  '\\',
  '\n',
  '\r\n',
  '\r',
  '.',
  '$',
  ' ',
  '\t',
  '\u0001',
  '🏠',
);
const someText = fc.string({ unit, maxLength: 12 });
const someFind = fc.record({
  text: fc.string({ unit, minLength: 1, maxLength: 3 }),
  matchCase: fc.boolean(),
});

it('what is stored of a text that has it contains the part that is looked for', () => {
  fc.assert(
    fc.property(someText, someFind, (text, find) => {
      if (!createFinder({ ...find, wholeText: false }).isIn(text)) return;
      const stored = JSON.stringify({ business_name: text });
      // As SQLite does it.
      const compared = find.matchCase
        ? stored
        : stored.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
      expect(compared).toContain(storedPart(find));
    }),
  );
});

it('keeps every byte beside what is found', () => {
  fc.assert(
    fc.property(someText, someText, someFind, (before, after, find) => {
      const finder = createFinder({ ...find, wholeText: false });
      const mark = '\u2021';
      const text = `${before}${mark}${after}`;
      const [start, end] = finder.replacedIn(text, '')!.split(mark);
      expect(start).toBe(finder.replacedIn(before, ''));
      expect(end).toBe(finder.replacedIn(after, ''));
      if (!finder.isIn(text)) expect(finder.replacedIn(text, 'x')).toBe(text);
    }),
  );
});
