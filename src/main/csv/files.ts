/**
 * Files a person chose: read whole, or written so that either all of the new file is there or what was
 * there before. A failure never holds the path: it may name people.
 */
import { randomBytes } from 'node:crypto';
import { access, constants, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { failed, success, type Outcome } from '../../shared/failure';

/** Largest file that is read, in bytes. */
export const MAX_FILE_BYTES = 50_000_000;

/** The content of a file. Fails with `file.too-large` before reading, or with `file.unreadable`. */
export async function readFile(path: string): Promise<Outcome<Uint8Array>> {
  try {
    // Before opening: a pipe would wait for its other end.
    const { size } = await stat(path).then((found) => (found.isFile() ? found : { size: -1 }));
    if (size < 0) return failed('file.unreadable');
    if (size > MAX_FILE_BYTES) return failed('file.too-large');
    const file = await open(path, 'r');
    try {
      return success(await file.readFile());
    } finally {
      await file.close();
    }
  } catch {
    return failed('file.unreadable');
  }
}

/** The file a path means: behind a link the one it leads to. Throws when it may not be written. */
async function targetOf(path: string): Promise<string> {
  const target = await realpath(path).catch(() => path);
  const exists = await stat(target).then(
    (found) => found,
    () => null,
  );
  if (exists && !exists.isFile()) throw new Error('not a file');
  // Renaming over it would work all the same.
  if (exists) await access(target, constants.W_OK);
  return target;
}

/** Writes a file from pieces of text. Fails with `file.unwritable`, and then nothing has changed. */
export async function writeFile(
  path: string,
  pieces: AsyncIterable<string> | Iterable<string>,
): Promise<Outcome<null>> {
  let unfinished: string | null = null;
  try {
    const target = await targetOf(path);
    const name = `.${basename(target).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`;
    unfinished = join(dirname(target), name);
    const file = await open(unfinished, 'wx');
    try {
      for await (const piece of pieces) await file.write(piece, null, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, target);
    return success(null);
  } catch {
    if (unfinished !== null) await rm(unfinished, { force: true }).catch(() => undefined);
    return failed('file.unwritable');
  }
}
