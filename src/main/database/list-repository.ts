/** The interface of the read model of the list (list/). Part of `Tables`. */
import type {
  ListBuilding,
  ListFilter,
  ListGroup,
  ListMatch,
  ListParents,
  ListQuery,
} from '../../shared/list-query';

/**
 * Queries over the read model of the list, which is derived from the other tables. While the read model is being built
 * (see `building`), most queries return nothing.
 */
export interface ListRepository {
  /** Progress of building the read model, in entries; null when it is complete. */
  building(): ListBuilding | null;
  /** Ids of at most `limit` entries that match a query, in its order, starting at `offset`. */
  ids(query: ListQuery, offset: number, limit: number): string[];
  /** Number of entries that match a query. */
  total(query: ListQuery): number;
  /** Number of entries per filter, among all entries or those of a sign-in or a parent (see `ListQuery`). */
  counts(query: Pick<ListQuery, 'signIn' | 'parent'>): Record<ListFilter, number>;
  /** Index of the first entry of each group, ascending; empty if the query is not grouped. */
  groups(query: ListQuery): number[];
  /** The group of each of these entries, by id; empty if the query is not grouped. */
  groupsOf(ids: readonly string[], query: ListQuery): Map<string, ListGroup>;
  /** The organizations above entries. */
  parents(): ListParents;
  /** Changes whenever the result of `parents` may; null: no entry has a parent. */
  parentsRevision(): number | null;
  /** Number of entries per sign-in, by sign-in id. Ignores what the running transaction wrote. */
  bySignIn(): Map<string, number>;
  /** Number of saved entries, also while the list is being built. */
  saved(): number;
  /** Index of an entry in the results of a query, from 0; null when it does not match. */
  position(id: string, query: ListQuery): number | null;
  /** The first entry whose name starts with `prefix`, from index `from` on, wrapping around. Null: none. */
  find(prefix: string, from: number, query: ListQuery): { id: string; index: number } | null;
  /** Number of these entries that match a query. */
  countMatching(ids: readonly string[], query: ListQuery): number;
  /** Those of these entries that *Mark as seen* would change: changed elsewhere, or with advice. */
  unviewed(ids: readonly string[]): string[];
  /** These ids sorted by name; all of them without `ids`. */
  inOrder(ids?: readonly string[]): string[];
  /** What a search matched in each of these entries, by id. */
  matches(ids: readonly string[], search: string): Map<string, ListMatch>;
  /** Number of entries that are accounts. */
  accounts(): number;
  /** Number of entries whose profile was never fetched. */
  unread(): number;
  /** Whether words of one or two characters matched names only, because there are too many texts to scan. */
  readsNamesOnly(query: ListQuery): boolean;
}
