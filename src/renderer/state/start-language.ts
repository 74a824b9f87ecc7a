/** The language the window starts in: main wrote it into the page (desktop/scheme.ts). */
import * as v from 'valibot';
import { DEFAULT_LOCALE, localeSchema, type Locale } from '../../shared/language';

/** The language a page says it is in; the default where it does not say. */
export function localeIn({ lang, dataset }: Pick<HTMLElement, 'lang' | 'dataset'>): Locale {
  const found = v.safeParse(localeSchema, { language: lang, formats: dataset['formats'] });
  return found.success ? found.output : DEFAULT_LOCALE;
}
