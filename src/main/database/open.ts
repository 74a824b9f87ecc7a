/**
 * Opens the database: creates it, refuses a newer one without touching it, and moves a damaged one, or one
 * of an unreleased older schema, aside. Only "corrupt" and "not a database" mean damage; busy, full,
 * read-only and I/O errors are failures and change nothing.
 *
 * First paint waits for this, so an ordinary opening looks only at the header, the schema and the
 * root of every table (under a millisecond); reading everything takes some 5 ms per megabyte and is
 * `check`, for when the window has painted. Damage found then or by any statement has the next
 * opening read everything before it trusts the file.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { failed, success, type Outcome } from '../../shared/failure';
import { buildFresh } from './create';
import {
  checkDone,
  checkRequested,
  damage,
  moveAside,
  requestCheck,
  sizeOf,
  type SetAside,
} from './damage/set-aside';
import { Database } from './database';
import { isDamage, resultCode, storeFailure } from './failures';
import { versionInHeader } from './damage/header';
import { checkFile, checkTables } from './damage/integrity';
import type { ListWork } from './list/builder';
import { SCHEMA_VERSION, schemaVersion, TABLES } from './schema';
import { createStore, type StoreOptions } from './store';
import type { Store } from './tables';
import { unsettled } from './damage/pending-offers';

/** Name of the database file in its folder. */
export const DATABASE_FILE = 'letterhead.db';

/** How long another process may hold the database before it counts as busy, ms. */
const BUSY_TIMEOUT = 1_000;

/** A database that is open. */
export interface OpenedStore {
  store: Store;
  /** What builds the list and keeps it in shape: for `createListBuilder`. */
  list: ListWork;
  /** The newest database set aside, now or at an earlier start, that is not settled; or null. */
  setAside: SetAside | null;
  /** The one after it, once that is settled; or null. */
  nextSetAside(): SetAside | null;
  /**
   * Reads every table to find damage that no statement has met yet (some 5 ms per megabyte): for when
   * nothing else is to be done. `store.damaged` has the next start move it aside.
   */
  check(): Outcome<null>;
  /**
   * The same, so that everything else goes its way meanwhile; `app.stopping` when the store was closed.
   * @param breathe yields to the event loop; called between two tables
   */
  checkInSteps(yieldToEventLoop: () => Promise<void>): Promise<Outcome<null>>;
}

/** Thrown inside this file only: the schema is of a newer app. */
class NewerSchema extends Error {}

/** Thrown inside this file only: the schema is one that was never released. */
class OlderSchema extends Error {}

/**
 * Opens the database in `folder`, creating both when needed (folder 0700, file 0600). Failures:
 * `store.newer`, `store.busy`, `store.full`, `store.read-only`, `store.io`, `app.unexpected`.
 */
export function openStore(folder: string, options: StoreOptions): Outcome<OpenedStore> {
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
    const { database, setAside: moved } = openOrReplace(path, busyTimeout, options.now);
    const { store, list } = createStore(database, path, options, onDamage);
    const nextSetAside = (): SetAside | null => {
      try {
        return unsettled(path, store);
      } catch (error) {
        // A folder that cannot be listed is no reason not to start.
        onUnexpected(error);
        return null;
      }
    };
    const setAside = moved ?? nextSetAside();
    /** Takes the next step of a check; null: there are more. */
    const next = (steps: Iterator<void>): Outcome<null> | null => {
      try {
        return steps.next().done ? success(null) : null;
      } catch (error) {
        if (isDamage(error)) onDamage();
        return failureOf(error);
      }
    };
    const check = (): Outcome<null> => {
      const steps = checkTables(database);
      for (;;) {
        const checked = next(steps);
        if (checked) return checked;
      }
    };
    const checkInSteps: OpenedStore['checkInSteps'] = async (yieldToEventLoop) => {
      const steps = checkTables(database);
      for (;;) {
        const checked = database.isOpen ? next(steps) : failed('app.stopping');
        if (checked) return checked;
        await yieldToEventLoop();
      }
    };
    return success({ store, list, setAside, nextSetAside, check, checkInSteps });
  } catch (error) {
    return error instanceof NewerSchema ? failed('store.newer') : failureOf(error);
  }

  function failureOf(error: unknown): Outcome<never> {
    const failure = storeFailure(error, path);
    if (failure) return { ok: false, failure };
    onUnexpected(error);
    return failed('app.unexpected');
  }
}

function openOrReplace(
  path: string,
  busyTimeout: number,
  now: () => number,
): { database: Database; setAside: SetAside | null } {
  try {
    // A log without its database is what an interrupted move leaves: it must not reach a fresh one.
    if (sizeOf(path) === null && !sizeOf(`${path}-wal`)) buildFresh(path).putInPlace();
    return { database: openExisting(path, busyTimeout), setAside: null };
  } catch (error) {
    const reason = error instanceof OlderSchema ? 'older' : 'damaged';
    if (reason === 'damaged' && !isDamage(error)) throw error;
    // The fresh one first: where there is no room for it, the damaged one stays where it is.
    const fresh = buildFresh(path);
    const setAside = moveAside(path, now(), reason);
    fresh.putInPlace();
    checkDone(path);
    return { database: openExisting(path, busyTimeout), setAside };
  }
}

function openExisting(path: string, busyTimeout: number): Database {
  if (!sizeOf(path)) throw damage('the database file is empty or gone');
  const version = storedVersion(path, busyTimeout);
  if (version > SCHEMA_VERSION) throw new NewerSchema();
  // Put in place only with its tables, so none of ours is older than the first.
  if (version < 1) throw damage('the schema version is none');
  if (version < SCHEMA_VERSION) throw new OlderSchema();
  makePrivate(path);
  const database = new Database(path, { busyTimeout });
  let isChecked: boolean;
  try {
    ofOurs(() =>
      database.script(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON',
      ),
    );
    isChecked = !checkRequested(path) || checkFile(database);
    ofOurs(() => {
      for (const table of TABLES) database.get(`SELECT 1 FROM ${table} NOT INDEXED LIMIT 1`);
    });
  } catch (error) {
    database.close();
    throw error;
  }
  if (isChecked) checkDone(path);
  return database;
}

/** Does what works on every database of ours: SQLite's plain "error" means that this is none. */
function ofOurs<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (resultCode(error) !== 1) throw error;
    throw damage('the schema is not ours', error);
  }
}

/** The schema version of a file that is not to be touched yet. */
function storedVersion(path: string, busyTimeout: number): number {
  if (!sizeOf(`${path}-wal`)) return versionInHeader(path);
  // Read-only, because closing an ordinary connection writes the log into the file.
  const database = new Database(path, { busyTimeout, readOnly: true });
  try {
    return ofOurs(() => schemaVersion(database));
  } finally {
    database.close();
  }
}

/** A database restored or copied by hand may be readable for everybody. */
function makePrivate(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch {
    // Not ours to change, or a read-only disk: opening tells what matters.
  }
}
