/** What is the same label, and which characters a label never has. */
import { expect, test } from 'vitest';
import { cleanLabel, labelKey } from '../../../src/shared/labels';

test.each([
  ['  New \t one\n', 'New one'],
  ['\u200b', ''],
  ['\u200d \u200c', ''],
  ['VIP\u200b', 'VIP'],
  ['\u202eVIP\u2069 \u200d', 'VIP'],
  ['می\u200cخواهم', 'می\u200cخواهم'],
  ['👨\u200d👩', '👨\u200d👩'],
])('%j is stored as %j', (typed, stored) => {
  expect(cleanLabel(typed)).toBe(stored);
});

test.each([
  ['VIP', 'vip\u200b'],
  ['VIP', 'V\u200cip'],
  ['groß', 'GROSS'],
  ['groß', 'GROẞ'],
  ['ΟΔΟΣ', 'οδος'],
])('%j and %j are the same label', (one, other) => {
  expect(labelKey(one)).toBe(labelKey(other));
});
