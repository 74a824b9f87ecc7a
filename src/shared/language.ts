/**
 * The languages of the app, and which one is used: the person's choice in Settings, or else the system's
 * language. The formats of dates and numbers and the order of names follow it.
 */
import * as v from 'valibot';
import { shortTextSchema } from './limits';

/** The languages of the app. */
export const LANGUAGES = ['en', 'de'] as const;

/** A language of the app. */
export type Language = (typeof LANGUAGES)[number];

/** The choices in Settings: the system's language, or one of the app's. */
export const LANGUAGE_CHOICES = ['system', ...LANGUAGES] as const;

/** The choices in Settings: the system's language, or one of the app's. */
export type LanguageChoice = (typeof LANGUAGE_CHOICES)[number];

/** Schema of a language with its formats. */
export const localeSchema = v.object({
  /** The language of the texts. */
  language: v.picklist(LANGUAGES),
  /** BCP 47 tag for dates, numbers and sorting, such as `de-AT`; of the same language. */
  formats: shortTextSchema,
});

/** A language with its formats. */
export type Locale = v.InferOutput<typeof localeSchema>;

/** The formats of a language if the system's region has a different language. */
const FORMATS: Record<Language, string> = { en: 'en-GB', de: 'de-DE' };

/** The language until the person's choice and the system's languages are known. */
export const DEFAULT_LOCALE: Locale = { language: 'en', formats: FORMATS.en };

/** The languages of the system, each a BCP 47 tag or the system's own notation. */
export interface SystemLanguages {
  /** The person's languages, preferred first. */
  preferred: readonly string[];
  /** The locale for numbers and dates. */
  region: string;
}

/** The BCP 47 tag of a system's notation, or null. Linux has modifiers (`de_DE@euro`) and `C`. */
export function tagOf(systemName: string): string | null {
  const name = systemName.replace(/[.@].*/, '').replaceAll('_', '-');
  try {
    const [tag] = Intl.getCanonicalLocales(name);
    return tag ?? null;
  } catch {
    return null;
  }
}

/** The app's language for a tag, or null. Swiss German maps to German. */
function languageOf(tag: string | null): Language | null {
  const [primary] = (tag ?? '').split('-');
  if (primary === 'gsw') return 'de';
  return LANGUAGES.find((language) => language === primary) ?? null;
}

/** The language to use. English if the app has none of the person's languages. */
export function localeFor(choice: LanguageChoice, system: SystemLanguages): Locale {
  const available = system.preferred.map((name) => languageOf(tagOf(name)));
  const language = choice === 'system' ? (available.find((one) => one !== null) ?? 'en') : choice;
  const region = tagOf(system.region);
  const formats = region !== null && languageOf(region) === language ? region : FORMATS[language];
  return { language, formats };
}
