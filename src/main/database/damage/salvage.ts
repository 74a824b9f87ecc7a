/**
 * Reads as many rows as possible of a table in a damaged database. Repeatedly splits unreadable ranges of row
 * ids in half, until only the rows on damaged pages are missing.
 */
import type { SqliteFile, Row } from '../sqlite-file';
import { isDamage, resultCode } from '../failures';

/** Reading a table stops after this many unreadable ranges, which takes a second or two. */
const MAX_FAILURES = 5_000;

/** Row ids to try if the first or the last one cannot be read. */
const DEFAULT_RANGE = { low: 1, high: 2 ** 24 };

/** Whether other rows may still be readable after this error. Other errors affect the whole table. */
function isLocal(error: unknown): boolean {
  const ioError = 10;
  // The driver refuses a row id that damage made larger than a JavaScript number.
  const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_OUT_OF_RANGE';
  return isDamage(error) || resultCode(error) === ioError || isTooLarge;
}

/** The first or last row id; 0 if the table is empty, null if its page is unreadable. */
function boundary(file: SqliteFile, table: string, end: 'min' | 'max'): number | null {
  try {
    const id = file.get(`SELECT ${end}(rowid) AS id FROM ${table} NOT INDEXED`)?.['id'];
    return typeof id === 'number' ? id : 0;
  } catch (error) {
    if (isLocal(error)) return null;
    throw error;
  }
}

function readRange(file: SqliteFile, table: string, low: number, high: number): Row[] {
  const rows = `SELECT * FROM ${table} NOT INDEXED WHERE rowid`;
  // Reading a range also touches the row after it, which may be on a damaged page. Reading one row does not.
  if (low === high) return file.all(`${rows} = ?`, low);
  return file.all(`${rows} BETWEEN ? AND ? ORDER BY rowid`, low, high);
}

/** Adds the readable rows to `rows`, so that rows read before an error are kept. */
function collect(file: SqliteFile, table: string, rows: Row[]): void {
  const low = boundary(file, table, 'min') ?? DEFAULT_RANGE.low;
  const high = boundary(file, table, 'max') ?? DEFAULT_RANGE.high;
  const ranges = [{ low, high }];
  for (let failures = 0; failures < MAX_FAILURES;) {
    const range = ranges.pop();
    if (!range) return;
    try {
      for (const row of readRange(file, table, range.low, range.high)) rows.push(row);
    } catch (error) {
      if (!isLocal(error)) throw error;
      failures++;
      if (range.low >= range.high) continue;
      const middle = Math.floor((range.low + range.high) / 2);
      ranges.push({ low: middle + 1, high: range.high }, { low: range.low, high: middle });
    }
  }
}

/** Every readable row of a table, ordered by row id; none if there is no such table. */
export function salvage(file: SqliteFile, table: string): Row[] {
  const rows: Row[] = [];
  try {
    collect(file, table, rows);
  } catch {
    // The table does not exist or cannot be read any further.
  }
  return rows;
}
