/** The language the window starts in: main put it into the address of the page. */
import * as v from 'valibot';
import { DEFAULT_LOCALE, localeSchema, type Locale } from '../../shared/language';

/** The language in a page's query; the default where there is none. */
export function localeIn(search: string): Locale {
  const found = v.safeParse(localeSchema, Object.fromEntries(new URLSearchParams(search)));
  return found.success ? found.output : DEFAULT_LOCALE;
}
