/**
 * The language spoken right now, and how it writes numbers and lists, orders names and divides texts.
 * Everything asks each time, so that a change of language shows at once; in the window it is a signal.
 */
import { DEFAULT_LOCALE, type Language, type Locale } from '../language';
import { overwriteGetLocale } from './compiled/runtime';

let source: () => Locale = () => DEFAULT_LOCALE;

/** The language spoken right now, with its formats. */
export function locale(): Locale {
  return source();
}

/** From now on this says which language is spoken. */
export function speakAs(from: () => Locale): void {
  source = from;
  overwriteGetLocale(() => source().language);
}

/** Something of `Intl`, made anew only when the language is another: making one is slow. */
export function perLocale<T>(make: (current: Locale) => T): () => T {
  let made: { by: Locale; value: T } | null = null;
  return () => {
    const by = locale();
    if (made?.by !== by) made = { by, value: make(by) };
    return made.value;
  };
}

const numbers = perLocale(({ formats }) => new Intl.NumberFormat(formats));

/** Compares names as a person would sort them: numbers by size, case and accents last. */
export const nameOrder = perLocale(
  ({ formats }) => new Intl.Collator(formats, { numeric: true, sensitivity: 'base' }),
);

/** Cuts a text into characters as a person sees them. */
export const characters = perLocale(
  ({ language }) => new Intl.Segmenter(language, { granularity: 'grapheme' }),
);

/** Cuts a text into words, and what is between them. */
export const words = perLocale(
  ({ language }) => new Intl.Segmenter(language, { granularity: 'word' }),
);

/**
 * What stands between thousands, where that is known without `Intl`; else null. Whichever of `Intl` is made
 * first costs 6 ms, because V8 then looks at every locale there is; the first paint needs none.
 */
function thousandsOf(formats: string): string | null {
  if (/^en-(GB|US|AU|CA|IE|NZ)$/.test(formats)) return ',';
  return /^de-(DE|BE|LU|IT)$/.test(formats) ? '.' : null;
}

/** What stands before the last of two things, and of more; written out for the same reason. */
const BEFORE_LAST: Record<Language, readonly [two: string, more: string]> = {
  en: [' and ', ', and '],
  de: [' und ', ' und '],
};

/** A number as it is written, such as 10,000. */
export function numberText(number: number): string {
  const between = thousandsOf(locale().formats);
  if (between !== null && Number.isSafeInteger(number) && number >= 0)
    return String(number).replace(/\B(?=(?:\d{3})+$)/g, between);
  return numbers().format(number);
}

/** Several things in one sentence, such as "a, b and c". */
export function listText(items: readonly string[]): string {
  const [two, more] = BEFORE_LAST[locale().language];
  const before = items.slice(0, -1);
  const last = items.at(-1) ?? '';
  return before.length === 0 ? last : before.join(', ') + (before.length === 1 ? two : more) + last;
}
