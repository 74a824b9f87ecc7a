/**
 * Opens the database. Creates it if necessary. A database of a newer app version is left untouched. A damaged
 * database, or one with an older schema that was never released, is moved aside and replaced. Only SQLite's
 * errors "corrupt" and "not a database" mean damage. After busy, full, read-only and I/O errors, opening fails
 * and changes nothing.
 *
 * The first paint waits for this, so opening normally reads only the header, the schema and the root page of
 * every table, in less than a millisecond. Once the window has painted, `check` reads everything, at about 5 ms
 * per megabyte. If `check` or any other statement finds damage, the next launch checks the whole file before
 * using it.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { failed, success, type Result } from '../../shared/result';
import { createDatabaseFile } from './create';
import {
  clearCheckRequest,
  damageError,
  finishMove,
  isCheckRequested,
  moveAside,
  requestCheck,
  sizeOf,
  type SetAside,
} from './damage/set-aside';
import { SqliteFile } from './sqlite-file';
import { isDamage, resultCode, databaseFailure } from './failures';
import { versionInHeader } from './damage/header';
import { checkFile, checkTables, expectExactSchema } from './damage/integrity';
import { SCHEMA_VERSION, schemaVersion, TABLES } from './schema';
import { placeOf, rescue, type Place } from './damage/rescue';
import { createDatabase, type DatabaseOptions } from './database';
import { newestOffer } from './damage/pending-offers';

/** Name of the database file in its folder. */
export const DATABASE_FILE = 'letterhead.db';

/** How long to wait for another process that has locked the database, ms. */
const BUSY_TIMEOUT = 1_000;

/** The schema is that of a newer app. Thrown only within this file. */
class NewerSchema extends Error {}

/** The schema was never released. Thrown only within this file. */
class OlderSchema extends Error {}

/**
 * Opens the database in `folder` and creates both if necessary (folder 0700, file 0600). Failures:
 * `database.newer`, `database.busy`, `database.full`, `database.read-only`, `database.io`, `app.unexpected`.
 */
export function openDatabase(folder: string, options: DatabaseOptions) {
  const path = join(folder, DATABASE_FILE);
  const onUnexpected = options.onUnexpected ?? (() => undefined);
  const busyTimeout = options.busyTimeout ?? BUSY_TIMEOUT;
  const onDamage = (): void => {
    try {
      requestCheck(path);
    } catch (error) {
      onUnexpected(error);
    }
  };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { file, setAside: justSetAside } = openOrReplace(path, busyTimeout, options.now);
    const { database, list, putAside } = createDatabase(file, path, options, onDamage);
    /** The next such database, after `markSetAsideHandled` was called for the previous one; or null. */
    const nextSetAside = (): SetAside | null => {
      try {
        return newestOffer(path, database);
      } catch (error) {
        // The app starts even if the folder cannot be listed.
        onUnexpected(error);
        return null;
      }
    };
    /**
     * The newest database that was set aside, now or at an earlier launch, and that the person has not dealt with;
     * or null.
     */
    const setAside = justSetAside ?? nextSetAside();
    /** Runs the next step of a check and returns its result; null if there are more steps. */
    const runStep = (steps: Iterator<void>): Result<null> | null => {
      try {
        return steps.next().done ? success(null) : null;
      } catch (error) {
        if (isDamage(error)) onDamage();
        return failureOf(error);
      }
    };
    /**
     * Reads every table to find damage that no statement has found yet, at about 5 ms per megabyte. On
     * `database.damaged`, the next launch moves the database aside.
     */
    const check = (): Result<null> => {
      const steps = checkTables(file, putAside);
      for (;;) {
        const checked = runStep(steps);
        if (checked) return checked;
      }
    };
    /**
     * Like `check`, but yields to the event loop after every table. Fails with `app.stopping` if the database is
     * closed in between.
     */
    const checkInSteps = async (yieldToEventLoop: () => Promise<void>): Promise<Result<null>> => {
      const steps = checkTables(file, putAside);
      for (;;) {
        const checked = file.isOpen ? runStep(steps) : failed('app.stopping');
        if (checked) {
          // It has read each table, so what the cache holds of them is of no use to anyone.
          if (file.isOpen) file.releaseMemory();
          return checked;
        }
        await yieldToEventLoop();
      }
    };
    const attempt = <T>(work: () => T): Result<T> => {
      try {
        return success(work());
      } catch (error) {
        return failureOf(error);
      }
    };
    /** What is at the database's path now. Fails with `database.*`. */
    const place = (): Result<Place> => attempt(() => placeOf(file, path));
    return success({
      database,
      /** Builds and maintains the list; for `createListBuilder`. */
      list,
      setAside,
      nextSetAside,
      check,
      checkInSteps,
      place,
      /** Whether the database is open and its file is not, or cannot be, found in its place. */
      isMoved(): boolean {
        if (!file.isOpen) return false;
        const found = place();
        return !found.ok || found.value !== 'same';
      },
      /**
       * After the open file was moved, replaced or deleted (`database.moved`): writes all that it contains into a new file,
       * which is then the open one. It gets the old path if nothing is there; otherwise it is set aside beside what is
       * there, and the next launch offers to recover it. Fails with `database.*`.
       */
      rescue: (): Result<null> =>
        attempt(() => {
          rescue(file, path, options.now());
          return null;
        }),
    });
  } catch (error) {
    return error instanceof NewerSchema ? failed('database.newer') : failureOf(error);
  }

  function failureOf(error: unknown): Result<never> {
    const failure = databaseFailure(error, path);
    if (failure) return { ok: false, failure };
    onUnexpected(error);
    return failed('app.unexpected');
  }
}

