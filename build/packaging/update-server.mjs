/** Reads the address of the update server from the variable LETTERHEAD_UPDATES during packaging. */

/**
 * The server that electron-builder writes into the app, or null for a build that does not check.
 * @param {Record<string, string | undefined>} env
 */
export function updateServer({ LETTERHEAD_UPDATES: url }) {
  if (!url) return null;
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
    throw new Error('LETTERHEAD_UPDATES must start with https://.');
  }
  return { provider: 'generic', url };
}
