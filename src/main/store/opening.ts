/**
 * Opens the database: creates it, brings it to the schema of this app, refuses a newer one without
 * touching it, and moves a damaged one aside. Only "corrupt" and "not a database" mean damage;
 * busy, full, read-only and I/O trouble are failures and change nothing.
 */
import { closeSync, mkdirSync, openSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { failed, success, type Outcome } from '../../shared/failure';
import { Database } from './database';
import { storeFailure } from './failures';
import { migrate } from './migrations';
import { createStore, type StoreOptions } from './store';
import type { Store } from './tables';

/** Name of the database file in its folder. */
export const DATABASE_FILE = 'letterhead.db';

const BUSY_TIMEOUT = 1_000;

/** A database that was moved aside. */
export interface SetAside {
  /** Where it is now. */
  path: string;
  /** Whether rows in it can still be read and taken over. */
  readable: boolean;
}

/** A database that is open. */
export interface OpenedStore {
  store: Store;
  /** The damaged database that was in its place, or null. */
  setAside: SetAside | null;
}

/** Opens the database in `folder`, creating both when needed. */
export function openStore(folder: string, options: StoreOptions): Outcome<OpenedStore> {
  const path = join(folder, DATABASE_FILE);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
    const database = new Database(path, { busyTimeout: options.busyTimeout ?? BUSY_TIMEOUT });
    database.script('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    migrate(database);
    return success({
      store: createStore(database, path, options, () => undefined),
      setAside: null,
    });
  } catch (error) {
    const failure = storeFailure(error, path);
    if (failure) return { ok: false, failure };
    options.onUnexpected?.(error);
    return failed('app.unexpected');
  }
}
