/**
 * Builds the read model from the tables, in steps of a few milliseconds between which everything else goes
 * its way. What is written meanwhile is gathered and brought up to date at the end; a kill on the way leaves
 * tables that count as incomplete.
 */
import { byName, type Named } from '../../../shared/name-order';
import { locale } from '../../../shared/messages/locale';
import * as columns from '../columns';
import type { Context } from '../context';
import type { Database, Sql } from '../database';
import { flushIndexes, mergeIndexes } from './full-text';
import { CountChanges } from './list-counts';
import { addRow, rowsOf, updateRows } from './list-rows';
import { createIndexes, createTables, dropTables, finishTables } from './list-tables';
import { GAP } from './name-order';
import { sortInSlices } from './sort-in-slices';

/** Names read in one step. */
const NAMES = 1_000;
/** Rows added in one step. Each step adds a segment to the full-text index. */
const ROWS = 100;

/** What building needs. */
export interface Rebuilding {
  database: Database;
  context: Context;
  /** For the tables of the read model. */
  sql: Sql;
  /** A transaction that need not survive a power cut, because what it writes can be built again. */
  transact(work: () => unknown): void;
  /** Entries that were touched since it began; emptied in the last steps. */
  touched: Set<string>;
  /** So many entries have their row. */
  onProgress(done: number): void;
  /** What was there is gone, or (`arePagesLost`) was left behind as pages that only a `VACUUM` frees. */
  onDropped(arePagesLost: boolean): void;
}

/** Builds it; after the last step it is whole. Throws errors of the driver. */
export function* rebuild(parts: Rebuilding): Generator<void> {
  const { database, context, sql, transact, touched, onProgress } = parts;
  parts.onDropped(dropTables(database));
  touched.clear();
  transact(() => createTables(database));
  yield;
  const { formats } = locale();
  const named = yield* sortInSlices(yield* readNames(context.sql), byName());
  for (let from = 0; from < named.length; from += ROWS) {
    const some = named.slice(from, from + ROWS);
    transact(() => {
      const rows = rowsOf(
        context,
        some.map(({ id }) => id),
      );
      const counts = new CountChanges();
      for (const [index, { id }] of some.entries()) {
        const row = rows.get(id);
        // One that was touched may have another name than the one by which it was put in order.
        if (row && !touched.has(id)) addRow(sql, counts, row, (from + index) * GAP);
      }
      counts.write(sql);
      flushIndexes(sql);
    });
    onProgress(from + some.length);
    yield;
    if ((from / ROWS) % 16 === 15) yield* mergeIndexes(sql, transact);
  }
  for (const make of createIndexes(database)) {
    transact(make);
    yield;
  }
  // Nothing may come between the last of them and that the tables count as whole.
  while (!finish(parts, formats)) yield;
}

/** Brings some of the entries up to date that were touched meanwhile; says whether those were the last. */
function finish(
  { database, context, sql, transact, touched }: Rebuilding,
  formats: string,
): boolean {
  const some = [...touched].slice(0, ROWS);
  const isLast = some.length === touched.size;
  transact(() => {
    updateRows(context, sql, some);
    flushIndexes(sql);
    if (isLast) finishTables(database, formats);
  });
  for (const id of some) touched.delete(id);
  return isLast;
}

/** All names there are now; entries that are added later are among those touched. */
function* readNames(sql: Sql): Generator<void, Named[]> {
  const named: Named[] = [];
  for (let last = 0; ;) {
    const rows = sql.all(
      'SELECT rowid AS place, id, name FROM organization WHERE rowid > ? ORDER BY rowid LIMIT ?',
      ...[last, NAMES],
    );
    for (const row of rows) {
      const id = columns.toOrganizationId(row['id']);
      if (id !== null) named.push({ id, name: columns.toText(row['name']) });
    }
    if (rows.length < NAMES) return named;
    last = Number(rows.at(-1)?.['place']);
    yield;
  }
}
