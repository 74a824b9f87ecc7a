/** Formatting of times and durations. */
import { afterEach, expect, it } from 'vitest';
import {
  dateAndTime,
  dateOf,
  durationText,
  timeAgo,
  timeOfDay,
  timeOrDay,
} from '../../../src/renderer/ui/time';
import { DEFAULT_LOCALE } from '../../../src/shared/language';
import { setLocaleSource } from '../../../src/shared/messages/locale';

const NOW = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;

afterEach(() => setLocaleSource(() => DEFAULT_LOCALE));

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
])('%d ms ago is %s', (elapsed, text) => {
  expect(timeAgo(NOW - elapsed, NOW)).toBe(text);
});

it('counts days by the calendar', () => {
  const now = new Date(2026, 10, 24, 8).getTime();
  expect(timeAgo(new Date(2026, 10, 23, 1).getTime(), now)).toBe('yesterday');
  expect(timeAgo(new Date(2026, 10, 22, 21).getTime(), now)).toBe('2 days ago');
});

it.each([
  [-MINUTE, ''],
  [59_999, ''],
  [MINUTE, '1 min'],
  [59 * MINUTE, '59 min'],
  [3 * 60 * MINUTE, '3 hr'],
  [24 * 60 * MINUTE, '1 day'],
  [40 * 24 * 60 * MINUTE, '40 days'],
])('a duration of %d ms is %s', (duration, text) => {
  expect(durationText(duration)).toBe(text);
});

it('shows the date after a month', () => {
  const moment = NOW - 40 * 24 * 60 * MINUTE;
  expect(timeAgo(moment, NOW)).toBe(`on ${dateOf(moment)}`);
  expect(dateOf(moment)).toContain('2026');
});

it('formats everything in German for the region of the computer', () => {
  const german = { language: 'de', formats: 'de-AT' } as const;
  setLocaleSource(() => german);
  // In the time zone of the computer, so the test does not depend on it.
  const noon = new Date(2026, 0, 5, 14, 5).getTime();
  expect(timeOfDay(noon)).toBe('14:05');
  expect(dateOf(noon)).toBe('05.01.2026');
  expect(dateAndTime(noon)).toBe('05.01.2026, 14:05');
  expect(timeOrDay(noon, noon + 48 * 60 * MINUTE)).toMatch(/^0?5\. (Jän|Jan)/);
  expect(timeAgo(NOW - 2 * MINUTE, NOW)).toBe('vor 2 Minuten');
  expect(timeAgo(NOW - 24 * 60 * MINUTE, NOW)).toBe('gestern');
  expect(timeAgo(NOW, NOW)).toBe('gerade eben');
  expect(timeAgo(noon, NOW)).toBe('am 05.01.2026');
  expect(durationText(3 * 60 * MINUTE)).toBe('3 Std.');
});

it('uses the clock of the English-speaking region', () => {
  const noon = new Date(2026, 0, 5, 14, 5).getTime();
  const american = { language: 'en', formats: 'en-US' } as const;
  expect(timeOfDay(noon)).toBe('14:05');
  setLocaleSource(() => american);
  expect(timeOfDay(noon)).toMatch(/^2:05\sPM$/);
});
