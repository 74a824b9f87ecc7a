/**
 * The organization list of the scripted main: searches, filters and sorts sample rows and holds a selection
 * as main does, and notifies the window of changes.
 */
import { failed, success, type Outcome } from '../../src/shared/outcome';
import {
  LIST_FILTERS,
  SELECTION_LIMIT,
  type ListFilter,
  type ListMatch,
  type ListPage,
  type ListQuery,
  type ListRow,
  type ListRows,
  type SelectionSummary,
} from '../../src/shared/list-query';
import { byName } from '../../src/shared/name-order';
import type { OrganizationRow } from '../../src/shared/organization';
import type { ScriptedMain } from './scripted-main';

const FILTERS: Record<ListFilter, (row: OrganizationRow) => boolean> = {
  all: () => true,
  attention: ({ attention }) => attention !== null,
  drafts: ({ draftFields }) => draftFields > 0,
  waiting: ({ waitingSince }) => waitingSince !== null,
};

/** Finds the first word of a search in the row's name, or else in its detail line. */
function matchOf(row: OrganizationRow, search: string): ListMatch | null {
  const [word] = search.toLowerCase().split(/\s+/);
  const texts = [
    ['name', row.name],
    ['business_email', row.detail],
  ] as const;
  for (const [field, text] of texts) {
    const index = text.toLowerCase().indexOf(word ?? '');
    if (word && index >= 0) return { field, text, marks: [[index, index + word.length]] };
  }
  return null;
}

export class ScriptedList {
  /** The commit number of the last change. */
  commit = 1;
  /** Number of profiles that were never fetched. */
  unread = 0;
  /** Whether short words are searched for in names only. */
  namesOnly = false;
  /** Number of entries without a sign-in, for the summary. */
  withoutSignIn = 0;
  /** Progress of the rebuild; null when the list is complete. */
  building: ListPage['building'] = null;
  /** Sign-in id by entry id. Entries without one are not in the map. */
  readonly signIns = new Map<string, string>();
  #rows = new Map<string, OrganizationRow>();
  #selected: ReadonlySet<string> = new Set();
  #anchor: string | null = null;
  #beforeRange: ReadonlySet<string> = new Set();
  /** Results by query, until the next change. */
  readonly #results = new Map<string, OrganizationRow[]>();
  readonly #main: ScriptedMain;

  constructor(main: ScriptedMain) {
    this.#main = main;
    this.answer();
  }

