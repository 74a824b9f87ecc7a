/**
 * The repository of the list: queries over the read model, the tables of the list (list-tables.ts). Queries
 * without search words read an SQL index in its order; searches are in search-results.ts. While the read model
 * is being built, most queries return nothing.
 */
import type {
  ListBuilding,
  ListFilter,
  ListGroup,
  ListMatch,
  ListOrder,
  ListParents,
  ListQuery,
} from '../../../shared/list-query';
import * as columns from '../columns';
import type { Context } from '../context';
import { DECISION_STATE_LIST } from '../outbox-queue';
import { signIns } from '../sign-in-table';
import type { Value } from '../sqlite-file';
import { listEntries } from '../entries';
import { fold } from '../fold';
import { countsBySignIn, entryCounts, filterCounts, type CountedQuery } from './list-counts';
import type { ListIndex } from './list-index';
import {
  GROUPED_ROWS,
  groupsOf,
  groupsOfEntries,
  groupsOfHeads,
  hasParents,
  listParents,
  parentNames,
  type GroupStart,
} from './list-parents';
import { NO_GROUP } from './list-tables';
import { matchOf } from './highlight';
import { labelCondition, LABELLED } from './row-labels';
import { RowSet } from './row-set';
import { SearchResults, type RowSelection } from './search-results';
import { readSearch } from './search-terms';

const FILTERS: Record<ListFilter, string> = {
  all: 'true',
  attention: 'attention <> 0',
  changes: 'changed <> 0',
};

const ORDERS: Record<ListQuery['order'], string> = {
  name: 'place',
  changed: 'changed_at DESC, place',
};

/** SQL condition: only entries with these ids, a JSON array. */
const ID_IN = 'entry_id IN (SELECT value FROM json_each(?))';

/** Appended to a prefix, it sorts after every name that starts with the prefix. */
const LAST_CHARACTER = '\u{10FFFF}';

/** A selection of rows without an order. */
type Condition = Pick<RowSelection, 'where' | 'values'>;

/** A row, as far as its index depends on it. */
interface PlacedRow {
  place: Value;
  changed_at: Value;
  group_id: Value;
  member: Value;
}

const UNVIEWED: Condition = { where: 'unviewed <> 0', values: [] };

const both = (one: Condition, other: Condition): Condition => ({
  where: `${one.where} AND ${other.where}`,
  values: [...one.values, ...other.values],
});

/** The filters that are not about the parent. */
type OwnFilters = Pick<ListQuery, 'filter' | 'signIn' | 'label'>;

/**
 * The condition of the filters that are not about the parent.
 * @param isSignInIndexed whether SQLite may use the index of the sign-in. The indexes of flags and groups include
 *   the sign-in anyway
 */
function ownCondition(query: OwnFilters, isSignInIndexed: boolean): Condition {
  const { filter, signIn, label } = query;
  if (label !== null) {
    return both(labelCondition(label), ownCondition({ filter, signIn, label: null }, false));
  }
  if (signIn === null) return { where: FILTERS[filter], values: [] };
  // The plus sign keeps SQLite from using an index.
  const where = `${isSignInIndexed ? '' : '+'}sign_in_id IS ? AND ${FILTERS[filter]}`;
  return { where, values: [signIn === 'none' ? null : signIn] };
}

/** The parent itself, if there are entries below it. */
const headCondition = (parent: string): Condition => ({
  where: '(member = 0 AND entry_id = ?)',
  values: [parent],
});

/** The condition of all filters. */
function conditionOf(query: ListQuery): Condition {
  const { filter, parent } = query;
  if (parent === null) return ownCondition(query, filter === 'all');
  const head = headCondition(parent);
  const family = { where: `(parent_id = ? OR ${head.where})`, values: [parent, ...head.values] };
  return both(family, ownCondition(query, false));
}

const hasSearch = ({ search }: ListQuery): boolean => readSearch(search).words.length > 0;

/** Whether a query is grouped. */
const isGrouped = (query: ListQuery): boolean =>
  query.group === 'parent' && query.parent === null && query.label === null && !hasSearch(query);

/** The rows of a query, without its search. */
function selectionOf(query: ListQuery): RowSelection {
  const { filter, parent } = query;
  const from = 'organization_row';
  const orderBy = ORDERS[query.order];
  if (parent !== null) {
    const own = ownCondition(query, false);
    const below = { where: `${filter === 'all' ? '' : '+'}parent_id = ?`, values: [parent] };
    const first = both(headCondition(parent), own);
    return { from, orderBy, first, ...both(below, own) };
  }
  if (!isGrouped(query)) return { from, orderBy, first: null, ...conditionOf(query) };
  const groupOrder = `group_place, group_row, member, ${orderBy}`;
  return { from: GROUPED_ROWS, orderBy: groupOrder, first: null, ...ownCondition(query, false) };
}

