/**
 * What searches find, in order. The last answer is kept, because the list asks for it page by page. Lists of
 * thousands of row ids come as one text: the driver takes ten times as long for as many rows.
 */
import type { ListQuery } from '../../../shared/list-query';
import type { Sql, Value } from '../database';
import { ListDamage, SEARCH } from './list-tables';
import { isIndexed, readSearch, toCondition, toMatch, type Term } from './search-terms';

/** Words too short for the full-text index are looked for in the names alone of more entries than these. */
const MOST_READ = 20_000;
/** Row ids count up from 1; beyond this they are damage. */
const MOST_IDS = 2 ** 24;

/** What a search found. */
export interface Found {
  /** Row ids in order. */
  rows: Int32Array;
  /** Whether a row was found, by row id. */
  has: Uint8Array;
  /** Whether only names were looked through for the shortest words. */
  inNamesOnly: boolean;
}

/** A part of the list as a condition in SQL. */
export interface Part {
  where: string;
  values: readonly Value[];
  orderBy: string;
}

/** Keeps one value as long as its key is the same. */
class Latest<T> {
  #latest: { key: string; value: T } | null = null;

  of(key: string, make: () => T): T {
    if (this.#latest?.key !== key) this.#latest = { key, value: make() };
    return this.#latest.value;
  }
}

/** Reads the text of `group_concat` over row ids. */
function toIds(text: unknown): Int32Array {
  if (typeof text !== 'string') return new Int32Array(0);
  const ids = new Int32Array(text.length / 2 + 1);
  let count = 0;
  let id = 0;
  for (let at = 0; at <= text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) {
      id = id * 10 + digit;
      continue;
    }
    if (id > MOST_IDS) throw new ListDamage('a row id is too large');
    ids[count++] = id;
    id = 0;
  }
  return ids.subarray(0, count);
}

/** Searches, and the orders they are put in. */
export class SearchResults {
  readonly #sql: Sql;
  readonly #revision: () => number;
  readonly #found = new Latest<Found>();
  readonly #ordered = new Latest<Int32Array>();

  /** @param revision changes whenever a row does */
  constructor(sql: Sql, revision: () => number) {
    this.#sql = sql;
    this.#revision = revision;
  }

  /** The row ids of a part of the list in its order. */
  ordered({ where, values, orderBy }: Part): Int32Array {
    const key = JSON.stringify([this.#revision(), where, values, orderBy]);
    const ROWS = `SELECT id FROM organization_row WHERE ${where} ORDER BY ${orderBy}`;
    return this.#ordered.of(key, () =>
      this.ids(`SELECT group_concat(id) AS ids FROM (${ROWS})`, ...values),
    );
  }

  /** What a search finds in a part of the list: first those whose name has every word. */
  find({ search }: Pick<ListQuery, 'search'>, part: Part): Found {
    const key = JSON.stringify([this.#revision(), search, part]);
    return this.#found.of(key, () => {
      const { anywhere, inName } = readSearch(search);
      const all = this.#rowsOf(anywhere);
      const named = this.#isInEveryName(inName, all.rows) ? all : this.#rowsOf(inName);
      const ordered = this.ordered(part);
      const most = Math.max(0, ...[ordered, all.rows, named.rows].map(largest));
      const tier = new Uint8Array(most + 1);
      for (const row of all.rows) tier[row] = 1;
      for (const row of named.rows) tier[row] = 2;
      const rows = new Int32Array(ordered.length);
      const has = new Uint8Array(most + 1);
      let count = 0;
      for (const wanted of [2, 1]) {
        for (const row of ordered) {
          if (tier[row] !== wanted) continue;
          rows[count++] = row;
          has[row] = 1;
        }
      }
      return { rows: rows.subarray(0, count), has, inNamesOnly: all.inNamesOnly };
    });
  }

  /** The row ids that a query gives as one text named `ids`. */
  ids(query: string, ...values: Value[]): Int32Array {
    return toIds(this.#sql.get(query, ...values)?.['ids']);
  }

  /** Whether a search found all in names: often of words that everything contains. Counting is quicker. */
  #isInEveryName(inName: Term, rows: Int32Array): boolean {
    const match = toMatch(inName);
    if (match === null || !isIndexed(inName)) return false;
    return this.#count(match) === rows.length;
  }

  #count(match: string): number {
    const COUNT = `SELECT count(*) AS n FROM ${SEARCH} WHERE ${SEARCH} MATCH ?`;
    return Number(this.#sql.get(COUNT, match)?.['n']);
  }

  #rowsOf(term: Term): { rows: Int32Array; inNamesOnly: boolean } {
    const match = toMatch(term);
    if (match !== null && isIndexed(term)) {
      const MATCHES = `SELECT group_concat(rowid) AS ids FROM ${SEARCH} WHERE ${SEARCH} MATCH ?`;
      return { rows: this.ids(MATCHES, match), inNamesOnly: false };
    }
    // What the index has found is read; without it, everything is.
    const saved = 'SELECT count(*) AS n FROM organization_row';
    const toRead = match === null ? Number(this.#sql.get(saved)?.['n']) : this.#count(match);
    const inNamesOnly = toRead > MOST_READ;
    const { sql, values } = toCondition(term, inNamesOnly);
    const rows =
      match === null
        ? this.ids(`SELECT group_concat(id) AS ids FROM organization_row WHERE ${sql}`, ...values)
        : this.ids(
            `SELECT group_concat(id) AS ids FROM organization_row
             WHERE id IN (SELECT rowid FROM ${SEARCH} WHERE ${SEARCH} MATCH ?) AND ${sql}`,
            ...[match, ...values],
          );
    return { rows, inNamesOnly };
  }
}

function largest(ids: Int32Array): number {
  return ids.reduce((most, id) => Math.max(most, id), 0);
}
