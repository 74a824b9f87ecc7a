/**
 * The system's Chromium, which is newer than the one in the Electron that the end-to-end tests may have to run
 * on. On Debian it is a package (120 MB); as root it is installed on first use.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { canInstall, installCommand, installMissing } from './system-libraries.mjs';

const PACKAGES = [{ file: 'chromium', packages: ['chromium'] }];

/** On Debian `chromium` is a script that adds the administrator's configuration, which is fine here. */
function installed() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, 'chromium')).find((path) => existsSync(path)) ?? null;
}

/**
 * @param {{ log: (line: string) => void }} options progress goes to `log`
 * @returns {Promise<{ path: string | null, why: string }>} its executable, or null and the reason;
 *   rejects with a plain sentence if installing it failed
 */
export async function debianChromium({ log }) {
  const chosen = process.env.LETTERHEAD_CHROMIUM;
  if (chosen) return { path: chosen, why: '' };
  const existing = installed();
  if (existing) return { path: existing, why: '' };
  if (!(await canInstall(PACKAGES))) {
    return { path: null, why: 'there is no Chromium; set LETTERHEAD_CHROMIUM to an executable' };
  }
  const command = installCommand(PACKAGES);
  if (process.getuid() !== 0) {
    return { path: null, why: `Chromium is not installed; install it with: ${command}` };
  }
  log('chromium is missing. Installing it with apt …');
  await installMissing(PACKAGES);
  const path = installed();
  if (path === null)
    throw new Error(`apt did not install chromium. The command was:\n\n  ${command}\n`);
  return { path, why: '' };
}
