/**
 * A runtime that takes itself for an installed app: Electron goes by the name of its executable. All of
 * it but the executable are links to the runtime there is.
 */
import { copyFileSync, linkSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { executable } from './executable';

/** Makes it in a folder that is not there yet; gives its executable. */
export function asPackaged(folder: string): string {
  const original = executable();
  const runtime = dirname(original);
  mkdirSync(folder);
  for (const name of readdirSync(runtime).filter((one) => one !== basename(original))) {
    symlinkSync(join(runtime, name), join(folder, name));
  }
  const renamed = join(folder, 'letterhead');
  try {
    linkSync(original, renamed);
  } catch {
    // Another file system.
    copyFileSync(original, renamed);
  }
  return renamed;
}
