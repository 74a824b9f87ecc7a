/**
 * Reads what can still be read of a table in a damaged database. A range of row ids that cannot be
 * read is halved until only the rows on the damaged page are missing.
 */
import type { Database, Row } from './database';

/** How many unreadable ranges are halved before the rest of a table is given up (about a second). */
const MOST_FAILURES = 20_000;

/** Row ids to look through where even the first and last cannot be found. */
const UNKNOWN_RANGE = { low: 1, high: 2 ** 24 };

function edge(database: Database, table: string, which: 'min' | 'max'): number | null {
  try {
    const id = database.get(`SELECT ${which}(rowid) AS id FROM ${table} NOT INDEXED`)?.['id'];
    return typeof id === 'number' ? id : 0;
  } catch {
    return null;
  }
}

/** Every readable row of a table, in the order of the row ids. Never throws. */
export function salvage(database: Database, table: string): Row[] {
  const low = edge(database, table, 'min') ?? UNKNOWN_RANGE.low;
  const high = edge(database, table, 'max') ?? UNKNOWN_RANGE.high;
  const rows: Row[] = [];
  const ranges = [{ low, high }];
  for (let failures = 0; failures < MOST_FAILURES;) {
    const range = ranges.pop();
    if (!range) break;
    try {
      const sql = `SELECT * FROM ${table} NOT INDEXED WHERE rowid BETWEEN ? AND ? ORDER BY rowid`;
      for (const row of database.all(sql, range.low, range.high)) rows.push(row);
    } catch {
      failures++;
      if (range.low >= range.high) continue;
      const middle = Math.floor((range.low + range.high) / 2);
      ranges.push({ low: middle + 1, high: range.high }, { low: range.low, high: middle });
    }
  }
  return rows;
}
