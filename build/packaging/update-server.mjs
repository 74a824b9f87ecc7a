/** Where the packages look for newer versions: the variable LETTERHEAD_UPDATES while packaging. */

/**
 * What electron-builder is to write into the app, or null: such a build does not look.
 * @param {Record<string, string | undefined>} env
 */
export function updateServer({ LETTERHEAD_UPDATES: url }) {
  if (!url) return null;
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
    throw new Error('LETTERHEAD_UPDATES must be an address that begins with https://.');
  }
  return { provider: 'generic', url };
}
