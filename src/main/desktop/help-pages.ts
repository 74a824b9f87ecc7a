/** The pages of the help window: their URLs, and what they may do. The build writes them (build/help/). */
import type { Language } from '../../shared/language';
import type { Site } from './app-protocol';

/** All pages, in the order of the header. The menu opens the first two. */
export const HELP_PAGES = ['guide', 'shortcuts', 'admin'] as const;

/** A page of the help window. */
export type HelpPage = (typeof HELP_PAGES)[number];

/** The site of the help window: texts and pictures of our own, and the script that finds text in them. */
export const HELP_SITE: Site = {
  host: 'help',
  policy: [
    "default-src 'none'",
    "script-src 'self'",
    "img-src 'self'",
    "style-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types',
    'sandbox allow-scripts allow-same-origin',
  ].join('; '),
};

/** Where Esc leads on a page (build/help/find.js); main then closes the window. */
export const CLOSE_URL = `app://${HELP_SITE.host}/close`;

/** The URL of a page. On a Mac, the shortcuts have other keys, so they are a page of their own. */
export function helpUrl(page: HelpPage, language: Language, platform: NodeJS.Platform): string {
  const file = page === 'shortcuts' && platform === 'darwin' ? 'shortcuts-mac' : page;
  return `app://${HELP_SITE.host}/${language}/${file}.html`;
}

/** The page at a URL, in whichever language; null for any other URL. */
export function helpPageAt(address: string): HelpPage | null {
  const [, name] = /^app:\/\/help\/[a-z]{2}\/([a-z-]+)\.html(?:#.*)?$/.exec(address) ?? [];
  const page = name?.replace(/-mac$/, '');
  return HELP_PAGES.find((one) => one === page) ?? null;
}
