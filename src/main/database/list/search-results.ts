/**
 * What searches find, in order. What a word finds is kept until a row changes: a person types one more
 * letter of the last word, and the list asks page by page. Thousands of row ids come as one text, because
 * the driver is slow with thousands of rows.
 */
import * as columns from '../columns';
import type { Sql, Value } from '../database';
import { NAME_SEARCH, TEXT_SEARCH } from './full-text';
import { RowSet, toRowIds } from './row-set';
import { isIndexed, readSearch, type Part, type Term } from './search-terms';

/** Words too short for the index are looked for in the texts of so many entries at most. */
const MOST_READ = 20_000;
/** Words of which it is remembered what they find. */
const REMEMBERED = 16;

/** A selection of rows in an order, in SQL. */
export interface Rows {
  where: string;
  values: readonly Value[];
  orderBy: string;
}

/** What a search found. */
export interface Found {
  /** Row ids in order: those whose name has every word come first. */
  rows: Int32Array;
  /** Whether the shortest words were looked for in names alone. */
  inNamesOnly: boolean;
}

const NONE = RowSet.of(new Int32Array(0));

const CONCAT = 'SELECT group_concat(id) AS ids FROM';

const INDEXED: Record<Part['in'], { sql: string; columns: string }> = {
  name: {
    sql: `SELECT group_concat(rowid) AS ids FROM ${NAME_SEARCH} WHERE ${NAME_SEARCH} MATCH ?`,
    columns: 'folded_name : ',
  },
  id: {
    sql: `SELECT group_concat(rowid) AS ids FROM ${NAME_SEARCH} WHERE ${NAME_SEARCH} MATCH ?`,
    columns: 'organization_id : ',
  },
  texts: {
    sql: `SELECT group_concat(rowid) AS ids FROM ${TEXT_SEARCH} WHERE ${TEXT_SEARCH} MATCH ?`,
    columns: '',
  },
};

/** Searches, and the orders they are put in. */
export class SearchResults {
  readonly #sql: Sql;
  readonly #revision: () => number;
  readonly #mostRead: number;
  /** What is known is of this revision. */
  #of = -1;
  readonly #sets = new Map<string, RowSet>();
  #ordered: { key: string; rows: Int32Array } | null = null;
  #found: { key: string; found: Found } | null = null;
  #inNamesOnly = false;

  /**
   * @param sql for the tables of the read model
   * @param revision changes whenever a row does
   * @param mostRead in the texts of so many entries at most words are looked for that are too short for
   *   the index
   */
  constructor(sql: Sql, revision: () => number, mostRead = MOST_READ) {
    this.#sql = sql;
    this.#mostRead = mostRead;
    this.#revision = revision;
  }

  /** The row ids that a query gives as one text named `ids`. */
  ids(query: string, ...values: Value[]): Int32Array {
    return toRowIds(this.#sql.get(query, ...values)?.['ids']);
  }

  /** All row ids of a selection in its order. */
  ordered({ where, values, orderBy }: Rows): Int32Array {
    this.#forgetOld();
    const key = JSON.stringify([where, values, orderBy]);
    if (this.#ordered?.key !== key) {
      const ROWS = `SELECT id FROM organization_row WHERE ${where} ORDER BY ${orderBy}`;
      this.#ordered = { key, rows: this.ids(`${CONCAT} (${ROWS})`, ...values) };
    }
    return this.#ordered.rows;
  }

  /** What a search finds among a selection. */
  find(search: string, among: Rows): Found {
    this.#forgetOld();
    const key = JSON.stringify([search, among]);
    if (this.#found?.key !== key) this.#found = { key, found: this.#search(search, among) };
    return this.#found.found;
  }

  #search(search: string, among: Rows): Found {
    const { anywhere, inName } = readSearch(search);
    this.#inNamesOnly = false;
    const found = this.#evaluate(anywhere, null);
    const named = this.#evaluate(inName, null);
    const ordered = this.ordered(among);
    const first = named.among(ordered);
    const others = found.without(named).among(ordered);
    const rows = new Int32Array(first.length + others.length);
    rows.set(first);
    rows.set(others, first.length);
    return { rows, inNamesOnly: this.#inNamesOnly };
  }

  #forgetOld(): void {
    if (this.#of === this.#revision()) return;
    this.#of = this.#revision();
    this.#sets.clear();
    this.#ordered = null;
    this.#found = null;
  }

  /**
   * The rows that fit.
   * @param within those that matter, or null for all
   */
  #evaluate(term: Term, within: RowSet | null): RowSet {
    if ('some' in term) {
      let fitting = NONE;
      for (const part of term.some) {
        fitting = fitting.or(this.#evaluate(part, within));
        // Often so with what everything contains.
        if (fitting.size === this.#count()) break;
      }
      return fitting;
    }
    if ('every' in term) {
      let fitting = within;
      // The others read fewer texts then.
      const indexedFirst = term.every.toSorted((one, other) => rank(one) - rank(other));
      for (const part of indexedFirst) {
        const rows = this.#evaluate(part, fitting);
        fitting = fitting ? fitting.and(rows) : rows;
      }
      return fitting ?? NONE;
    }
    if (term.in === 'texts' && !isIndexed(term)) return this.#readTexts(term.text, within);
    return this.#remembered(`${term.in} ${term.text}`, () => this.#rowsWith(term));
  }

  #rowsWith(part: Part): RowSet {
    if (!isIndexed(part)) {
      const NAMES = `${CONCAT} organization_row WHERE instr(folded_name, ?) > 0`;
      return RowSet.of(this.ids(NAMES, part.text));
    }
    const { sql, columns: only } = INDEXED[part.in];
    return RowSet.of(this.ids(sql, `${only}"${part.text.replaceAll('"', '""')}"`));
  }

  /** Reads texts for what is too short for the index, unless there are too many. */
  #readTexts(text: string, within: RowSet | null): RowSet {
    const READ = `${CONCAT} organization_text WHERE instr(folded, ?) > 0`;
    if ((within?.size ?? this.#count()) > this.#mostRead) {
      this.#inNamesOnly = true;
      return NONE;
    }
    if (!within) return RowSet.of(this.ids(READ, text));
    const ONLY = 'AND id IN (SELECT value FROM json_each(?))';
    return RowSet.of(this.ids(`${READ} ${ONLY}`, text, columns.toJson(within.ids())));
  }

  /** How many rows there are. */
  #count(): number {
    const COUNT = 'SELECT count(*) AS n FROM organization_row';
    return columns.toNumber(this.#sql.get(COUNT)?.['n']);
  }

  #remembered(key: string, find: () => RowSet): RowSet {
    const known = this.#sets.get(key) ?? find();
    // The last one used comes last, and the first one is forgotten.
    this.#sets.delete(key);
    this.#sets.set(key, known);
    const [oldest] = this.#sets.keys();
    if (this.#sets.size > REMEMBERED && oldest !== undefined) this.#sets.delete(oldest);
    return known;
  }
}

/** What the index finds goes first. */
function rank(term: Term): number {
  return isIndexed(term) ? 0 : 1;
}
