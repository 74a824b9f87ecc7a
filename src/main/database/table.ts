/**
 * What a table declares of its rows, beside its repository: how one is parsed, and how it comes back from a damaged
 * database. `DECLARED` in tables.ts lists the tables whose rows a person would miss; the others ignore rows that cannot
 * be read.
 */
import { Unreadable } from './columns';
import type { Context } from './context';
import type { Row, Value } from './sqlite-file';

/** A row of which only a part can be read, and the columns that keep that part. */
export class Part<T> {
  readonly row: T;
  readonly columns: Record<string, Value>;

  constructor(row: T, columns: Record<string, Value>) {
    this.row = row;
    this.columns = columns;
  }
}

/** What a table declares of its rows. */
export interface Table<T = unknown> {
  /** Its name in SQL. */
  name: string;
  /**
   * A damaged file is offered for recovery even if only this table can be read. If a row cannot be read, the page of its
   * organization says so.
   */
  isOffered?: true;
  /** SQL condition: a row without the rows of other tables that it is nothing without. It counts as unreadable. */
  isAlone?: string;
  /** Parses a row; null if nothing in it can be read. */
  parse(row: Row): T | Part<T> | null;
  /**
   * Stores a row of a damaged database unless there is a newer one; returns whether it is new. Absent: it does not come
   * back, or comes back as a draft (damage/recover.ts).
   */
  recover?(context: Context, row: T): boolean;
}

/** Parses a row. Throws `Unreadable` unless all of it can be read. */
export function readRow<T>(table: Table<T>, row: Row): T {
  const parsed = table.parse(row);
  if (parsed === null || parsed instanceof Part) throw new Unreadable(table.name);
  return parsed;
}

/** Whatever can be read of a row, or null. */
export function salvageRow<T>(table: Table<T>, row: Row): T | null {
  const parsed = table.parse(row);
  return parsed instanceof Part ? parsed.row : parsed;
}
