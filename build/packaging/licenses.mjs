/** Collects the licenses of all shipped packages, because their terms require it. */
import { readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../folders.mjs';
import { shippedPackages } from './shipped.mjs';

const HEADING = `Letterhead contains the packages below. Electron's own license and those of Chromium
are beside the app's executable.
`;

function licenseOf(path) {
  const folder = join(root, path);
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}`.trimEnd();
}

/**
 * Writes the licenses of all shipped packages into one file.
 * @param {string} file
 */
export async function writeLicenses(file) {
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  await writeFile(file, `${[HEADING.trim(), ...shippedPackages().map(licenseOf)].join(line)}\n`);
}
