/**
 * The list as the scripted main holds it: sample rows that it searches, filters and orders as main does,
 * and a selection. What changes in it is announced as main announces it.
 */
import { failed, success, type Outcome } from '../../src/shared/failure';
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
import type { ScriptedMain } from './main';

const FITS: Record<ListFilter, (row: OrganizationRow) => boolean> = {
  all: () => true,
  attention: ({ attention }) => attention !== null,
  drafts: ({ draftFields }) => draftFields > 0,
  waiting: ({ waitingSince }) => waitingSince !== null,
};

/** Where the first word of a search stands in a row: in its name, else in the line under it. */
function matchOf(row: OrganizationRow, search: string): ListMatch | null {
  const [word] = search.toLowerCase().split(/\s+/);
  const texts = [
    ['name', row.name],
    ['business_email', row.detail],
  ] as const;
  for (const [field, text] of texts) {
    const at = text.toLowerCase().indexOf(word ?? '');
    if (word && at >= 0) return { field, text, marks: [[at, at + word.length]] };
  }
  return null;
}

/** A list of sample rows. */
export class ScriptedList {
  /** The number of the last change. */
  commit = 1;
  /** How many profiles were never read. */
  unread = 0;
  /** Whether short words are searched for in names only. */
  namesOnly = false;
  /** How many entries no sign-in opens, as the summary says it. */
  withoutSignIn = 0;
  /** How far the list is built; null: it is whole. */
  building: ListPage['building'] = null;
  /** The sign-in of an entry, by its id; an entry that is not here has none. */
  readonly signIns = new Map<string, string>();
  #rows = new Map<string, OrganizationRow>();
  #selected: ReadonlySet<string> = new Set();
  #anchor: string | null = null;
  #before: ReadonlySet<string> = new Set();
  /** What a query found, until something changes. */
  readonly #found = new Map<string, OrganizationRow[]>();
  readonly #main: ScriptedMain;

  constructor(main: ScriptedMain) {
    this.#main = main;
    this.answer();
  }

  /** Answers the calls about the list from now on; again after a test has scripted them otherwise. */
  answer(): void {
    this.#main
      .answer('organizations', 'list', ({ query, offset, limit }) => {
        const rows = this.#find(query).slice(offset, offset + limit);
        return success({ ...this.#summary(query), offset, rows: this.#shown(rows, query) });
      })
      .answer('organizations', 'rows', ({ query, ids }) => {
        const rows = ids.flatMap((id) => this.#rows.get(id) ?? []);
        return success({ ...this.#summary(query), rows: this.#shown(rows, query) });
      })
      .answer('organizations', 'position', ({ id, query }) =>
        success({ index: this.#position(id, query) }),
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
      .answer('selection', 'toggle', ({ id, query }) => {
        const next = new Set(this.#selected);
        if (!next.delete(id)) next.add(id);
        this.#anchor = id;
        this.#before = next;
        return this.#select(next, query);
      })
      .answer('selection', 'extend', ({ to, start, query }) => {
        const anchored = this.#anchor === null ? null : this.#position(this.#anchor, query);
        if (anchored === null) {
          this.#anchor = start;
          this.#before = this.#selected;
        }
        const ends = [anchored ?? this.#position(start, query)!, this.#position(to, query)!];
        const range = this.#find(query).slice(Math.min(...ends), Math.max(...ends) + 1);
        return this.#select(new Set([...this.#before, ...range.map(({ id }) => id)]), query);
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

  /** The selected ids in the order of names. */
  get selected(): string[] {
    const rows = [...this.#rows.values()].filter(({ id }) => this.#selected.has(id));
    return rows.sort(byName()).map(({ id }) => id);
  }

  /** Holds these rows and no others; for the beginning of a test, so nothing is announced. */
  hold(rows: readonly OrganizationRow[]): void {
    this.#rows = new Map(rows.map((row) => [row.id, row]));
    this.#found.clear();
  }

  /** These rows are new or other ones, and the window is told. */
  put(...rows: readonly OrganizationRow[]): void {
    for (const row of rows) this.#rows.set(row.id, row);
    this.#announce({ ids: rows.map(({ id }) => id), removed: [] });
  }

  /** These are gone, and the window is told. */
  remove(...ids: readonly string[]): void {
    for (const id of ids) this.#rows.delete(id);
    this.#selected = new Set([...this.#selected].filter((id) => this.#rows.has(id)));
    this.#announce({ ids: [], removed: [...ids] });
  }

  /** Anything may be another one, and the window is told. */
  changed(): void {
    this.#announce({ ids: null, removed: [] });
  }

  #announce(what: { ids: string[] | null; removed: string[] }): void {
    this.#found.clear();
    this.commit += 1;
    this.#main.emit('organizationsChanged', { commit: this.commit, ...what });
  }

  #find(query: ListQuery): OrganizationRow[] {
    if (this.building) return [];
    const key = JSON.stringify(query);
    const known = this.#found.get(key);
    if (known) return known;
    const { search, filter, signIn, order } = query;
    const words = search.toLowerCase().split(/\s+/);
    const names = byName();
    const found = [...this.#rows.values()]
      .filter((row) => FITS[filter](row) && this.#isOf(row, signIn))
      .filter(({ name, detail }) =>
        words.every((word) => `${name}\n${detail}`.toLowerCase().includes(word)),
      )
      .sort((one, other) =>
        order === 'changed'
          ? (other.changedAt ?? 0) - (one.changedAt ?? 0) || names(one, other)
          : names(one, other),
      );
    this.#found.set(key, found);
    return found;
  }

  #isOf({ id }: OrganizationRow, signIn: ListQuery['signIn']): boolean {
    return signIn === null || (this.signIns.get(id) ?? 'none') === signIn;
  }

  #position(id: string, query: ListQuery): number | null {
    const index = this.#find(query).findIndex((row) => row.id === id);
    return index < 0 ? null : index;
  }

  #shown(rows: readonly OrganizationRow[], { search }: ListQuery): ListRow[] {
    return rows.map((row) => ({
      ...row,
      selected: this.#selected.has(row.id),
      match: matchOf(row, search),
    }));
  }

  #summary(query: ListQuery): Omit<ListRows, 'rows'> {
    const all = [...this.#rows.values()].filter((row) => this.#isOf(row, query.signIn));
    const counts = LIST_FILTERS.map((filter) => [filter, all.filter(FITS[filter]).length]);
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
