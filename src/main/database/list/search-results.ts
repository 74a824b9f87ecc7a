/**
 * Runs searches over the read model (list-tables.ts). Caches the matches of each word until a row changes,
 * because a person types letter by letter, and the window loads the results page by page. Row ids are fetched
 * joined to one text, because the driver is slow with thousands of rows.
 */
import * as columns from '../columns';
import type { Sql, Value } from '../sqlite-file';
import { NAME_SEARCH, TEXT_SEARCH } from './full-text';
import { PARENT_CONTAINS } from './list-parents';
import { RowSet, toRowIds } from './row-set';
import { isIndexed, readSearch, type ContainsText, type SearchCondition } from './search-terms';

/** Words that are too short for the index are searched in the texts of at most this many entries. */
const MAX_SCANNED = 20_000;
/** Number of words whose matches are cached. */
const CACHE_SIZE = 16;

/** A selection of rows and their order, in SQL. */
export interface RowSelection {
  /** What to select from: `organization_row`, or a join with it. */
  from: string;
  where: string;
  values: readonly Value[];
  orderBy: string;
  /** Rows that come before those, or null. */
  first: Pick<RowSelection, 'where' | 'values'> | null;
}

/** The result of a search. */
export interface SearchResult {
  /** Row ids in order: first those whose name contains every word, last those that need the name of their parent. */
  rows: Int32Array;
  /** Whether words too short for the index were searched in names only. */
  inNamesOnly: boolean;
}

const NONE = RowSet.of(new Int32Array(0));

const CONCAT = 'SELECT group_concat(id) AS ids FROM';

const INDEX_QUERIES: Record<
  Exclude<ContainsText['in'], 'parent'>,
  { sql: string; columns: string }
> = {
  name: {
    sql: `SELECT group_concat(rowid) AS ids FROM ${NAME_SEARCH} WHERE ${NAME_SEARCH} MATCH ?`,
    columns: 'folded_name : ',
  },
  id: {
    sql: `SELECT group_concat(rowid) AS ids FROM ${NAME_SEARCH} WHERE ${NAME_SEARCH} MATCH ?`,
    columns: 'entry_id : ',
  },
  texts: {
    sql: `SELECT group_concat(rowid) AS ids FROM ${TEXT_SEARCH} WHERE ${TEXT_SEARCH} MATCH ?`,
    columns: '',
  },
};

/** Searches and their caches. */
export class SearchResults {
  readonly #sql: Sql;
  readonly #revision: () => number;
  readonly #maxScanned: number;
  /** The revision that the caches are for. */
  #cachedRevision = -1;
  /** Matching rows by word; the least recently used word comes first. */
  readonly #rowsByWord = new Map<string, RowSet>();
  #lastOrder: { key: string; rows: Int32Array } | null = null;
  #lastSearch: { key: string; result: SearchResult } | null = null;
  /** Set while a search runs. */
  #inNamesOnly = false;

  /**
   * @param sql for the tables of the read model
   * @param revision returns a number that changes whenever a row does
   * @param maxScanned words that are too short for the index are searched in the texts of at most this many
   *   entries
   */
  constructor(sql: Sql, revision: () => number, maxScanned = MAX_SCANNED) {
    this.#sql = sql;
    this.#maxScanned = maxScanned;
    this.#revision = revision;
  }

