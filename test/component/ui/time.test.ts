/** Times in words. */
import { expect, it } from 'vitest';
import { dateOf, howLong, timeAgo } from '../../../src/renderer/ui/time';

const NOW = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;

it.each([
  [0, 'just now'],
  [59_999, 'just now'],
  [-5 * MINUTE, 'just now'],
  [MINUTE, '1 minute ago'],
  [2 * MINUTE + 1, '2 minutes ago'],
  [59 * MINUTE, '59 minutes ago'],
  [60 * MINUTE, '1 hour ago'],
  [24 * 60 * MINUTE, 'yesterday'],
  [3 * 24 * 60 * MINUTE, '3 days ago'],
])('%d ms ago is %s', (elapsed, words) => {
  expect(timeAgo(NOW - elapsed, NOW)).toBe(words);
});

it.each([
  [-MINUTE, ''],
  [59_999, ''],
  [MINUTE, '1 min'],
  [59 * MINUTE, '59 min'],
  [3 * 60 * MINUTE, '3 hr'],
  [24 * 60 * MINUTE, '1 day'],
  [40 * 24 * 60 * MINUTE, '40 days'],
])('%d ms last %s', (length, words) => {
  expect(howLong(length)).toBe(words);
});

it('gives the date after a month', () => {
  const moment = NOW - 40 * 24 * 60 * MINUTE;
  expect(timeAgo(moment, NOW)).toBe(dateOf(moment));
  expect(dateOf(moment)).toContain('2026');
});