  /** Scripts the calls of the list. Call it again after a test has scripted them differently. */
  answer(): void {
    this.#main
      .answer('organizations', 'list', ({ query, offset, limit }) => {
        const rows = this.#find(query).slice(offset, offset + limit);
        return success({ ...this.#summary(query), offset, rows: this.#toListRows(rows, query) });
      })
      .answer('organizations', 'rows', ({ query, ids }) => {
        const rows = ids.flatMap((id) => this.#rows.get(id) ?? []);
        return success({ ...this.#summary(query), rows: this.#toListRows(rows, query) });
      })
      .answer('organizations', 'position', ({ organizationId, query }) =>
        success({ index: this.#position(organizationId, query) }),
      )
      .answer('organizations', 'find', ({ prefix, from, query }) => {
        const rows = this.#find(query);
        for (let step = 0; step < rows.length; step += 1) {
          const index = (from + step) % rows.length;
          const { id, name } = rows[index]!;
          if (name.toLowerCase().startsWith(prefix.toLowerCase())) return success({ id, index });
        }
        return success(null);
      })
      .answer('selection', 'toggle', ({ organizationId: id, query }) => {
        const next = new Set(this.#selected);
        if (!next.delete(id)) next.add(id);
        this.#anchor = id;
        this.#beforeRange = next;
        return this.#select(next, query);
      })
      .answer('selection', 'extend', ({ to, start, query }) => {
        const anchored = this.#anchor === null ? null : this.#position(this.#anchor, query);
        if (anchored === null) {
          this.#anchor = start;
          this.#beforeRange = this.#selected;
        }
        const ends = [anchored ?? this.#position(start, query)!, this.#position(to, query)!];
        const range = this.#find(query).slice(Math.min(...ends), Math.max(...ends) + 1);
        return this.#select(new Set([...this.#beforeRange, ...range.map(({ id }) => id)]), query);
      })
      .answer('selection', 'all', ({ query }) => {
        const ids = this.#find(query).map(({ id }) => id);
        return this.#select(new Set([...this.#selected, ...ids]), query);
      })
      .answer('selection', 'clear', () => {
        this.#selected = new Set();
        this.#anchor = null;
        return success({ count: 0, hidden: 0, unviewed: 0 });
      })
      .answer('selection', 'markViewed', ({ query }) => success(this.#selection(query)));
  }

  /** The selected ids, sorted by name. */
  get selected(): string[] {
    const rows = [...this.#rows.values()].filter(({ id }) => this.#selected.has(id));
    return rows.sort(byName()).map(({ id }) => id);
  }

  /** Replaces all rows without notifying the window; for the start of a test. */
  setRows(rows: readonly OrganizationRow[]): void {
    this.#rows = new Map(rows.map((row) => [row.id, row]));
    this.#results.clear();
  }

  /** Adds or replaces rows and notifies the window. */
  upsert(...rows: readonly OrganizationRow[]): void {
    for (const row of rows) this.#rows.set(row.id, row);
    this.#notify({ ids: rows.map(({ id }) => id), removed: [] });
  }

  /** Removes rows and notifies the window. */
  remove(...ids: readonly string[]): void {
    for (const id of ids) this.#rows.delete(id);
    this.#selected = new Set([...this.#selected].filter((id) => this.#rows.has(id)));
    this.#notify({ ids: [], removed: [...ids] });
  }

  /** Notifies the window that any row may have changed. */
  notifyChanged(): void {
    this.#notify({ ids: null, removed: [] });
  }

  #notify(changes: { ids: string[] | null; removed: string[] }): void {
    this.#results.clear();
    this.commit += 1;
    this.#main.emit('organizationsChanged', { commit: this.commit, ...changes });
  }

  #find(query: ListQuery): OrganizationRow[] {
    if (this.building) return [];
    const key = JSON.stringify(query);
    const cached = this.#results.get(key);
    if (cached) return cached;
    const { search, filter, signIn, order } = query;
    const words = search.toLowerCase().split(/\s+/);
    const compareNames = byName();
    const found = [...this.#rows.values()]
      .filter((row) => FILTERS[filter](row) && this.#hasSignIn(row, signIn))
      .filter(({ name, detail }) =>
        words.every((word) => `${name}\n${detail}`.toLowerCase().includes(word)),
      )
      .sort((one, other) =>
        order === 'changed'
          ? (other.changedAt ?? 0) - (one.changedAt ?? 0) || compareNames(one, other)
          : compareNames(one, other),
      );
    this.#results.set(key, found);
    return found;
  }

  #hasSignIn({ id }: OrganizationRow, signIn: ListQuery['signIn']): boolean {
    return signIn === null || (this.signIns.get(id) ?? 'none') === signIn;
  }

  #position(id: string, query: ListQuery): number | null {
    const index = this.#find(query).findIndex((row) => row.id === id);
    return index < 0 ? null : index;
  }

  #toListRows(rows: readonly OrganizationRow[], { search }: ListQuery): ListRow[] {
    return rows.map((row) => ({
      ...row,
      selected: this.#selected.has(row.id),
      match: matchOf(row, search),
    }));
  }

  #summary(query: ListQuery): Omit<ListRows, 'rows'> {
    const all = [...this.#rows.values()].filter((row) => this.#hasSignIn(row, query.signIn));
    const counts = LIST_FILTERS.map((filter) => [filter, all.filter(FILTERS[filter]).length]);
    return {
      commit: this.commit,
      total: this.#find(query).length,
      saved: this.#rows.size,
      counts: Object.fromEntries(counts) as ListRows['counts'],
      selection: this.#selection(query),
      unread: this.unread,
      namesOnly: this.namesOnly,
      withoutSignIn: this.withoutSignIn,
      building: this.building,
    };
  }

  #selection(query: ListQuery): SelectionSummary {
    const found = new Set(this.#find(query).map(({ id }) => id));
    const rows = [...this.#rows.values()].filter(({ id }) => this.#selected.has(id));
    const unviewed = ({ attention }: OrganizationRow) =>
      attention?.reason === 'changed-elsewhere' || attention?.reason === 'advice';
    return {
      count: rows.length,
      hidden: rows.filter(({ id }) => !found.has(id)).length,
      unviewed: rows.filter(unviewed).length,
    };
  }

  #select(next: ReadonlySet<string>, query: ListQuery): Outcome<SelectionSummary> {
    if (next.size > SELECTION_LIMIT) return failed('selection.too-many');
    this.#selected = next;
    return success(this.#selection(query));
  }
}
