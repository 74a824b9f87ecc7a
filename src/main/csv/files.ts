/**
 * Reads and writes files that a person chose. A write is atomic: afterwards the file is either complete
 * or as it was before. A new file can be read by its owner only, because it contains details of people; an
 * existing one keeps its permissions. Failures never contain the path, because it may name people.
 */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import {
  access,
  constants,
  lstat,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  type FileHandle,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MAX_FILE_BYTES, MAX_PIECE_BYTES } from '../../shared/limits';
import { failed, success, type Result } from '../../shared/result';

/** The pieces of a content that the window hands over, one after another. */
export class HandedOver {
  #pieces: Result<Uint8Array>[] = [];
  #length = 0;

  /**
   * Adds a piece. Fails with `file.too-large`, and then forgets all pieces; and with `file.unreadable` for a piece that is
   * empty, or that no first piece came before, which the window never hands over.
   */
  add(piece: ArrayBuffer, isFirst: boolean): Result<null> {
    if (isFirst) this.take();
    else if (this.#pieces.length === 0 || piece.byteLength === 0) return failed('file.unreadable');
    this.#length += piece.byteLength;
    this.#pieces.push(success(new Uint8Array(piece)));
    if (this.#length <= MAX_FILE_BYTES) return success(null);
    this.take();
    return failed('file.too-large');
  }

  /** The pieces so far, which are then forgotten. */
  take(): Result<Uint8Array>[] {
    this.#length = 0;
    return this.#pieces.splice(0);
  }
}

/**
 * The content of a file in pieces that fit into a message to the file parser. A failure is the last one: `file.none` if
 * the path leads to something else, `file.too-large` (before reading), `file.changed` if the file changed meanwhile, or
 * `file.unreadable`.
 */
export async function* readChosenFile(path: string): AsyncGenerator<Result<Uint8Array>> {
  let file: FileHandle | null = null;
  try {
    // Checked before opening, because that can have an effect on a device; and after it, because another program may
    // put a pipe there meanwhile, for whose other end an opening would wait without `O_NONBLOCK`.
    if (!(await stat(path)).isFile()) return yield failed('file.none');
    // Windows has no such flag; there it is undefined, which counts as 0.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const before = await file.stat();
    if (!before.isFile()) return yield failed('file.none');
    if (before.size > MAX_FILE_BYTES) return yield failed('file.too-large');
    const buffer = new Uint8Array(MAX_PIECE_BYTES);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer);
      if (bytesRead === 0) break;
      length += bytesRead;
      if (length > before.size) break;
      yield success(buffer.slice(0, bytesRead));
    }
    const { mtimeMs } = await file.stat();
    if (length !== before.size || mtimeMs !== before.mtimeMs) yield failed('file.changed');
  } catch {
    yield failed('file.unreadable');
  } finally {
    await file?.close().catch(() => undefined);
  }
}

/** Matches the temporary files of `writeChosenFile`. */
const TEMPORARY = /^\.[0-9a-f]{12}\.letterhead-tmp$/;
/** A temporary file that was not written to for so long (ms) belongs to an app that was ended while it wrote. */
const STALE_MS = 60_000;

/** The temporary files that are being written. */
const unfinished = new Set<string>();

/** Deletes what is being written, for quitting: it contains details of people. */
export function deleteUnfinished(): void {
  for (const path of unfinished) {
    try {
      rmSync(path, { force: true });
    } catch {
      // The next export into the same folder deletes it.
    }
  }
}

/** Deletes what earlier runs left in this folder when they were ended while writing. Never fails. */
async function deleteStale(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => TEMPORARY.test(one))) {
    const path = join(folder, name);
    const found = await lstat(path).catch(() => null);
    if (!found?.isFile() || Math.abs(Date.now() - found.mtimeMs) < STALE_MS) continue;
    await rm(path, { force: true }).catch(() => undefined);
  }
}

/**
 * The file to write, and its permissions if it exists. The file is the target of a link, or the link itself if its
 * target does not exist. Throws if it may not be written.
 */
async function targetOf(path: string): Promise<{ target: string; mode: number | null }> {
  const target = await realpath(path).catch(() => path);
  const found = await stat(target).catch(() => null);
  if (found && !found.isFile()) throw new Error('not a file');
  // Without this check, the rename would replace even a read-only file.
  if (found) await access(target, constants.W_OK);
  return { target, mode: found && found.mode & 0o777 };
}

/** Writes a file from pieces of text or bytes. Fails with `file.unwritable`; then nothing has changed. */
export async function writeChosenFile(
  path: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): Promise<Result<null>> {
  let temporary: string | null = null;
  try {
    const { target, mode } = await targetOf(path);
    const folder = dirname(target);
    await deleteStale(folder);
    const random = randomBytes(6).toString('hex');
    // Without the name of the target, with which it could be too long for the file system.
    temporary = join(folder, `.${random}.letterhead-tmp`);
    unfinished.add(temporary);
    const file = await open(temporary, 'wx', 0o600);
    try {
      // File systems without permissions refuse this. Then all their files have the same ones.
      if (mode !== null) await file.chmod(mode).catch(() => undefined);
      // Not `write`, which may write only a part of a piece, as when the disk becomes full.
      for await (const piece of pieces) await file.appendFile(piece, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
    return success(null);
  } catch {
    if (temporary !== null) await rm(temporary, { force: true }).catch(() => undefined);
    return failed('file.unwritable');
  } finally {
    if (temporary !== null) unfinished.delete(temporary);
  }
}
