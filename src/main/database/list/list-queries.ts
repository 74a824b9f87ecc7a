/**
 * The repository `Tables['list']`: queries over the read model, the tables of the list (list-tables.ts). Queries
 * without search words read an SQL index in its order; searches are in search-results.ts. While the read model
 * is being built, most queries return nothing.
 */
import type { ListFilter, ListMatch, ListQuery } from '../../../shared/list-query';
import * as columns from '../columns';
import type { Context } from '../context';
import { credentials } from '../credential-table';
import type { Value } from '../database';
import { listEntries } from '../entries';
import { fold } from '../fold';
import type { Tables } from '../tables';
import { countsBySignIn, filterCounts, unreadCount } from './list-counts';
import type { ListIndex } from './list-index';
import { matchOf } from './highlight';
import { RowSet } from './row-set';
import { SearchResults, type RowSelection } from './search-results';
import { readSearch } from './search-terms';

const FILTERS: Record<ListFilter, string> = {
  all: 'true',
  attention: 'attention <> 0',
  drafts: 'draft <> 0',
  waiting: 'waiting <> 0',
};

const ORDERS: Record<ListQuery['order'], string> = {
  name: 'place',
  changed: 'changed_at DESC, place',
};

/** SQL condition: only entries with these ids, a JSON array. */
const ID_IN = 'organization_id IN (SELECT value FROM json_each(?))';

/** Appended to a prefix, it sorts after every name that starts with the prefix. */
const LAST_CHARACTER = '\u{10FFFF}';

/** A selection of rows without an order. */
type Condition = Pick<RowSelection, 'where' | 'values'>;

const UNVIEWED: Condition = { where: 'unviewed <> 0', values: [] };

function conditionOf({ filter, signIn }: Pick<ListQuery, 'filter' | 'signIn'>): Condition {
  if (signIn === null) return { where: FILTERS[filter], values: [] };
  // The plus sign keeps SQLite from using the index of the sign-in. The index of the flag includes it anyway.
  const column = filter === 'all' ? 'credential_id' : '+credential_id';
  const where = `${column} IS ? AND ${FILTERS[filter]}`;
  return { where, values: [signIn === 'none' ? null : signIn] };
}

/** The rows of a query, without its search. */
const selectionOf = (query: ListQuery): RowSelection => ({
  ...conditionOf(query),
  orderBy: ORDERS[query.order],
});

const hasSearch = ({ search }: ListQuery): boolean => readSearch(search).words.length > 0;

