/**
 * Formats times: how long ago something was, and when. The language is that of the app. The order of a date and
 * the choice between a 12- and a 24-hour clock follow the computer's region if it uses the same language. All
 * moments are in ms since the epoch.
 */
import { m } from '../../shared/messages';
import { timeOfDay } from '../../shared/messages/describe-failure';
import { locale, perLocale } from '../../shared/messages/locale';
export { timeOfDay };

/** Durations below `limit` are counted in this unit. `length` is the length of one unit. Both are in ms. */
type Step = readonly [limit: number, unit: 'minute' | 'hour' | 'day', length: number];
const STEPS: readonly [Step, Step, Step] = [
  [3_600_000, 'minute', 60_000],
  [86_400_000, 'hour', 3_600_000],
  [30 * 86_400_000, 'day', 86_400_000],
];

const ago = perLocale(({ language }) => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));
const dates = perLocale(({ formats }) => new Intl.DateTimeFormat(formats, { dateStyle: 'medium' }));
const longDates = perLocale(
  ({ formats }) => new Intl.DateTimeFormat(formats, { dateStyle: 'long' }),
);
const moments = perLocale(
  ({ formats }) => new Intl.DateTimeFormat(formats, { dateStyle: 'medium', timeStyle: 'short' }),
);
const days = perLocale(
  ({ formats }) => new Intl.DateTimeFormat(formats, { day: 'numeric', month: 'short' }),
);

/**
 * How long ago a moment was: "just now" below a minute, then minutes, hours or calendar days, and the date from 30 days.
 *
 * @param moment if it is in the future, because the clock was set back, the text is "just now"
 * @param now the current time
 */
export function timeAgo(moment: number, now: number): string {
  const elapsed = now - moment;
  if (elapsed < 60_000) return m.common_just_now();
  for (const [limit, unit, length] of STEPS) {
    if (elapsed >= limit) continue;
    // 35 hours ago may have been the day before yesterday.
    if (unit === 'day') return inDays(moment, now);
    return ago().format(-Math.floor(elapsed / length), unit);
  }
  return m.common_on_date({ date: dateOf(moment) });
}

/**
 * A duration in short form: "12 min", "3 hr", "2 days"; '' below a minute.
 *
 * @param length in ms
 */
export function durationText(length: number): string {
  if (length < 60_000) return '';
  const [, unit, unitLength] = STEPS.find(([limit]) => length < limit) ?? STEPS[2];
  const count = Math.floor(length / unitLength);
  const { language } = locale();
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(
    count,
  );
}

/** A date, such as 24 Nov 2026. */
export function dateOf(moment: number): string {
  return dates().format(moment);
}

/** A date in full, such as 24 November 2026. */
export function longDateOf(moment: number): string {
  return longDates().format(moment);
}

/** How many calendar days a moment is away: "today", "tomorrow", "in 3 days", "2 days ago". */
export function inDays(moment: number, now: number): string {
  // Days of the calendar, whatever the time of day; rounded, because a day of a time change has 23 or 25 hours.
  const days = Math.round((startOfDay(moment) - startOfDay(now)) / 86_400_000);
  return ago().format(days, 'day');
}

/** A date with the time. */
export function dateAndTime(moment: number): string {
  return moments().format(moment);
}

/** A moment in short form: the time if it is today, else the day, such as 24 Nov. */
export function timeOrDay(moment: number, now: number): string {
  if (isSameDay(moment, now)) return timeOfDay(moment);
  return days().format(moment);
}

/** A moment in full: the time if it is today, else the date with the time. */
export function timeOrDateAndTime(moment: number, now: number): string {
  return isSameDay(moment, now) ? timeOfDay(moment) : dateAndTime(moment);
}

function startOfDay(moment: number): number {
  return new Date(moment).setHours(0, 0, 0, 0);
}

function isSameDay(moment: number, other: number): boolean {
  return new Date(moment).toDateString() === new Date(other).toDateString();
}
