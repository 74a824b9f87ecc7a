/**
 * The number of rows with each flag, per sign-in: of all rows, of each group, parent and label. Stored and updated
 * in the same transaction as the rows, because counting 100,000 rows would take some milliseconds at every launch
 * and for every page of the list.
 */
import type { ListFilter, ListQuery } from '../../../shared/list-query';
import { labelKey } from '../../../shared/labels';
import * as columns from '../columns';
import type { Row, Sql, Value } from '../sqlite-file';
import { labelCondition, labelKeys } from './row-labels';

/** What is counted: `total` counts all rows, the others the rows with this flag. */
const COUNTED = ['total', 'attention', 'changed', 'unread', 'account'] as const;
type Counted = (typeof COUNTED)[number];
type Counts = Record<Counted, number>;

/** The column that counts what a filter shows. */
const FILTER_COUNTS: Record<ListFilter, Counted> = {
  all: 'total',
  attention: 'attention',
  changes: 'changed',
};

/** Key for entries without a sign-in. */
const NO_SIGN_IN = '';

/** The scope of all rows. */
const ALL = '';
/** Precedes the id of a parent in the scope of what the filter by it shows. */
const PARENT = 'parent ';
/** Precedes the key of a label in the scope of what the filter by it shows. */
const LABEL = 'label ';
/** Precedes the id of a group in its scope. */
const GROUP = 'group ';

/** The filters that have counts of their own, and may be combined. */
export type CountedQuery = Pick<ListQuery, 'signIn' | 'parent' | 'label'>;

const keyOf = (signInId: unknown): string => (typeof signInId === 'string' ? signInId : NO_SIGN_IN);

/** The scopes that a row counts in. A group's head is also what the filter by it shows. */
function scopesOf(row: Readonly<Record<string, unknown>>): string[] {
  const scopes = [ALL, GROUP + String(row['group_id'])];
  if (typeof row['parent_id'] === 'string') scopes.push(PARENT + row['parent_id']);
  if (row['member'] === 0) scopes.push(PARENT + String(row['group_id']));
  for (const key of labelKeys(row['labels'])) scopes.push(LABEL + key);
  return scopes;
}

/** SQL that creates the table. A count below zero contradicts the rows, so the constraint leads to a rebuild. */
export const CREATE_COUNTS = `
CREATE TABLE list_count (
  scope TEXT NOT NULL,          -- '': all rows; otherwise a parent, a group or a label
  sign_in_id TEXT NOT NULL,  -- '': entries without a sign-in
  ${COUNTED.map((name) => `${name} REAL NOT NULL DEFAULT 0 CHECK (${name} >= 0)`).join(',\n  ')},
  PRIMARY KEY (scope, sign_in_id)
) STRICT, WITHOUT ROWID;
`;

const ADD = `UPDATE list_count SET ${COUNTED.map((name) => `${name} = ${name} + ?`).join(', ')}
  WHERE scope = ? AND sign_in_id = ?`;

/** Sums up the changes of a transaction, so that the counts of each scope are written only once. */
export class CountChanges {
  /** By scope and sign-in. */
  readonly #changes = new Map<string, Map<string, Counts>>();

  /**
   * Counts an added or removed row.
   * @param values the columns of the row
   * @param sign 1 if it was added, -1 if it was removed
   */
  count(values: Readonly<Record<string, Value>>, sign: 1 | -1): void {
    const change = emptyCounts();
    for (const name of COUNTED) if (name === 'total' || values[name] !== 0) change[name] = sign;
    this.add(values, change);
  }

  /**
   * Adds to the counts of the scopes that a row counts in.
   * @param row with its sign-in, parent and group
   */
  add(row: Readonly<Record<string, unknown>>, change: Readonly<Counts>): void {
    const key = keyOf(row['sign_in_id']);
    for (const scope of scopesOf(row)) {
      const ofScope = this.#changes.get(scope) ?? new Map<string, Counts>();
      this.#changes.set(scope, ofScope);
      const changes = ofScope.get(key) ?? emptyCounts();
      ofScope.set(key, changes);
      for (const name of COUNTED) changes[name] += change[name];
    }
  }

  /** Writes the sums. Call after all changes of rows in the transaction. */
  write(sql: Sql): void {
    for (const [scope, ofScope] of this.#changes) {
      for (const [key, changes] of ofScope) addTo(sql, scope, key, changes);
    }
    this.#changes.clear();
  }
}

function emptyCounts(): Counts {
  return { total: 0, attention: 0, changed: 0, unread: 0, account: 0 };
}

