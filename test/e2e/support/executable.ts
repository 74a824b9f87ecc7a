/** Which Electron the tests start: the one that `build/runtime.mjs` found. */
import { execFileSync } from 'node:child_process';

let found: string | undefined;

/** Absolute path of the Electron executable. */
export function executable(): string {
  found ??= execFileSync(process.execPath, ['build/runtime.mjs'], { encoding: 'utf8' }).trim();
  return found;
}
