/**
 * What a table says of its rows, beside its repository: how they are read, and what comes back from a damaged database.
 * `DECLARED` in tables.ts lists all of them for put-aside.ts and damage/recover.ts.
 */
import { readable } from './columns';
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

/**
 * Declares a table.
 * @param declared.name its name in SQL
 * @param declared.parse parses a row; null if nothing in it can be read
 * @param declared.recover stores a row of a damaged database unless the open one has it or a newer one, and returns
 *   whether it is new. Absent: no one would miss it
 * @param declared.isOffered whether a damaged file is offered for recovery even if only this table can be read, and a page
 *   says that a row of it could not be read
 */
export function declare<T>(declared: {
  name: string;
  parse(row: Row): T | Part<T> | null;
  recover?(context: Context, row: T): boolean;
  isOffered?: true;
}) {
  const { name, parse, recover, isOffered = false } = declared;
  const salvage = (row: Row): T | null => {
    const parsed = parse(row);
    return parsed instanceof Part ? parsed.row : parsed;
  };
  return {
    name,
    isOffered,
    /** Parses a row. Throws `Unreadable` unless all of it can be read. */
    read(row: Row): T {
      const parsed = parse(row);
      return readable(name, parsed instanceof Part ? null : parsed);
    },
    /** Whatever can be read of a row, or null. */
    salvage,
    /** What is left of a row: all of it, these columns instead of its own, or nothing. */
    restOf(row: Row): 'all' | Record<string, Value> | null {
      const parsed = parse(row);
      if (parsed === null) return null;
      return parsed instanceof Part ? parsed.columns : 'all';
    },
    recover:
      recover &&
      ((context: Context, row: Row): boolean => {
        const salvaged = salvage(row);
        return salvaged !== null && recover(context, salvaged);
      }),
  };
}
