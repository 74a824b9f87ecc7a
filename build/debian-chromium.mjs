/**
 * A Chromium newer than that of the Electron the end-to-end tests may have to run on: the one of the system.
 * On Debian it is a package; as root it is installed when it is first wanted, 120 MB to fetch.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { canInstall, installCommand, installMissing } from './system-libraries.mjs';

const WANTED = [{ file: 'chromium', packages: ['chromium'] }];

/** Debian's name for it is a script that adds what its administrator configured; that is fine here. */
function installed() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, 'chromium')).find((path) => existsSync(path)) ?? null;
}

/**
 * @param {{ log: (line: string) => void }} options progress goes to `log`
 * @returns {{ path: string | null, why: string }} its executable, or null and why there is none here;
 *   throws a plain sentence when it should have been installed and was not
 */
export function debianChromium({ log }) {
  const chosen = process.env.LETTERHEAD_CHROMIUM;
  if (chosen) return { path: chosen, why: '' };
  const there = installed();
  if (there) return { path: there, why: '' };
  if (!canInstall(WANTED)) {
    const why = 'Not run here: there is no Chromium. LETTERHEAD_CHROMIUM may name one.';
    return { path: null, why };
  }
  const command = installCommand(WANTED);
  if (process.getuid() !== 0) {
    return { path: null, why: `Not run here: install Chromium first.\n\n  ${command}\n` };
  }
  log('This system lacks: chromium. Installing with apt …');
  installMissing(WANTED);
  const path = installed();
  if (path === null)
    throw new Error(`apt did not bring chromium. The command was:\n\n  ${command}\n`);
  return { path, why: '' };
}
