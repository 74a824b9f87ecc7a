/**
 * The random id of a data folder. It separates the folder's keys from those of other folders in the same
 * keychain. It is stored in a separate file, so that keys can be found even if the database is damaged.
 */
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { failed, success, type Result } from '../../shared/result';
import { databaseFailure } from '../database';
import { syncFolder } from '../lib/sync-folder';

/** The name of the file in the data folder. */
export const INDEX_ID_FILE = 'keychain-id';

/** The id of a data folder, in the file `INDEX_ID_FILE`. */
export function indexIdIn(folder: string) {
  const path = join(folder, INDEX_ID_FILE);
  /** The id that this run has read or created. */
  let known: string | null = null;

  function failure(error: unknown): Result<never> {
    return { ok: false, failure: databaseFailure(error, path) ?? { code: 'app.unexpected' } };
  }

  /** The id, or null if none was created yet; then the keychain has no key of this folder. */
  function read(): Result<string | null> {
    try {
      const text = readRegular(path).trim();
      // A damaged file must fail: a new id would orphan the keys listed under the old one.
      if (!/^[0-9a-f]{16}$/.test(text)) return failed('database.io');
      known = text;
      return success(text);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? success(null) : failure(error);
    }
  }

  /** The id. If there is none, creates it and returns once it is safely on the disk. */
  function create(): Result<string> {
    const found = read();
    if (!found.ok) return found;
    if (found.value !== null) return success(found.value);
    try {
      // The file may be gone, with the rest of the folder.
      // Not imported, because the first paint does not need it (row-macs.ts).
      known ??= process.getBuiltinModule('node:crypto').randomBytes(8).toString('hex');
      writeAtomically(path, known);
      syncFolder(folder);
      return success(known);
    } catch (error) {
      return failure(error);
    }
  }

  return {
    read,
    create,
    /** Creates the file again if it is gone: without it, the keychain seems to have nothing of this folder. */
    restore: (): Result<null> => {
      const restored = known === null ? success(null) : create();
      return restored.ok ? success(null) : restored;
    },
  };
}

/**
 * The id of a data folder. The calls may fail with `database.*` or `app.unexpected`, which never means
 * "no id".
 */
export type IndexId = ReturnType<typeof indexIdIn>;

/** More bytes than the file ever has. */
const MAX_BYTES = 64;

/** The text of the file. Empty if it is no regular file: a planted pipe or device would never end. */
function readRegular(path: string): string {
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  const found = lstatSync(path);
  if (!found.isFile() || found.size > MAX_BYTES) return '';
  // Windows has neither flag; there they are undefined, which counts as 0.
  const handle = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  try {
    return readFileSync(handle, 'latin1');
  } finally {
    closeSync(handle);
  }
}

/** Writes a file atomically. Only one instance of the app uses a folder. */
function writeAtomically(path: string, text: string): void {
  const fresh = `${path}-new`;
  rmSync(fresh, { force: true });
  const handle = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(handle, `${text}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, path);
}
