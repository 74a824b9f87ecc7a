/**
 * The number of rows with each flag, per sign-in. Stored and updated in the same transaction as the rows,
 * because counting 100,000 rows would take some milliseconds at every launch and for every page of the list.
 */
import type { ListFilter, ListQuery } from '../../../shared/list-query';
import * as columns from '../columns';
import type { Row, Sql, Value } from '../database';

/** What is counted: `total` counts all rows, the others the rows with this flag. */
const COUNTED = ['total', 'attention', 'draft', 'waiting', 'unread'] as const;
type Counted = (typeof COUNTED)[number];
type Counts = Record<Counted, number>;

/** Key for entries without a sign-in. */
const NO_SIGN_IN = '';

const keyOf = (credentialId: unknown): string =>
  typeof credentialId === 'string' ? credentialId : NO_SIGN_IN;

/** SQL that creates the table. A count below zero contradicts the rows, so the constraint leads to a rebuild. */
export const CREATE_COUNTS = `
CREATE TABLE list_count (
  credential_id TEXT PRIMARY KEY,   -- '': entries without a sign-in
  ${COUNTED.map((name) => `${name} REAL NOT NULL DEFAULT 0 CHECK (${name} >= 0)`).join(',\n  ')}
) STRICT, WITHOUT ROWID;
`;

const ADD = `UPDATE list_count SET ${COUNTED.map((name) => `${name} = ${name} + ?`).join(', ')}
  WHERE credential_id = ?`;

/** Sums up the changes of a transaction, so that the counts of each sign-in are written only once. */
export class CountChanges {
  readonly #changes = new Map<string, Counts>();

  /**
   * Counts an added or removed row.
   * @param values the columns of the row
   * @param sign 1 if it was added, -1 if it was removed
   */
  count(values: Readonly<Record<string, Value>>, sign: 1 | -1): void {
    const key = keyOf(values['credential_id']);
    const changes = this.#changes.get(key) ?? emptyCounts();
    for (const name of COUNTED) {
      if (name === 'total' || values[name] !== 0) changes[name] += sign;
    }
    this.#changes.set(key, changes);
  }

  /** Writes the sums. Call after all changes of rows in the transaction. */
  write(sql: Sql): void {
    for (const [key, changes] of this.#changes) addTo(sql, key, changes);
    this.#changes.clear();
  }
}

function emptyCounts(): Counts {
  return { total: 0, attention: 0, draft: 0, waiting: 0, unread: 0 };
}

function addTo(sql: Sql, key: string, changes: Counts): void {
  const numbers = COUNTED.map((name) => changes[name]);
  if (numbers.every((number) => number === 0)) return;
  sql.run('INSERT OR IGNORE INTO list_count (credential_id) VALUES (?)', key);
  sql.run(ADD, ...numbers, key);
  sql.run('DELETE FROM list_count WHERE credential_id = ? AND total = 0', key);
}

/**
 * Updates the counts of rows whose attention is about to change. Call before the statement that changes it.
 * @param newAttention SQL expression for the new value of `attention`
 * @param where SQL condition that selects the rows, with `values`
 */
export function recountAttention(
  sql: Sql,
  newAttention: string,
  where: string,
  ...values: Value[]
): void {
  const changed = sql.all(
    `SELECT credential_id, sum((${newAttention} <> 0) - (attention <> 0)) AS difference
     FROM organization_row WHERE ${where} GROUP BY credential_id`,
    ...values,
  );
  for (const { credential_id, difference } of changed) {
    addTo(sql, keyOf(credential_id), { ...emptyCounts(), attention: Number(difference) });
  }
}

/** Moves the counts of a sign-in to the counts of entries without a sign-in. */
export function moveCountsToNoSignIn(sql: Sql, credentialId: string): void {
  const released = sql.get('SELECT * FROM list_count WHERE credential_id = ?', credentialId);
  if (!released) return;
  sql.run('DELETE FROM list_count WHERE credential_id = ?', credentialId);
  addTo(sql, NO_SIGN_IN, toCounts(released));
}

function toCounts(row: Row): Counts {
  const numbers = COUNTED.map((name) => [name, columns.toNumber(row[name])]);
  return Object.fromEntries(numbers) as Counts;
}

const SUMS = COUNTED.map((name) => `sum(${name}) AS ${name}`).join(', ');

function countsOf(sql: Sql, signIn: ListQuery['signIn']): Counts {
  const row =
    signIn === null
      ? sql.get(`SELECT ${SUMS} FROM list_count`)
      : sql.get(
          'SELECT * FROM list_count WHERE credential_id = ?',
          signIn === 'none' ? NO_SIGN_IN : signIn,
        );
  return toCounts(row ?? {});
}

/** Number of entries per filter, among all entries or those of a sign-in. */
export function filterCounts(sql: Sql, signIn: ListQuery['signIn']): Record<ListFilter, number> {
  const { total, attention, draft, waiting } = countsOf(sql, signIn);
  return { all: total, attention, drafts: draft, waiting };
}

/** Number of entries whose profile was never fetched. */
export function unreadCount(sql: Sql): number {
  return countsOf(sql, null).unread;
}

/** Number of entries per sign-in, by sign-in id. */
export function countsBySignIn(sql: Sql): Map<string, number> {
  const rows = sql.all('SELECT credential_id AS id, total FROM list_count');
  return new Map(
    rows
      .filter(({ id }) => id !== NO_SIGN_IN)
      .map(({ id, total }) => [String(id), columns.toNumber(total)]),
  );
}
