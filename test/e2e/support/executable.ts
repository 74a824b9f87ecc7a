/** The Electron that the tests start. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

let cached: string | undefined;

/** Returns the absolute path of the Electron executable that `build/runtime.mjs` finds. */
export function executable(): string {
  cached ??= execFileSync(process.execPath, ['build/runtime.mjs'], { encoding: 'utf8' }).trim();
  return cached;
}

/**
 * Creates an Electron that considers itself packaged: Electron decides this by the name of its
 * executable. Everything
 * else is linked to the real one.
 *
 * @param folder must not exist yet
 * @returns the path of its executable
 */
export function createPackagedLookalike(folder: string): string {
  const original = executable();
  const runtime = dirname(original);
  mkdirSync(folder);
  for (const name of readdirSync(runtime).filter((entry) => entry !== basename(original))) {
    symlinkSync(join(runtime, name), join(folder, name));
  }
  const renamed = join(folder, 'letterhead');
  try {
    linkSync(original, renamed);
  } catch {
    // The folder is on another file system.
    copyFileSync(original, renamed);
  }
  return renamed;
}
