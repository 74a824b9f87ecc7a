/**
 * The languages of the app, and which of them a person sees: the one they chose in Settings, or else
 * what the system speaks. How dates, numbers and the order of names look goes with it.
 */
import * as v from 'valibot';

/** The languages the app speaks. */
export const LANGUAGES = ['en', 'de'] as const;

/** A language the app speaks. */
export type Language = (typeof LANGUAGES)[number];

/** What can be chosen: the system's language, or one of the app's. */
export const LANGUAGE_CHOICES = ['system', ...LANGUAGES] as const;

/** What can be chosen: the system's language, or one of the app's. */
export type LanguageChoice = (typeof LANGUAGE_CHOICES)[number];

/** Schema of a language with its formats. */
export const localeSchema = v.object({
  /** The language of words. */
  language: v.picklist(LANGUAGES),
  /** BCP 47 tag of how dates and numbers are written, such as `de-AT`; of that language. */
  formats: v.string(),
});

/** A language with its formats. */
export type Locale = v.InferOutput<typeof localeSchema>;

/** How a language is written where the system says nothing about it. */
const FORMATS: Record<Language, string> = { en: 'en-GB', de: 'de-DE' };

/** What holds until somebody says otherwise. */
export const DEFAULT_LOCALE: Locale = { language: 'en', formats: FORMATS.en };

/** What the system says about its languages; each a BCP 47 tag, or what a system says instead of one. */
export interface SystemLanguages {
  /** What the person reads, the dearest first. */
  preferred: readonly string[];
  /** The one whose numbers and dates this computer writes. */
  region: string;
}

/** A proper tag of what a system says, or null: Linux has modifiers, as in `de_DE@euro`, and `C`. */
export function tagOf(systemName: string): string | null {
  const name = systemName.replace(/[.@].*/, '').replaceAll('_', '-');
  try {
    const [tag] = Intl.getCanonicalLocales(name);
    return tag ?? null;
  } catch {
    return null;
  }
}

/** The app's language for a tag, or null. Swiss German is written as German. */
function languageOf(tag: string | null): Language | null {
  const [primary] = (tag ?? '').split('-');
  if (primary === 'gsw') return 'de';
  return LANGUAGES.find((language) => language === primary) ?? null;
}

/** What a person sees. English is for everyone whose languages the app does not speak. */
export function localeFor(choice: LanguageChoice, system: SystemLanguages): Locale {
  const spoken = system.preferred.map((name) => languageOf(tagOf(name)));
  const language = choice === 'system' ? (spoken.find((known) => known !== null) ?? 'en') : choice;
  const region = tagOf(system.region);
  const formats = region !== null && languageOf(region) === language ? region : FORMATS[language];
  return { language, formats };
}
