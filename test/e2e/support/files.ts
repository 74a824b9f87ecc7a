/** Walks folders that the running app still writes to. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether an error says that a file or folder does not exist. */
export const isGone = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ENOENT';

/**
 * The paths of all files in a folder and the folders below it. A folder that vanishes after it was listed is left out,
 * like Chromium's temporary ones; any other error ends the walk, so that no file is overlooked. `folder` must exist.
 */
export async function* filesIn(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) if (entry.isFile()) yield join(folder, entry.name);
  for (const entry of entries.filter((one) => one.isDirectory())) {
    try {
      yield* filesIn(join(folder, entry.name));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

/** The paths of the crash dumps in a folder and the folders below it. */
export async function dumpsIn(folder: string): Promise<string[]> {
  const dumps: string[] = [];
  for await (const path of filesIn(folder)) if (path.endsWith('.dmp')) dumps.push(path);
  return dumps;
}
