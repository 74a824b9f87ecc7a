/**
 * The list as queries over the read model. Without a search, indexes answer them in their order; with one,
 * see search-results.ts. While the read model is being built, every answer is empty.
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
import { SearchResults, type Rows } from './search-results';
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

/** Only those of these ids, as the last value. */
const AMONG = 'organization_id IN (SELECT value FROM json_each(?))';

/** Behind every name that begins with what stands before it. */
const LAST_CHARACTER = '\u{10FFFF}';

type Wanted = Pick<ListQuery, 'filter' | 'signIn'>;

/** Which rows, in SQL. */
type Condition = Pick<Rows, 'where' | 'values'>;

const TO_SEE: Condition = { where: 'to_see <> 0', values: [] };

function whereOf({ filter, signIn }: Wanted): Condition {
  if (signIn === null) return { where: FILTERS[filter], values: [] };
  // Of a flag, its own index says which sign-in: the plus keeps SQLite from going by the sign-in.
  const column = filter === 'all' ? 'credential_id' : '+credential_id';
  const where = `${column} IS ? AND ${FILTERS[filter]}`;
  return { where, values: [signIn === 'none' ? null : signIn] };
}

const rowsIn = (query: ListQuery): Rows => ({
  ...whereOf(query),
  orderBy: ORDERS[query.order],
});

const isSearch = ({ search }: ListQuery): boolean => readSearch(search).words.length > 0;

