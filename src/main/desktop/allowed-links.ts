/** The exact allow-list of links. The build imports it, too, for the links of the help; so it must not import Electron. */

/** Hosts whose https pages may be opened. The host must match exactly, so that no look-alike passes. */
const HOSTS: readonly string[] = ['developers.cloudflare.com'];

/** The longest URL that may be opened. A longer one could carry a text of the page out of the app. */
const MAX_URL_LENGTH = 300;

/**
 * Whether a URL may be opened in the browser: a page of an allowed host, without a query or fragment, in which a page
 * that was taken over could put what it knows.
 */
export function isAllowedLink(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return (
    url.protocol === 'https:' &&
    HOSTS.includes(url.hostname) &&
    url.port === '' &&
    url.search === '' &&
    url.hash === '' &&
    url.href.length <= MAX_URL_LENGTH &&
    url.username === '' &&
    url.password === ''
  );
}