/** An open database. */
export type OpenedDatabase = Extract<ReturnType<typeof openDatabase>, { ok: true }>['value'];

function openOrReplace(
  path: string,
  busyTimeout: number,
  now: () => number,
): { file: SqliteFile; setAside: SetAside | null } {
  try {
    finishMove(path);
    // A database that was deleted or moved by hand leaves its log behind, which a new database must not use.
    if (sizeOf(path) === null && !sizeOf(`${path}-wal`)) createDatabaseFile(path).moveIntoPlace();
    return { file: openExisting(path, busyTimeout), setAside: null };
  } catch (error) {
    const reason = error instanceof OlderSchema ? 'older' : 'damaged';
    if (reason === 'damaged' && !isDamage(error)) throw error;
    // Create the new database first: if the disk is full, the damaged one stays where it is.
    const fresh = createDatabaseFile(path);
    const setAside = moveAside(path, now(), reason);
    fresh.moveIntoPlace();
    return { file: openExisting(path, busyTimeout), setAside };
  }
}

function openExisting(path: string, busyTimeout: number): SqliteFile {
  if (!sizeOf(path)) throw damageError('the database file is empty or gone');
  const version = storedVersion(path, busyTimeout);
  if (version > SCHEMA_VERSION) throw new NewerSchema();
  // Our databases always have a version, because they get their name only after their schema.
  if (version < 1) throw damageError('there is no schema version');
  if (version < SCHEMA_VERSION) throw new OlderSchema();
  makePrivate(path);
  const file = new SqliteFile(path, { busyTimeout });
  let isChecked: boolean;
  try {
    expectOurSchema(() => expectExactSchema(file));
    expectOurSchema(() => file.useWriteAheadLog());
    isChecked = !isCheckRequested(path) || checkFile(file);
    expectOurSchema(() => {
      for (const table of TABLES) file.get(`SELECT 1 FROM ${table} NOT INDEXED LIMIT 1`);
    });
  } catch (error) {
    file.close();
    throw error;
  }
  if (isChecked) clearCheckRequest(path);
  return file;
}

/** Runs statements that work with our schema. SQLite's generic error (1) means that the schema is not ours. */
function expectOurSchema<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (resultCode(error) !== 1) throw error;
    throw damageError('the schema is not ours', error);
  }
}

/** The schema version of a file, without changing the file. */
function storedVersion(path: string, busyTimeout: number): number {
  if (!sizeOf(`${path}-wal`)) return versionInHeader(path);
  // Read-only, because closing a normal connection writes the log into the file.
  const file = new SqliteFile(path, { busyTimeout, readOnly: true });
  try {
    return expectOurSchema(() => schemaVersion(file));
  } finally {
    file.close();
  }
}

/** Removes access by other users, which a database restored or copied by hand may have. */
function makePrivate(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch {
    // Owned by another user, or a read-only disk. If that matters, opening fails.
  }
}