/** The repository of the list. */
export function list(
  context: Context,
  index: Pick<ListIndex, 'sql' | 'isBuilt' | 'revision' | 'building'>,
): Tables['list'] {
  const { sql } = index;
  const results = new SearchResults(sql, () => index.revision);

  /** The result of a query, or `empty` while the list is being built. */
  const ifBuilt = <T>(empty: T, query: () => T): T => (index.isBuilt ? query() : empty);

  const count = (where: string, ...values: Value[]): number =>
    columns.toNumber(
      sql.get(`SELECT count(*) AS n FROM organization_row WHERE ${where}`, ...values)?.['n'],
    );

  /** The ids that a query selects. Fetched as one text, because the driver is slow with thousands of rows. */
  const queryIds = (query: string, ...values: Value[]): string[] => {
    const CONCAT = `SELECT group_concat(organization_id) AS ids FROM (${query})`;
    const ids = sql.get(CONCAT, ...values)?.['ids'];
    if (typeof ids !== 'string') return [];
    return ids.split(',').filter((id) => columns.toOrganizationId(id) !== null);
  };

  /**
   * Those of these ids whose rows meet a condition.
   * @param total how many rows meet the condition. Decides which way is faster: looking up one id takes as long
   *   as reading three rows
   */
  function filterIds(
    ids: readonly string[],
    { where, values }: Condition,
    total: number,
  ): string[] {
    const ROWS = `SELECT organization_id FROM organization_row WHERE ${where}`;
    if (total > 3 * ids.length) {
      return queryIds(`${ROWS} AND ${ID_IN}`, ...values, columns.toJson(ids));
    }
    const all = new Set(queryIds(ROWS, ...values));
    return ids.filter((id) => all.has(id));
  }

  const rowOf = (id: string, { where, values }: Condition) =>
    sql.get(
      `SELECT id AS row, place, changed_at FROM organization_row WHERE organization_id = ? AND ${where}`,
      id,
      ...values,
    );

  const idOf = (row: number): string | null =>
    columns.toOrganizationId(
      sql.get('SELECT organization_id AS id FROM organization_row WHERE id = ?', row)?.['id'],
    );

  /** The index of a row in a query without a search: the number of rows before it. */
  function indexOf(row: { place: Value; changed_at: Value }, query: ListQuery): number {
    const { where, values } = conditionOf(query);
    if (query.order === 'name') return count(`${where} AND place < ?`, ...values, row.place);
    const newer = count(`${where} AND changed_at > ?`, ...values, row.changed_at);
    const sameTime = `${where} AND changed_at = ? AND place < ?`;
    return newer + count(sameTime, ...values, row.changed_at, row.place);
  }

  return {
    building: () => index.building(),
    ids: (query, offset, limit) =>
      ifBuilt([], () => {
        const { where, values, orderBy } = selectionOf(query);
        if (!hasSearch(query)) {
          const ROWS = `SELECT organization_id FROM organization_row WHERE ${where}
            ORDER BY ${orderBy} LIMIT ? OFFSET ?`;
          return queryIds(ROWS, ...values, limit, offset);
        }
        const rows = results
          .find(query.search, selectionOf(query))
          .rows.subarray(offset, offset + limit);
        return queryIds(
          `SELECT organization_id FROM json_each(?) AS found
           CROSS JOIN organization_row ON organization_row.id = found.value`,
          columns.toJson([...rows]),
        );
      }),
    total: (query) =>
      ifBuilt(0, () =>
        hasSearch(query)
          ? results.find(query.search, selectionOf(query)).rows.length
          : filterCounts(sql, query.signIn)[query.filter],
      ),
    counts: (signIn) =>
      ifBuilt({ all: 0, attention: 0, drafts: 0, waiting: 0 }, () => filterCounts(sql, signIn)),
    bySignIn: () => (index.isBuilt ? countsBySignIn(sql) : credentials(context).useCounts()),
    saved: () =>
      index.isBuilt
        ? filterCounts(sql, null).all
        : columns.toNumber(context.sql.get('SELECT count(*) AS n FROM organization')?.['n']),
    position: (id, query) =>
      ifBuilt(null, () => {
        const row = rowOf(id, conditionOf(query));
        if (!row) return null;
        if (!hasSearch(query)) return indexOf(row as { place: Value; changed_at: Value }, query);
        const { rows } = results.find(query.search, selectionOf(query));
        const position = rows.indexOf(columns.toNumber(row['row']));
        return position < 0 ? null : position;
      }),
    find: (prefix, from, query) =>
      ifBuilt(null, () => {
        const folded = fold(prefix).trimStart();
        if (folded === '') return null;
        const selection = selectionOf(query);
        const rows = hasSearch(query)
          ? results.find(query.search, selection).rows
          : results.ordered(selection);
        const named = RowSet.of(
          results.ids(
            `SELECT group_concat(id) AS ids FROM organization_row
             WHERE folded_name >= ? AND folded_name < ?`,
            folded,
            folded + LAST_CHARACTER,
          ),
        );
        const isNamed = (row: number): boolean => named.has(row);
        const offset = rows.subarray(from).findIndex(isNamed);
        const position = offset < 0 ? rows.findIndex(isNamed) : from + offset;
        const id = position < 0 ? null : idOf(rows[position] ?? 0);
        return id === null ? null : { id, index: position };
      }),
    countMatching: (ids, query) =>
      ifBuilt(0, () => {
        if (!hasSearch(query)) {
          return filterIds(ids, conditionOf(query), filterCounts(sql, query.signIn)[query.filter])
            .length;
        }
        const found = RowSet.of(results.find(query.search, selectionOf(query)).rows);
        const ROWS = `SELECT group_concat(id) AS ids FROM organization_row WHERE ${ID_IN}`;
        return found.among(results.ids(ROWS, columns.toJson(ids))).length;
      }),
    unviewed: (ids) => ifBuilt([], () => filterIds(ids, UNVIEWED, count(UNVIEWED.where))),
    inOrder: (ids) =>
      ifBuilt([], () => {
        const ROWS = `SELECT organization_id FROM organization_row`;
        if (ids === undefined) return queryIds(`${ROWS} ORDER BY place`);
        return queryIds(`${ROWS} WHERE ${ID_IN} ORDER BY place`, columns.toJson(ids));
      }),
    matches(ids, search) {
      const terms = readSearch(search);
      const found = new Map<string, ListMatch>();
      if (terms.words.length === 0) return found;
      for (const entry of listEntries(context, ids)) {
        const match = matchOf(entry, terms);
        if (match) found.set(entry.organization.id, match);
      }
      return found;
    },
    unread: () => ifBuilt(0, () => unreadCount(sql)),
    readsNamesOnly: (query) =>
      ifBuilt(
        false,
        () => hasSearch(query) && results.find(query.search, selectionOf(query)).inNamesOnly,
      ),
  };
}
