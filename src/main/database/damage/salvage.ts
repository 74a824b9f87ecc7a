/**
 * Reads what can still be read of a table in a damaged database. A range of row ids that cannot be
 * read is halved until only the rows on the damaged page are missing.
 */
import type { Database, Row } from '../database';
import { isDamage, resultCode } from '../failures';

/** How many unreadable ranges are halved before the rest of a table is given up (a second or two). */
const MOST_FAILURES = 5_000;

/** Row ids to look through where even the first or the last cannot be found. */
const UNKNOWN_RANGE = { low: 1, high: 2 ** 24 };

/** Whether other rows may be readable after this error; anything else is true of the whole table. */
function isLocal(error: unknown): boolean {
  const inputOutput = 10;
  // A row id that damage made larger than any number of JavaScript: the driver refuses the answer.
  const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_OUT_OF_RANGE';
  return isDamage(error) || resultCode(error) === inputOutput || tooLarge;
}

/** The first or last row id, 0 for an empty table, null where the page it is on is unreadable. */
function edge(database: Database, table: string, which: 'min' | 'max'): number | null {
  try {
    const id = database.get(`SELECT ${which}(rowid) AS id FROM ${table} NOT INDEXED`)?.['id'];
    return typeof id === 'number' ? id : 0;
  } catch (error) {
    if (isLocal(error)) return null;
    throw error;
  }
}

function readRange(database: Database, table: string, low: number, high: number): Row[] {
  const rows = `SELECT * FROM ${table} NOT INDEXED WHERE rowid`;
  // A range looks beyond its last row, perhaps onto the damaged page; a single row does not.
  if (low === high) return database.all(`${rows} = ?`, low);
  return database.all(`${rows} BETWEEN ? AND ? ORDER BY rowid`, low, high);
}

function halve(database: Database, table: string, rows: Row[]): void {
  const low = edge(database, table, 'min') ?? UNKNOWN_RANGE.low;
  const high = edge(database, table, 'max') ?? UNKNOWN_RANGE.high;
  const ranges = [{ low, high }];
  for (let failures = 0; failures < MOST_FAILURES;) {
    const range = ranges.pop();
    if (!range) return;
    try {
      for (const row of readRange(database, table, range.low, range.high)) rows.push(row);
    } catch (error) {
      if (!isLocal(error)) throw error;
      failures++;
      if (range.low >= range.high) continue;
      const middle = Math.floor((range.low + range.high) / 2);
      ranges.push({ low: middle + 1, high: range.high }, { low: range.low, high: middle });
    }
  }
}

/** Every readable row of a table, in the order of the row ids; none where there is no such table. */
export function salvage(database: Database, table: string): Row[] {
  const rows: Row[] = [];
  try {
    halve(database, table, rows);
  } catch {
    // Not this table's shape: what was read until here is what there is.
  }
  return rows;
}
