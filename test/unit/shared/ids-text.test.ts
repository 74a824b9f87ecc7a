/** Many ids as one text: nothing but ids gets through the contract, and all of them come back. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { fromIdsText, idsTextSchema, toIdsText } from '../../../src/shared/ids-text';

const id = (number: number): string => number.toString(16).padStart(32, '0');

test.each([[[]], [[id(1)]], [[id(2), id(1), id(0xabcdef)]]])('%j comes back', (ids) => {
  const text = toIdsText(ids);
  expect(v.is(idsTextSchema, text)).toBe(true);
  expect(fromIdsText(text)).toEqual(ids);
});

test.each([
  ['too short', id(1).slice(1)],
  ['too long', `${id(1)}0`],
  ['upper case', id(0xab).toUpperCase()],
  ['another letter', `${id(1).slice(1)}g`],
  ['a line end', `${id(1).slice(1)}\n`],
  ['no text', [id(1)]],
])('%s is refused', (_, text) => {
  expect(v.is(idsTextSchema, text)).toBe(false);
});

test('a million ids are checked and come back', () => {
  const ids = Array.from({ length: 1_000_000 }, (_, number) => id(number));
  const text = toIdsText(ids);
  expect(v.is(idsTextSchema, text)).toBe(true);
  expect(fromIdsText(text).at(-1)).toBe(ids.at(-1));
});