/** The rows of a query, by number. */
export interface NumberedRows {
  rows: Int32Array;
  /** The groups, in order; empty if the query is not grouped. */
  groups: readonly GroupStart[];
  /** See `ListIndex.builds`. */
  builds: number;
}

/** The repository of the list. */
export function list(
  context: Context,
  index: Pick<
    ListIndex,
    'sql' | 'isBuilt' | 'revision' | 'parentsRevision' | 'labelsRevision' | 'builds' | 'building'
  >,
) {
  const { sql } = index;
  const results = new SearchResults(sql, () => index.revision);

  /** The result of a query, or `empty` while the list is being built. */
  const ifBuilt = <T>(empty: T, query: () => T): T => (index.isBuilt ? query() : empty);

  const count = (where: string, ...values: Value[]): number =>
    columns.toNumber(
      sql.get(`SELECT count(*) AS n FROM organization_row WHERE ${where}`, ...values)?.['n'],
    );

  /** What a query selects, as it is stored. Fetched as one text, because the driver is slow with thousands of rows. */
  const queryStored = (query: string, ...values: Value[]): string[] => {
    const CONCAT = `SELECT group_concat(entry_id) AS ids FROM (${query})`;
    const ids = sql.get(CONCAT, ...values)?.['ids'];
    return typeof ids === 'string' ? ids.split(',') : [];
  };

  /** The ids that a query selects. */
  const queryIds = (query: string, ...values: Value[]): string[] =>
    queryStored(query, ...values).filter((id) => columns.toEntryId(id) !== null);

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
    const ROWS = `SELECT entry_id FROM organization_row WHERE ${where}`;
    if (total > 3 * ids.length) {
      return queryIds(`${ROWS} AND ${ID_IN}`, ...values, columns.toJson(ids));
    }
    if (total === 0) return [];
    const all = new Set(queryStored(ROWS, ...values));
    return ids.filter((id) => all.has(id));
  }

  /** How many of these ids have rows that meet a condition; `total` of all rows do. */
  const countAmong = (ids: readonly string[], condition: Condition, total: number): number =>
    // All are selected.
    ids.length === entryCounts(sql).total ? total : filterIds(ids, condition, total).length;

  const rowOf = (id: string, { where, values }: Condition) =>
    sql.get(
      `SELECT id AS row, place, changed_at, group_id, member FROM organization_row WHERE entry_id = ? AND ${where}`,
      id,
      ...values,
    );

  const idOf = (row: number): string | null =>
    columns.toEntryId(
      sql.get('SELECT entry_id AS id FROM organization_row WHERE id = ?', row)?.['id'],
    );

  /** How many rows that meet a condition come before a row in an order. */
  function countBefore(row: PlacedRow, { where, values }: Condition, order: ListOrder): number {
    if (order === 'name') return count(`${where} AND place < ?`, ...values, row.place);
    const newer = count(`${where} AND changed_at > ?`, ...values, row.changed_at);
    const sameTime = `${where} AND changed_at = ? AND place < ?`;
    return newer + count(sameTime, ...values, row.changed_at, row.place);
  }

  /** The index of a row in a query without a search: the number of rows before it. */
  function indexOf(row: PlacedRow, query: ListQuery): number {
    const { order, parent } = query;
    if (parent !== null) {
      const { first, ...below } = selectionOf(query);
      if (row.member === 0 && row.group_id === parent) return 0;
      const firsts = first ? count(first.where, ...first.values) : 0;
      return firsts + countBefore(row, below, order);
    }
    if (!isGrouped(query)) return countBefore(row, conditionOf(query), order);
    const start = groups(query).find(({ id }) => id === row.group_id)?.start ?? 0;
    if (row.member === 0) return start;
    const group = { where: 'group_id = ?', values: [row.group_id] };
    const inGroup = both(group, ownCondition(query, false));
    const head = { where: 'member = 0', values: [] };
    const member = { where: 'member = 1', values: [] };
    const heads = both(inGroup, head);
    return (
      start + count(heads.where, ...heads.values) + countBefore(row, both(inGroup, member), order)
    );
  }

  /** The last result of `groups`, and what it is for. */
  let lastGroups: { key: string; groups: GroupStart[] } | null = null;

  /** The groups of a query, in order; none if it is not grouped, or if no entry has a parent. */
  function groups(query: ListQuery): GroupStart[] {
    if (!isGrouped(query)) return [];
    const key = JSON.stringify([index.revision, query.filter, query.signIn]);
    if (lastGroups?.key !== key) {
      const found = groupsOf(sql, query);
      lastGroups = { key, groups: found.every(({ id }) => id === NO_GROUP) ? [] : found };
    }
    return lastGroups.groups;
  }

  /** The ids of some rows of a query without a search. */
  function rowsAt(query: ListQuery, offset: number, limit: number): string[] {
    const { from, where, values, orderBy, first } = selectionOf(query);
    const FIRST = `SELECT entry_id FROM organization_row WHERE ${first?.where ?? ''}`;
    const firstIds = first ? queryIds(FIRST, ...first.values) : [];
    const ROWS = `SELECT entry_id FROM ${from} WHERE ${where}
      ORDER BY ${orderBy} LIMIT ? OFFSET ?`;
    const ids = firstIds.slice(offset, offset + limit);
    const remaining = Math.max(0, offset - firstIds.length);
    return [...ids, ...queryIds(ROWS, ...values, limit - ids.length, remaining)];
  }

  return {
    /** Progress of building the read model, in entries; null when it is complete. */
    building: (): ListBuilding | null => index.building(),
    /** Ids of at most `limit` entries that match a query, in its order, starting at `offset`. */
    ids: (query: ListQuery, offset: number, limit: number): string[] =>
      ifBuilt([], () => {
        if (!hasSearch(query)) return rowsAt(query, offset, limit);
        const rows = results
          .find(query.search, selectionOf(query))
          .rows.subarray(offset, offset + limit);
        return queryIds(
          `SELECT entry_id FROM json_each(?) AS found
           CROSS JOIN organization_row ON organization_row.id = found.value`,
          columns.toJson([...rows]),
        );
      }),
    /**
     * The numbers of all rows that match a query, in its order, and its groups: one read that takes a few ms. Null: the list
     * is being built.
     */
    numbered: (query: ListQuery): NumberedRows | null =>
      ifBuilt<NumberedRows | null>(null, () => {
        const selection = selectionOf(query);
        const rows = hasSearch(query)
          ? results.find(query.search, selection).rows
          : results.ordered(selection);
        return { rows, groups: groups(query), builds: index.builds };
      }),
    /** The ids of the entries of some of those rows; null: the entry is gone. Null: the list was built again since. */
    idsOf: (rows: Int32Array, { builds }: Pick<NumberedRows, 'builds'>): (string | null)[] | null =>
      ifBuilt<(string | null)[] | null>(null, () => {
        if (index.builds !== builds) return null;
        if (rows.length === 0) return [];
        const IDS = `SELECT group_concat(ifnull(entry_id, '')) AS ids FROM json_each(?) AS found
          LEFT JOIN organization_row ON organization_row.id = found.value`;
        return String(sql.get(IDS, `[${rows.join(',')}]`)?.['ids'])
          .split(',')
          .map((id) => columns.toEntryId(id));
      }),
    /** The groups of these organizations, which are the ids in `NumberedRows`. */
    groupsOfHeads: (heads: readonly string[]): Map<string, ListGroup> =>
      ifBuilt(new Map(), () => groupsOfHeads(sql, new Set(heads))),
    /** Number of entries that match a query. */
    total: (query: ListQuery): number =>
      ifBuilt(0, () =>
        hasSearch(query)
          ? results.find(query.search, selectionOf(query)).rows.length
          : filterCounts(sql, query)[query.filter],
      ),
    /** Number of entries per filter, among all entries or those of a sign-in, a parent or a label (see `ListQuery`). */
    counts: (query: CountedQuery): Record<ListFilter, number> =>
      ifBuilt({ all: 0, attention: 0, changes: 0 }, () => filterCounts(sql, query)),
    /** Index of the first entry of each group, ascending; empty if the query is not grouped. */
    groups: (query: ListQuery): number[] =>
      ifBuilt([], () => groups(query).map(({ start }) => start)),
    /** The group of each of these entries, by id; empty if the query is not grouped. */
    groupsOf: (ids: readonly string[], query: ListQuery): Map<string, ListGroup> =>
      ifBuilt(new Map(), () => (groups(query).length > 0 ? groupsOfEntries(sql, ids) : new Map())),
    /** The organizations above entries. */
    parents: (): ListParents => ifBuilt({ parents: [], hasMore: false }, () => listParents(sql)),
    /** Changes whenever the result of `parents` may; null: no entry has a parent. */
    parentsRevision: (): number | null =>
      ifBuilt(null, () => (hasParents(sql) ? index.parentsRevision : null)),
    /** Changes whenever the labels that entries have may; null: none has one. */
    labelsRevision: (): number | null => {
      const ANY = `SELECT 1 FROM organization_row WHERE ${LABELLED} LIMIT 1`;
      return ifBuilt(null, () => (sql.get(ANY) ? index.labelsRevision : null));
    },
    /** Number of entries per sign-in, by sign-in id. Ignores what the running transaction wrote. */
    bySignIn: (): Map<string, number> =>
      index.isBuilt ? countsBySignIn(sql) : signIns(context).useCounts(),
    /** Number of saved entries, also while the list is being built. */
    saved: (): number =>
      index.isBuilt
        ? entryCounts(sql).total
        : columns.toNumber(context.sql.get('SELECT count(*) AS n FROM organization')?.['n']),
    /** Index of an entry in the results of a query, from 0; null when it does not match. */
    position: (id: string, query: ListQuery): number | null =>
      ifBuilt(null, () => {
        const row = rowOf(id, conditionOf(query));
        if (!row) return null;
        if (!hasSearch(query)) return indexOf(row as unknown as PlacedRow, query);
        const { rows } = results.find(query.search, selectionOf(query));
        const position = rows.indexOf(columns.toNumber(row['row']));
        return position < 0 ? null : position;
      }),
    /** The first entry whose name starts with `prefix`, from index `from` on, wrapping around. Null: none. */
    find: (prefix: string, from: number, query: ListQuery): { id: string; index: number } | null =>
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
    /** Number of these entries that match a query. */
    countMatching: (ids: readonly string[], query: ListQuery): number =>
      ifBuilt(0, () => {
        if (!hasSearch(query)) {
          return countAmong(ids, conditionOf(query), filterCounts(sql, query)[query.filter]);
        }
        const found = RowSet.of(results.find(query.search, selectionOf(query)).rows);
        const ROWS = `SELECT group_concat(id) AS ids FROM organization_row WHERE ${ID_IN}`;
        return found.among(results.ids(ROWS, columns.toJson(ids))).length;
      }),
    /** Those of these entries that *Mark as seen* would change: changed elsewhere, or with advice. */
    unviewed: (ids: readonly string[]): string[] =>
      ifBuilt([], () => filterIds(ids, UNVIEWED, count(UNVIEWED.where))),
    /** Number of these entries that *Mark as seen* would change. */
    countUnviewed: (ids: readonly string[]): number =>
      ifBuilt(0, () => countAmong(ids, UNVIEWED, count(UNVIEWED.where))),
    /** Ids of the entries with a draft, by name. */
    withDraft: (): string[] =>
      ifBuilt([], () => {
        // Such a row also has the flag whose index this uses.
        const WITH_DRAFT = 'changed <> 0 AND draft <> 0';
        return queryIds(`SELECT entry_id FROM organization_row WHERE ${WITH_DRAFT} ORDER BY place`);
      }),
    /** The ids of some of the entries whose change waits for the person, by name. */
    deciding: (offset: number, limit: number): string[] =>
      ifBuilt([], () => {
        const DECIDING = `SELECT r.entry_id FROM organization_row r JOIN outbox USING (entry_id)
          WHERE r.changed <> 0 AND state IN ${DECISION_STATE_LIST} ORDER BY place LIMIT ? OFFSET ?`;
        return queryIds(DECIDING, limit, offset);
      }),
    /** These ids sorted by name; all of them without `ids`. */
    inOrder: (ids?: readonly string[]): string[] =>
      ifBuilt([], () => {
        const ROWS = `SELECT entry_id FROM organization_row`;
        if (ids === undefined) return queryIds(`${ROWS} ORDER BY place`);
        return queryIds(`${ROWS} WHERE ${ID_IN} ORDER BY place`, columns.toJson(ids));
      }),
    /** What a search matched in each of these entries, by id. */
    matches(ids: readonly string[], search: string): Map<string, ListMatch> {
      const terms = readSearch(search);
      const found = new Map<string, ListMatch>();
      if (terms.words.length === 0) return found;
      const parents = ifBuilt(new Map<string, string>(), () => parentNames(sql, ids));
      for (const entry of listEntries(context, ids)) {
        const match = matchOf(entry, terms, parents.get(entry.organization.id) ?? null);
        if (match) found.set(entry.organization.id, match);
      }
      return found;
    },
    /** Number of entries whose profile was never fetched. */
    unread: (): number => ifBuilt(0, () => entryCounts(sql).unread),
    /** Number of entries that are accounts. */
    accounts: (): number => ifBuilt(0, () => entryCounts(sql).account),
    /** Whether words of one or two characters matched names only, because there are too many texts to scan. */
    readsNamesOnly: (query: ListQuery): boolean =>
      ifBuilt(
        false,
        () => hasSearch(query) && results.find(query.search, selectionOf(query)).inNamesOnly,
      ),
  };
}
