/** Reads the URL of the update server from the environment variable LETTERHEAD_UPDATES during packaging. */

/**
 * The `publish` option of electron-builder, which writes it into the app as app-update.yml; null for a build that
 * does not check for updates. Throws if the URL does not start with https://.
 * @param {Record<string, string | undefined>} env environment variables
 */
export function publishConfig({ LETTERHEAD_UPDATES: url }) {
  if (!url) return null;
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
    throw new Error('LETTERHEAD_UPDATES must start with https://.');
  }
  return { provider: 'generic', url };
}
