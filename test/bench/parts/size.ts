/** The disk space that an installed Letterhead adds to the bare runtime. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { executable } from '../../e2e/support/executable';
import type { Part } from '../part';

/** Where `build/dist.mjs --debuggable` puts the app. */
const UNPACKED = 'dist/debuggable/linux-unpacked';
/** Names of files in the package whose name in the runtime is different. */
const RENAMED = new Map([['letterhead', 'electron']]);

/** Every file below a folder, with its size. */
function filesIn(folder: string): Map<string, number> {
  const files = new Map<string, number>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1), statSync(path).size);
  }
  return files;
}

export const size: Part = {
  name: 'size',
  title: 'Installed size',
  async run({ say }) {
    say('packing');
    await promisify(execFile)(process.execPath, ['build/dist.mjs', '--debuggable']);
    if (!existsSync(UNPACKED)) throw new Error(`There is nothing at ${UNPACKED}.`);
    const runtime = filesIn(dirname(executable()));
    let added = 0;
    let shared = 0;
    for (const [path, bytes] of filesIn(UNPACKED)) {
      const bare = runtime.get(RENAMED.get(path) ?? path) ?? 0;
      added += bytes - bare;
      shared += bare;
    }
    return [
      {
        what: 'Installed size beyond the bare runtime’s files',
        ours: `${((added + shared) / 1e6).toFixed(0)} MB`,
        baseline: `the same files of the runtime: ${(shared / 1e6).toFixed(0)} MB`,
        value: added / 1e6,
        unit: 'MB',
        target: { max: 6 },
      },
    ];
  },
};
