/**
 * Implements `Database` (tables.ts) over an open file. `write` runs as follows:
 *
 * 1. Begin a transaction with empty marks, and run the caller's `work` with the repositories.
 * 2. Update the list's rows for the entries that were marked (`ListIndex.update`).
 * 3. Commit, if the open file is still the one at its path. After an error, roll back; the next transaction drops the
 *    marks.
 * 4. Publish the marks on the change feed.
 * 5. Succeed if the file is still there: what was committed to a file that is gone was not saved.
 *
 * `read` is the same without steps 2, 4 and 5. Both return errors as failures instead of throwing. If the tables of
 * the list are damaged, the list is taken out of use and the work runs a second time without it. If a row cannot be
 * read, it is put aside (put-aside.ts), and the work runs again, too.
 */
import { failed, success, type Result } from '../../shared/result';
import { Changes, createChangeFeed, type Writer } from './change-feed';
import { Unreadable } from './columns';
import { damageError } from './damage/set-aside';
import type { Context } from './context';
import type { SqliteFile } from './sqlite-file';
import { databaseFailure } from './failures';
import { ListIndex } from './list/list-index';
import { ListDamage } from './list/list-tables';
import { putAside, type PutAside } from './put-aside';
import { createTryCounter } from './read-order';
import { RowMacs } from './row-macs';
import { tablesOf, type Database, type Tables } from './tables';

/** How long the full-text index is merged between two slices, ms. The last step may take another 8 ms (full-text.ts). */
const MERGE_MS = 4;

/** Dependencies and options of the database. */
export interface DatabaseOptions {
  /** Now, ms since the epoch. */
  now: () => number;
  /** Called with unexpected errors, for the log. */
  onUnexpected?: (error: unknown) => void;
  /** Called with each row that was put aside because it cannot be read, for the log. */
  onUnreadable?: (row: PutAside) => void;
  /** Makes and checks the MACs of rows. Default: with a new key. */
  macs?: RowMacs;
  /** How long to wait for another process that has locked the database, ms. */
  busyTimeout?: number;
}

/**
 * Creates the database over an open file that has the current schema.
 *
 * @param path the database file, for failures
 * @param onDamage called when a statement finds damage, so that the next launch checks the whole file
 */
export function createDatabase(
  file: SqliteFile,
  path: string,
  options: DatabaseOptions,
  onDamage: () => void,
) {
  const onUnexpected = options.onUnexpected ?? (() => undefined);
  const changes = createChangeFeed(onUnexpected);
  const marks = new Changes();
  let isInTransaction = false;
  let closed = false;
  /** Puts aside the rows of a table that cannot be read. Throws errors of the driver. */
  const putRowsAside = (table: string): void => withReadableRows(() => undefined, [table]);
  const index = new ListIndex({ file, path, onUnexpected, onDamage, putAside: putRowsAside });
  const context: Context = {
    sql: file,
    changes: marks,
    rows: index,
    nextTry: createTryCounter(file),
    now: options.now,
    macs: options.macs ?? new RowMacs(),
  };
  const tables = tablesOf(context, index);
  index.open(context);

  function transact<T>(
    begin: 'BEGIN' | 'BEGIN IMMEDIATE',
    work: (tables: Tables) => T,
    waits = true,
  ): T {
    if (isInTransaction) throw new Error('a transaction inside another');
    isInTransaction = true;
    try {
      const whole = (): T => {
        // Drops the marks of a transaction that was rolled back.
        marks.take();
        index.begin();
        const value = work(tables);
        // An async function would continue after its first `await` outside of the transaction.
        if (value instanceof Promise) throw new Error('work of a transaction must not be async');
        if (begin === 'BEGIN IMMEDIATE') index.update();
        return value;
      };
      return file.transaction(begin, whole, waits);
    } catch (error) {
      index.rolledBack();
      throw error;
    } finally {
      isInTransaction = false;
    }
  }

  /** Runs `work`. If the list turns out to be damaged, takes it out of use and runs `work` again. */
  function retryWithoutDamagedList<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ListDamage)) throw error;
      index.damaged(error);
      changes.publishInMemory((inMemory) => inMemory.topic('list'));
      return work();
    }
  }

  function attempt<T>(
    begin: 'BEGIN' | 'BEGIN IMMEDIATE',
    work: (tables: Tables) => T,
    waits = true,
  ): Result<T> {
    return outcomeOf(() =>
      withReadableRows(() => retryWithoutDamagedList(() => transact(begin, work, waits))),
    );
  }

  function write<T>(work: (tables: Tables) => T, by: Writer | null, waits: boolean): Result<T> {
    const result = attempt('BEGIN IMMEDIATE', work, waits);
    if (!result.ok) return result;
    const inPlace = outcomeOf(() => file.expectInPlace());
    changes.committed(marks, by);
    return inPlace.ok ? result : inPlace;
  }

  /**
   * Runs `work`. If it finds a row that cannot be read, puts aside all such rows of its table and runs `work` again.
   * @param tables those whose unreadable rows are put aside first
   */
  function withReadableRows<T>(work: () => T, tables: readonly string[] = []): T {
    try {
      if (tables.length > 0) putAsideIn(tables);
      return work();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      // Putting aside did not help: the row is in an index but not in its table, or the other way round.
      if (tables.includes(error.table)) throw damageError(error.message, error);
      return withReadableRows(work, [...tables, error.table]);
    }
  }

  function putAsideIn(tables: readonly string[]): void {
    const found = retryWithoutDamagedList(() =>
      transact('BEGIN IMMEDIATE', () => tables.flatMap((table) => putAside(context, table))),
    );
    changes.committed(marks, null);
    for (const row of found) options.onUnreadable?.(row);
  }

  function outcomeOf<T>(work: () => T): Result<T> {
    // Work that was running when the app quit may still try to store its result.
    if (closed) return failed('app.stopping');
    try {
      return success(work());
    } catch (error) {
      const failure = databaseFailure(error, path);
      if (failure?.code === 'database.damaged') onDamage();
      if (failure) return { ok: false, failure };
      onUnexpected(error);
      return failed('app.unexpected');
    }
  }

  const database: Database = {
    read: (work) => attempt('BEGIN', work),
    macs: context.macs,
    write: (work, by: Writer | null = null) => write(work, by, true),
    writeSlice: (work) => write(work, 'slice', false),
    flush: () =>
      outcomeOf(() => {
        file.flush();
        return null;
      }),
    checkpoint() {
      if (closed || file.checkpoint()) return !closed;
      // Otherwise a batch leaves more segments than FTS5 merges in a few ms.
      const isDue = index.isMergeDue;
      if (isDue) index.work(MERGE_MS);
      return isDue;
    },
    changes,
    close() {
      closed = true;
      try {
        file.close();
      } catch (error) {
        onUnexpected(error);
      }
    },
  };
  return {
    database,
    /** Builds and maintains the list; for `createListBuilder`. */
    list: {
      /**
       * Works for about `ms` milliseconds.
       * @returns whether there is more to do
       */
      work(ms: number): Result<boolean> {
        if (closed) return success(false);
        const more = index.work(ms);
        file.checkpoint();
        // The segments that were merged are not read again.
        if (more.ok && !more.value) file.releaseMemory();
        return more;
      },
      /** Whether segments of the full-text index wait to be merged. */
      get isMergeDue(): boolean {
        return index.isMergeDue;
      },
      /** Whether the list can be queried. */
      get isBuilt(): boolean {
        return index.isBuilt;
      },
    },
    putAside: putRowsAside,
  };
}

/** The background work on the read model of an open database. */
export type ListWork = ReturnType<typeof createDatabase>['list'];
