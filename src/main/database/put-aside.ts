/**
 * Puts rows aside that cannot be read, because the file was edited or its disk is failing: copies them to the table
 * `unreadable`, so that nothing that a person typed is thrown away, and keeps only what can be read of them. A reader
 * that meets one throws `Unreadable`; the database calls `putAside` and runs the work again (database.ts). The check after the
 * launch finds those that break a `CHECK` (damage/integrity.ts).
 */
import { toAddition } from './addition-table';
import * as columns from './columns';
import { markEntry, type Context } from './context';
import type { Row, Value } from './sqlite-file';
import { toDraft } from './draft-table';
import { toOutbox } from './outbox-table';
import { toProfileRow } from './profile-table';
import { toRateLimit } from './rate-limit-table';
import { toRevision } from './revision-table';
import { toSetting } from './setting-table';

/** A row that was put aside, for the log, which never gets its content. */
export interface PutAside {
  table: string;
  /** Organization id or setting name; '' if unknown. */
  id: string;
}

/** What is left of a row: all of it, nothing, or these columns instead of its own. */
type Rest = 'all' | 'nothing' | Record<string, Value>;

const allOrNothing = (parse: (row: Row) => unknown) => (row: Row) =>
  parse(row) === null ? 'nothing' : 'all';

/** How much of a row can be read, by table. No other table has rows that cannot be read at all. */
const REST: Record<string, (row: Row) => Rest> = {
  profile: allOrNothing(toProfileRow),
  draft(stored) {
    const { row, isWhole } = toDraft(stored);
    if (isWhole) return 'all';
    return row ? { patch: columns.toJson(row.patch) } : 'nothing';
  },
  outbox(stored) {
    const { row, isWhole } = toOutbox(stored);
    if (isWhole) return 'all';
    if (!row) return 'nothing';
    // Without a MAC it is refused, and waits for the person.
    return {
      patch: columns.toJson(row.patch),
      attempted: columns.toJson(row.attempted),
      remote: row.remote && columns.fromProfile(row.remote),
      state: row.state,
      mac: null,
    };
  },
  abandoned: allOrNothing((row) => columns.toEdits(row['texts'])),
  revision: allOrNothing(toRevision),
  setting: allOrNothing(toSetting),
  rate_limit: allOrNothing(toRateLimit),
  addition: allOrNothing(toAddition),
};

/** Tables with texts that a person typed: the page of the organization says that some are lost. */
const TYPED: readonly string[] = ['draft', 'outbox'];

/** Rows read at a time. */
const PAGE_SIZE = 100;

/** Puts the rows of a table aside that cannot be read, and returns them. Call inside a write transaction. */
export function putAside(context: Context, table: string): PutAside[] {
  const { sql } = context;
  const rest = REST[table];
  const found: PutAside[] = [];
  const PAGE = `SELECT *, rowid AS place FROM ${table} NOT INDEXED WHERE rowid > ?
    ORDER BY rowid LIMIT ${PAGE_SIZE}`;
  for (let after: unknown = Number.MIN_SAFE_INTEGER; rest;) {
    const page = sql.all(PAGE, after as number);
    for (const { place, ...row } of page) {
      const left = rest(row);
      if (left !== 'all') found.push(putRowAside(context, table, place as number, row, left));
    }
    if (page.length < PAGE_SIZE) break;
    after = page.at(-1)?.['place'];
  }
  return found;
}

function putRowAside(
  context: Context,
  table: string,
  place: number,
  row: Row,
  rest: Exclude<Rest, 'all'>,
): PutAside {
  const { sql, changes, now } = context;
  const id = String(row['entry_id'] ?? row['name'] ?? '');
  sql.run(
    'INSERT INTO unreadable (source, entry_id, at, is_shown, row) VALUES (?, ?, ?, ?, ?)',
    table,
    id,
    now(),
    TYPED.includes(table) ? 1 : 0,
    columns.toJson(row),
  );
  if (rest === 'nothing') sql.run(`DELETE FROM ${table} WHERE rowid = ?`, place);
  else {
    const set = Object.keys(rest).map((column) => `${column} = ?`);
    sql.run(`UPDATE ${table} SET ${set.join(', ')} WHERE rowid = ?`, ...Object.values(rest), place);
  }
  if (columns.toEntryId(row['entry_id']) !== null) markEntry(context, id);
  // What sends, adds and shows jobs looks again.
  for (const topic of ['outbox', 'jobs', 'additions'] as const) changes.topic(topic);
  return { table, id };
}
