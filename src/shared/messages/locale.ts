/**
 * The current language, and how it formats numbers and lists, sorts names and segments texts. Every function
 * here reads the current language on each call, so a change takes effect immediately. In the window, it comes
 * from a signal.
 */
import { DEFAULT_LOCALE, type Language, type Locale } from '../language';
import { overwriteGetLocale } from './compiled/runtime';

let source: () => Locale = () => DEFAULT_LOCALE;

/** The current language with its formats. */
export function locale(): Locale {
  return source();
}

/** Sets where the current language comes from. */
export function setLocaleSource(from: () => Locale): void {
  source = from;
  overwriteGetLocale(() => source().language);
}

/** Caches an `Intl` object until the language changes, because creating one is slow. */
export function perLocale<T>(make: (current: Locale) => T): () => T {
  let cached: { locale: Locale; value: T } | null = null;
  return () => {
    const current = locale();
    if (cached?.locale !== current) cached = { locale: current, value: make(current) };
    return cached.value;
  };
}

const numbers = perLocale(({ formats }) => new Intl.NumberFormat(formats));

/** Compares names as a person sorts them: numbers by value, case and accents last. */
export const nameOrder = perLocale(
  ({ formats }) => new Intl.Collator(formats, { numeric: true, sensitivity: 'base' }),
);

/** Splits a text into user-perceived characters. */
export const characters = perLocale(
  ({ language }) => new Intl.Segmenter(language, { granularity: 'grapheme' }),
);

/** Splits a text into words and what is between them. */
export const words = perLocale(
  ({ language }) => new Intl.Segmenter(language, { granularity: 'word' }),
);

/**
 * The thousands separator, if known without `Intl`; else null. The first `Intl` object costs 6 ms, because
 * V8 then loads the list of all locales; the first paint avoids that.
 */
function thousandsSeparator(formats: string): string | null {
  if (/^en-(GB|US|AU|CA|IE|NZ)$/.test(formats)) return ',';
  return /^de-(DE|BE|LU|IT)$/.test(formats) ? '.' : null;
}

/** The conjunction in a list of two items, and in a longer list. Not from `Intl`, which would cost 6 ms. */
const CONJUNCTIONS: Record<Language, readonly [two: string, more: string]> = {
  en: [' and ', ', and '],
  de: [' und ', ' und '],
};

/** A formatted number, such as 10,000. */
export function numberText(number: number): string {
  const separator = thousandsSeparator(locale().formats);
  if (separator !== null && Number.isSafeInteger(number) && number >= 0)
    return String(number).replace(/\B(?=(?:\d{3})+$)/g, separator);
  return numbers().format(number);
}

/** The inputs of a plural message: `count` selects the form, `shown` is the number as text. */
export function pluralInputs(count: number): { count: number; shown: string } {
  return { count, shown: numberText(count) };
}

/** A list in a sentence, such as "a, b, and c". */
export function listText(items: readonly string[]): string {
  const [two, more] = CONJUNCTIONS[locale().language];
  const before = items.slice(0, -1);
  const last = items.at(-1) ?? '';
  return before.length === 0 ? last : before.join(', ') + (before.length === 1 ? two : more) + last;
}