function addTo(sql: Sql, scope: string, key: string, changes: Counts): void {
  const numbers = COUNTED.map((name) => changes[name]);
  if (numbers.every((number) => number === 0)) return;
  sql.run('INSERT OR IGNORE INTO list_count (scope, sign_in_id) VALUES (?, ?)', scope, key);
  sql.run(ADD, ...numbers, scope, key);
  sql.run('DELETE FROM list_count WHERE scope = ? AND sign_in_id = ? AND total = 0', scope, key);
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
    `SELECT sign_in_id, parent_id, group_id, member, labels,
       sum((${newAttention} <> 0) - (attention <> 0)) AS difference
     FROM organization_row WHERE ${where} GROUP BY sign_in_id, parent_id, group_id, member, labels`,
    ...values,
  );
  const counts = new CountChanges();
  for (const { difference, ...row } of changed) {
    counts.add(row, { ...emptyCounts(), attention: Number(difference) });
  }
  counts.write(sql);
}

/** Moves the counts of a sign-in to the counts of entries without a sign-in. */
export function moveCountsToNoSignIn(sql: Sql, signInId: string): void {
  sql.run(
    `INSERT INTO list_count (scope, sign_in_id, ${COUNTED.join(', ')})
     SELECT scope, '${NO_SIGN_IN}', ${COUNTED.join(', ')} FROM list_count WHERE sign_in_id = ?
     ON CONFLICT (scope, sign_in_id)
     DO UPDATE SET ${COUNTED.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`,
    signInId,
  );
  sql.run('DELETE FROM list_count WHERE sign_in_id = ?', signInId);
}

function toCounts(row: Row): Counts {
  const numbers = COUNTED.map((name) => [name, columns.toNumber(row[name])]);
  return Object.fromEntries(numbers) as Counts;
}

const SUMS = COUNTED.map((name) => `sum(${name}) AS ${name}`).join(', ');

/** The counts of what has both a parent and a label, which are not stored. */
function countFamily(
  sql: Sql,
  { signIn, parent, label }: CountedQuery & { parent: string; label: string },
): Counts {
  const { where, values } = labelCondition(label);
  const own = signIn === null ? '' : 'AND sign_in_id IS ?';
  const row = sql.get(
    `SELECT count(*) AS total, ${COUNTED.filter((name) => name !== 'total')
      .map((name) => `total(${name} <> 0) AS ${name}`)
      .join(', ')}
     FROM organization_row WHERE ${where} AND (parent_id = ? OR (member = 0 AND entry_id = ?)) ${own}`,
    ...values,
    parent,
    parent,
    ...(signIn === null ? [] : [signIn === 'none' ? null : signIn]),
  );
  return toCounts(row ?? {});
}

function countsOf(sql: Sql, query: CountedQuery): Counts {
  const { signIn, parent, label } = query;
  if (parent !== null && label !== null) return countFamily(sql, { signIn, parent, label });
  const scope = parent !== null ? PARENT + parent : label === null ? ALL : LABEL + labelKey(label);
  const row =
    signIn === null
      ? sql.get(`SELECT ${SUMS} FROM list_count WHERE scope = ?`, scope)
      : sql.get(
          'SELECT * FROM list_count WHERE scope = ? AND sign_in_id = ?',
          scope,
          signIn === 'none' ? NO_SIGN_IN : signIn,
        );
  return toCounts(row ?? {});
}

const EVERYTHING: CountedQuery = { signIn: null, parent: null, label: null };

/** Number of entries per filter, among all entries or those of a sign-in, a parent or a label. */
export function filterCounts(sql: Sql, query: CountedQuery): Record<ListFilter, number> {
  const { total, attention, changed } = countsOf(sql, query);
  return { all: total, attention, changes: changed };
}

/** Number of entries, of those whose profile was never fetched, and of accounts. */
export function entryCounts(sql: Sql): Pick<Counts, 'total' | 'unread' | 'account'> {
  return countsOf(sql, EVERYTHING);
}

/** Number of entries per sign-in, by sign-in id. */
export function countsBySignIn(sql: Sql): Map<string, number> {
  const rows = sql.all('SELECT sign_in_id AS id, total FROM list_count WHERE scope = ?', ALL);
  return new Map(
    rows
      .filter(({ id }) => id !== NO_SIGN_IN)
      .map(({ id, total }) => [String(id), columns.toNumber(total)]),
  );
}

/**
 * SQL expression for the number of rows in a group that a query shows.
 * @param group SQL expression for the id of the group
 * @returns the expression and its values
 */
export function groupCount(
  group: string,
  { filter, signIn }: Pick<ListQuery, 'filter' | 'signIn'>,
): { expression: string; values: Value[] } {
  const own = signIn === null ? '' : 'AND sign_in_id = ?';
  return {
    expression: `(SELECT CAST(total(${FILTER_COUNTS[filter]}) AS INTEGER) FROM list_count
      WHERE scope = '${GROUP}' || ${group} ${own})`,
    values: signIn === null ? [] : [signIn === 'none' ? NO_SIGN_IN : signIn],
  };
}
