/**
 * Shared by the build scripts: the repository's folder, the cache folder, and whether a file was called
 * directly.
 */
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder (absolute). */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The folder for files that can be downloaded or assembled again: `$XDG_CACHE_HOME/letterhead`. */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'letterhead');
}

/**
 * @param {string} url a module's `import.meta.url`
 * @returns {boolean} whether that module is the script node was started with
 */
export function calledDirectly(url) {
  return Boolean(process.argv[1]) && realpathSync(process.argv[1]) === fileURLToPath(url);
}