  /** The row ids of a query that returns them as one text named `ids`. */
  ids(query: string, ...values: Value[]): Int32Array {
    return toRowIds(this.#sql.get(query, ...values)?.['ids']);
  }

  /** All row ids of a selection, in its order. */
  ordered(selection: RowSelection): Int32Array {
    this.#dropOutdated();
    const key = JSON.stringify(selection);
    if (this.#lastOrder?.key !== key) {
      const { from, where, values, orderBy, first } = selection;
      const ROWS = `SELECT organization_row.id FROM ${from} WHERE ${where} ORDER BY ${orderBy}`;
      const rows = this.ids(`${CONCAT} (${ROWS})`, ...values);
      const FIRST = `${CONCAT} organization_row WHERE ${first?.where ?? ''}`;
      this.#lastOrder = { key, rows: first ? join(this.ids(FIRST, ...first.values), rows) : rows };
    }
    return this.#lastOrder.rows;
  }

  /** Searches in a selection of rows. */
  find(search: string, selection: RowSelection): SearchResult {
    this.#dropOutdated();
    const key = JSON.stringify([search, selection]);
    if (this.#lastSearch?.key !== key) {
      this.#lastSearch = { key, result: this.#search(search, selection) };
    }
    return this.#lastSearch.result;
  }

  #search(search: string, selection: RowSelection): SearchResult {
    const { anywhere, inEntry, inName, words } = readSearch(search);
    this.#inNamesOnly = false;
    const own = this.#evaluate(inEntry, null);
    const ownName = this.#evaluate(inName, null);
    const isInParents = words.some((text) => this.#evaluate({ in: 'parent', text }, null).size > 0);
    const all = isInParents ? this.#evaluate(anywhere, null) : own;
    const ordered = this.ordered(selection);
    const ranks = [ownName, own.without(ownName), all.without(own)];
    const rows = join(...ranks.map((rank) => rank.among(ordered)));
    return { rows, inNamesOnly: this.#inNamesOnly };
  }

  #dropOutdated(): void {
    if (this.#cachedRevision === this.#revision()) return;
    this.#cachedRevision = this.#revision();
    this.#rowsByWord.clear();
    this.#lastOrder = null;
    this.#lastSearch = null;
  }

  /**
   * The rows that meet a condition.
   * @param within only rows of this set must be correct in the result; null: all rows
   */
  #evaluate(condition: SearchCondition, within: RowSet | null): RowSet {
    if ('some' in condition) {
      let matching = NONE;
      for (const part of condition.some) {
        matching = matching.or(this.#evaluate(part, within));
        // Stops early if every row matches, as with common short words.
        if (matching.size === this.#count()) break;
      }
      return matching;
    }
    if ('every' in condition) {
      let matching = within;
      // Conditions that the index can answer come first, so that the others have fewer texts to scan.
      const indexedFirst = condition.every.toSorted((one, other) => rank(one) - rank(other));
      for (const part of indexedFirst) {
        const rows = this.#evaluate(part, matching);
        matching = matching ? matching.and(rows) : rows;
      }
      return matching ?? NONE;
    }
    if (condition.in === 'texts' && !isIndexed(condition))
      return this.#scanTexts(condition.text, within);
    return this.#cached(`${condition.in} ${condition.text}`, () => this.#rowsWith(condition));
  }

  #rowsWith(part: ContainsText): RowSet {
    if (part.in === 'parent') {
      const BELOW = `${CONCAT} organization_row WHERE ${PARENT_CONTAINS}`;
      return RowSet.of(this.ids(BELOW, part.text));
    }
    if (!isIndexed(part)) {
      const NAMES = `${CONCAT} organization_row WHERE instr(folded_name, ?) > 0`;
      return RowSet.of(this.ids(NAMES, part.text));
    }
    const { sql, columns: columnFilter } = INDEX_QUERIES[part.in];
    return RowSet.of(this.ids(sql, `${columnFilter}"${part.text.replaceAll('"', '""')}"`));
  }

  /** Scans texts for a word that is too short for the index, unless there are too many. */
  #scanTexts(text: string, within: RowSet | null): RowSet {
    const SCAN = `${CONCAT} organization_text WHERE instr(folded, ?) > 0`;
    if ((within?.size ?? this.#count()) > this.#maxScanned) {
      this.#inNamesOnly = true;
      return NONE;
    }
    if (!within) return RowSet.of(this.ids(SCAN, text));
    const WITHIN = 'AND id IN (SELECT value FROM json_each(?))';
    return RowSet.of(this.ids(`${SCAN} ${WITHIN}`, text, columns.toJson(within.ids())));
  }

  /** Number of rows. */
  #count(): number {
    const COUNT = 'SELECT count(*) AS n FROM organization_row';
    return columns.toNumber(this.#sql.get(COUNT)?.['n']);
  }

  #cached(key: string, find: () => RowSet): RowSet {
    const rows = this.#rowsByWord.get(key) ?? find();
    // Moves the key to the end, so that the first one is the least recently used.
    this.#rowsByWord.delete(key);
    this.#rowsByWord.set(key, rows);
    const [oldest] = this.#rowsByWord.keys();
    if (this.#rowsByWord.size > CACHE_SIZE && oldest !== undefined) this.#rowsByWord.delete(oldest);
    return rows;
  }
}

/** These lists one after the other. */
function join(...lists: readonly Int32Array[]): Int32Array {
  const joined = new Int32Array(lists.reduce((length, list) => length + list.length, 0));
  let at = 0;
  for (const list of lists) {
    joined.set(list, at);
    at += list.length;
  }
  return joined;
}

/** Sorts conditions that the index can answer first. */
function rank(condition: SearchCondition): number {
  return isIndexed(condition) ? 0 : 1;
}
