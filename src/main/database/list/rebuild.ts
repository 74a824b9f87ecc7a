/**
 * Builds the read model (list-tables.ts) from the other tables, in steps of a few milliseconds, so that the app
 * can do other work in between. Entries that are written in the meantime are updated at the end. If the app is
 * killed, the tables are still marked as incomplete.
 */
import { byName, type Named } from '../../../shared/name-order';
import { locale } from '../../../shared/messages/locale';
import * as columns from '../columns';
import type { Context } from '../context';
import type { SqliteFile, Sql } from '../sqlite-file';
import { flushIndexes, mergeIndexes } from './full-text';
import { CountChanges } from './list-counts';
import { buildParents } from './list-parents';
import { addRow, rowsOf, updateRows } from './list-rows';
import { createIndexes, createTables, dropTables, finishTables } from './list-tables';
import { PLACE_GAP } from './name-order';
import { listedName } from './row-columns';
import { sortInSlices } from './sort-in-slices';

/** Names read in one step. */
const NAMES_PER_STEP = 1_000;
/** Rows added in one step. Each step adds a segment to the full-text index. */
const ROWS_PER_STEP = 100;
/** Steps after which the segments are merged, so that they do not pile up until the end. */
const STEPS_PER_MERGE = 16;

/** Dependencies of a rebuild. */
export interface RebuildOptions {
  file: SqliteFile;
  context: Context;
  /** Statements on the tables of the read model. */
  sql: Sql;
  /** Runs a transaction that need not survive a power failure, because its data can be rebuilt. */
  transact(work: () => unknown): void;
  /** The ids of entries that are written during the rebuild. The last steps process and remove them. */
  touched: Set<string>;
  /** Called with the number of entries that have their row by now. */
  onProgress(done: number): void;
  /**
   * Called once the old tables are gone. `arePagesLost`: whether they left pages behind that only `VACUUM`
   * frees.
   */
  onDropped(arePagesLost: boolean): void;
}

/** Rebuilds the read model. It is complete after the last step. Throws errors of the driver. */
export function* rebuild(options: RebuildOptions): Generator<void> {
  const { file, context, sql, transact, touched, onProgress } = options;
  options.onDropped(dropTables(file));
  touched.clear();
  transact(() => createTables(file));
  yield;
  const { formats } = locale();
  const named = yield* sortInSlices(yield* readNames(context.sql), byName());
  for (let from = 0; from < named.length; from += ROWS_PER_STEP) {
    const some = named.slice(from, from + ROWS_PER_STEP);
    transact(() => {
      const rows = rowsOf(
        context,
        some.map(({ id }) => id),
      );
      const counts = new CountChanges();
      for (const [index, { id }] of some.entries()) {
        const row = rows.get(id);
        // A touched entry may have a different name by now, which does not fit its place.
        if (row && !touched.has(id)) addRow(sql, counts, row, (from + index) * PLACE_GAP);
      }
      counts.write(sql);
      flushIndexes(sql);
    });
    onProgress(from + some.length);
    yield;
    const steps = from / ROWS_PER_STEP + 1;
    if (steps % STEPS_PER_MERGE === 0) yield* mergeIndexes(sql, transact);
  }
  for (const createIndex of createIndexes(file)) {
    transact(createIndex);
    yield;
  }
  yield* buildParents(context, sql, transact);
  while (!catchUp(options, formats)) yield;
}

/**
 * Updates some of the touched entries. The transaction that updates the last ones also marks the tables as
 * complete, so that no write can come in between.
 * @returns whether those were the last ones
 */
function catchUp(
  { file, context, sql, transact, touched }: RebuildOptions,
  formats: string,
): boolean {
  const some = [...touched].slice(0, ROWS_PER_STEP);
  const isLast = some.length === touched.size;
  transact(() => {
    updateRows(context, sql, some);
    flushIndexes(sql);
    if (isLast) finishTables(file, formats);
  });
  for (const id of some) touched.delete(id);
  return isLast;
}

/** Reads the names of all entries. Entries added later are in `touched`. */
function* readNames(sql: Sql): Generator<void, Named[]> {
  const named: Named[] = [];
  for (let last = 0; ;) {
    const rows = sql.all(
      `SELECT rowid AS row, id, kind, name, parent_name FROM organization
       WHERE rowid > ? ORDER BY rowid LIMIT ?`,
      last,
      NAMES_PER_STEP,
    );
    for (const row of rows) {
      const id = columns.toEntryId(row['id']);
      if (id !== null) named.push({ id, name: listedName(columns.toEntryName(row)) });
    }
    if (rows.length < NAMES_PER_STEP) return named;
    last = Number(rows.at(-1)?.['row']);
    yield;
  }
}