/** The repository of the list. */
export function list(
  context: Context,
  index: Pick<ListIndex, 'sql' | 'isBuilt' | 'revision' | 'building'>,
): Tables['list'] {
  const { sql } = index;
  const results = new SearchResults(sql, () => index.revision);

  /** Nothing is asked of tables that are not whole. */
  const whenBuilt = <T>(empty: T, ask: () => T): T => (index.isBuilt ? ask() : empty);

  const count = (where: string, ...values: Value[]): number =>
    columns.toNumber(
      sql.get(`SELECT count(*) AS n FROM organization_row WHERE ${where}`, ...values)?.['n'],
    );

  /** The ids that `rows` selects. They come as one text: the driver is slow with thousands of rows. */
  const idsOf = (rows: string, ...values: Value[]): string[] => {
    const CONCAT = `SELECT group_concat(organization_id) AS ids FROM (${rows})`;
    const ids = sql.get(CONCAT, ...values)?.['ids'];
    if (typeof ids !== 'string') return [];
    return ids.split(',').filter((id) => columns.toOrganizationId(id) !== null);
  };

  /**
   * Those of these ids whose rows fit.
   * @param size how many rows fit: looking up one by one is slower than reading three times as many
   */
  function fitting(ids: readonly string[], { where, values }: Condition, size: number): string[] {
    const ROWS = `SELECT organization_id FROM organization_row WHERE ${where}`;
    if (size > 3 * ids.length) {
      return idsOf(`${ROWS} AND ${AMONG}`, ...values, columns.toJson(ids));
    }
    const all = new Set(idsOf(ROWS, ...values));
    return ids.filter((id) => all.has(id));
  }

  const rowOf = (id: string, { where, values }: Condition) =>
    sql.get(
      `SELECT id AS row, place, changed_at FROM organization_row WHERE organization_id = ? AND ${where}`,
      ...[id, ...values],
    );

  const idOf = (row: number): string | null =>
    columns.toOrganizationId(
      sql.get('SELECT organization_id AS id FROM organization_row WHERE id = ?', row)?.['id'],
    );

  /** How many rows of a part stand before this one. */
  function placeOf(row: { place: Value; changed_at: Value }, query: ListQuery): number {
    const { where, values } = whereOf(query);
    if (query.order === 'name') return count(`${where} AND place < ?`, ...values, row.place);
    const later = count(`${where} AND changed_at > ?`, ...values, row.changed_at);
    const same = `${where} AND changed_at = ? AND place < ?`;
    return later + count(same, ...values, row.changed_at, row.place);
  }

  return {
    building: () => index.building(),
    ids: (query, offset, limit) =>
      whenBuilt([], () => {
        const { where, values, orderBy } = rowsIn(query);
        if (!isSearch(query)) {
          const ROWS = `SELECT organization_id FROM organization_row WHERE ${where}
            ORDER BY ${orderBy} LIMIT ? OFFSET ?`;
          return idsOf(ROWS, ...values, limit, offset);
        }
        const rows = results
          .find(query.search, rowsIn(query))
          .rows.subarray(offset, offset + limit);
        return idsOf(
          `SELECT organization_id FROM json_each(?) AS wanted
           CROSS JOIN organization_row ON organization_row.id = wanted.value`,
          columns.toJson([...rows]),
        );
      }),
    total: (query) =>
      whenBuilt(0, () =>
        isSearch(query)
          ? results.find(query.search, rowsIn(query)).rows.length
          : filterCounts(sql, query.signIn)[query.filter],
      ),
    counts: (signIn) =>
      whenBuilt({ all: 0, attention: 0, drafts: 0, waiting: 0 }, () => filterCounts(sql, signIn)),
    bySignIn: () => (index.isBuilt ? countsBySignIn(sql) : credentials(context).useCounts()),
    saved: () =>
      index.isBuilt
        ? filterCounts(sql, null).all
        : columns.toNumber(context.sql.get('SELECT count(*) AS n FROM organization')?.['n']),
    position: (id, query) =>
      whenBuilt(null, () => {
        const row = rowOf(id, whereOf(query));
        if (!row) return null;
        if (!isSearch(query)) return placeOf(row as { place: Value; changed_at: Value }, query);
        const { rows } = results.find(query.search, rowsIn(query));
        const place = rows.indexOf(columns.toNumber(row['row']));
        return place < 0 ? null : place;
      }),
    find: (prefix, from, query) =>
      whenBuilt(null, () => {
        const folded = fold(prefix).trimStart();
        if (folded === '') return null;
        const part = rowsIn(query);
        const rows = isSearch(query)
          ? results.find(query.search, part).rows
          : results.ordered(part);
        const named = RowSet.of(
          results.ids(
            `SELECT group_concat(id) AS ids FROM organization_row
             WHERE folded_name >= ? AND folded_name < ?`,
            ...[folded, folded + LAST_CHARACTER],
          ),
        );
        const isNamed = (row: number): boolean => named.has(row);
        const later = rows.subarray(from).findIndex(isNamed);
        const place = later < 0 ? rows.findIndex(isNamed) : from + later;
        const id = place < 0 ? null : idOf(rows[place] ?? 0);
        return id === null ? null : { id, index: place };
      }),
    countAmong: (ids, query) =>
      whenBuilt(0, () => {
        if (!isSearch(query)) {
          return fitting(ids, whereOf(query), filterCounts(sql, query.signIn)[query.filter]).length;
        }
        const found = RowSet.of(results.find(query.search, rowsIn(query)).rows);
        const ROWS = `SELECT group_concat(id) AS ids FROM organization_row WHERE ${AMONG}`;
        return found.among(results.ids(ROWS, columns.toJson(ids))).length;
      }),
    unviewed: (ids) => whenBuilt([], () => fitting(ids, TO_SEE, count(TO_SEE.where))),
    inOrder: (ids) =>
      whenBuilt([], () => {
        const ROWS = `SELECT organization_id FROM organization_row`;
        if (ids === undefined) return idsOf(`${ROWS} ORDER BY place`);
        return idsOf(`${ROWS} WHERE ${AMONG} ORDER BY place`, columns.toJson(ids));
      }),
    matches(ids, search) {
      const read = readSearch(search);
      const found = new Map<string, ListMatch>();
      if (read.words.length === 0) return found;
      for (const entry of listEntries(context, ids)) {
        const match = matchOf(entry, read);
        if (match) found.set(entry.organization.id, match);
      }
      return found;
    },
    unread: () => whenBuilt(0, () => unreadCount(sql)),
    readsNamesOnly: (query) =>
      whenBuilt(
        false,
        () => isSearch(query) && results.find(query.search, rowsIn(query)).inNamesOnly,
      ),
  };
}
