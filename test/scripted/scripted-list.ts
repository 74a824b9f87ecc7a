/**
 * The organization list of the scripted main: searches, filters and sorts sample rows and holds a selection
 * as main does, and notifies the window of changes.
 */
import { failed, success, type Result } from '../../src/shared/result';
import {
  LIST_FILTERS,
  type ListFilter,
  type ListGroup,
  type ListMatch,
  type ListRows,
  type ListQuery,
  type ListRow,
  type UpdatedRows,
  type SelectionSummary,
} from '../../src/shared/list-query';
import { MAX_AT_ONCE } from '../../src/shared/limits';
import { byName } from '../../src/shared/name-order';
import type { OrganizationRow, Parent, RowState } from '../../src/shared/organization';
import { EMPTY_PROFILE, FIELD_NAMES, type Edits, type Profile } from '../../src/shared/profile';
import {
  DEFAULT_COLUMNS,
  MAX_CELLS,
  type ShownColumns,
  type TableFilter,
  type TableRow,
} from '../../src/shared/table';
import type { ScriptedMain } from './scripted-main';

/** States of a row whose change Cloudflare has not confirmed. */
const UNCONFIRMED: readonly RowState[] = ['decide', 'refused', 'stored-differently', 'saving'];

const FILTERS: Record<ListFilter, (row: OrganizationRow) => boolean> = {
  all: () => true,
  attention: ({ attention }) => attention !== null,
  changes: ({ draftFields, waitingSince, state }) =>
    draftFields > 0 || waitingSince !== null || UNCONFIRMED.includes(state),
};

/** Whether a row passes a filter of the table. */
function passes(
  texts: Profile | null,
  row: OrganizationRow,
  filter: TableFilter,
  planned: Edits | undefined,
): boolean {
  if (filter.kind === 'planned') return planned !== undefined;
  const { kind, field } = filter;
  if (kind === 'changed') return FIELD_NAMES.indexOf(field) < row.draftFields;
  if (kind === 'empty') return texts?.[field] === '';
  return texts?.[field].toLowerCase().includes(filter.text.toLowerCase()) ?? false;
}

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

/** Orders by group, then an organization before those below it. Entries without a parent come last. */
function compareGroups(
  one: OrganizationRow,
  other: OrganizationRow,
  groups: ReadonlyMap<string, ListGroup>,
): number {
  const [group, otherGroup] = [groups.get(one.id), groups.get(other.id)];
  if (!group || !otherGroup) return 0;
  if (group.id === otherGroup.id) {
    return Number(other.id === otherGroup.id) - Number(one.id === group.id);
  }
  if (group.id === null || otherGroup.id === null) return group.id === null ? 1 : -1;
  const named = ({ id, path }: ListGroup) => ({ id: id ?? '', name: path.at(-1) ?? '' });
  return byName()(named(group), named(otherGroup));
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
  /** Whether there are more parents than the filter offers. */
  hasMoreParents = false;
  /** Progress of the rebuild; null when the list is complete. */
  building: ListRows['building'] = null;
  /** Sign-in id by entry id. Entries without one are not in the map. */
  readonly signIns = new Map<string, string>();
  /** The organization above an entry, by entry id. Entries without one are not in the map. */
  readonly parents = new Map<string, Parent>();
  /** The labels of an entry, by entry id. */
  readonly labels = new Map<string, readonly string[]>();
  #rows = new Map<string, OrganizationRow>();
  #selected: ReadonlySet<string> = new Set();
  /** How often the selection was changed. */
  #ticks = 0;
  /** The columns of the table. */
  columns: ShownColumns = DEFAULT_COLUMNS;
  /** How many entries the filters of the table say they left out as unread. */
  skipped = 0;
  #snapshot: {
    number: number;
    ids: readonly string[];
    groups: readonly { start: number; group: ListGroup }[];
  } = { number: 0, ids: [], groups: [] };
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
        return success({
          ...this.#summary(query),
          offset,
          groups: this.#groups(query),
          rows: this.#toListRows(rows, query),
        });
      })
      .answer('organizations', 'parents', () => {
        const parents = [
          ...new Map([...this.parents.values()].map((one) => [one.id, one])).values(),
        ];
        const all = parents.sort(byName()).map(({ id, name }) => ({
          id,
          name,
          above: this.parents.get(id)?.name ?? null,
        }));
        return success({ parents: all, hasMore: this.hasMoreParents });
      })
      .answer('labels', 'list', () => {
        const labels = [...new Set([...this.labels.values()].flat())].sort();
        return success({ labels, hasMore: false });
      })
      .answer('organizations', 'rows', ({ query, ids }) => {
        const rows = ids.flatMap((id) => this.#rows.get(id) ?? []);
        return success({ ...this.#summary(query), rows: this.#toListRows(rows, query) });
      })
      .answer('organizations', 'position', ({ entryId, query }) =>
        success({ index: this.#position(entryId, query) }),
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
      .answer('table', 'columns', () => success(this.columns))
      .answer('table', 'setColumns', ({ columns }) => {
        this.columns = columns;
        return success(null);
      })
      .answer('table', 'open', ({ query, filters, order, keep }) => {
        const found = this.#find(query).filter((row) =>
          filters.every((filter) =>
            passes(this.textsOf(row), row, filter, this.planned.get(row.id)),
          ),
        );
        if (order === 'checked') found.reverse();
        const groupOf = this.#groupsOf(query);
        const ids = found.map(({ id }) => id);
        const starts = ids.flatMap((id, start) => {
          const group = groupOf.get(id);
          const isFirst = start === 0 || groupOf.get(ids[start - 1]!)?.id !== group?.id;
          return group && isFirst ? [{ start, group }] : [];
        });
        const number = this.#snapshot.number + 1;
        this.#snapshot = { number, ids, groups: starts };
        const groups = starts.map(({ start }) => start);
        const kept = keep !== null && ids.includes(keep) ? ids.indexOf(keep) : null;
        const { length } = ids;
        return success({ snapshot: number, length, groups, unread: this.skipped, kept });
      })
      .answer('table', 'rows', ({ snapshot, offset, limit, groups }) => {
        const { number, ids } = this.#snapshot;
        if (snapshot !== number) return failed('table.outdated');
        const rows = ids.slice(offset, offset + limit).map((id) => {
          const row = this.#rows.get(id);
          return row ? this.#toTableRow(row) : null;
        });
        const headings = groups.flatMap((number) => {
          const [own, next] = [this.#snapshot.groups[number], this.#snapshot.groups[number + 1]];
          const saved = ids.slice(own?.start, next?.start).filter((id) => this.#rows.has(id));
          const ticked = saved.filter((id) => this.#selected.has(id)).length;
          return own ? [{ group: own.group, ticked, size: saved.length }] : [];
        });
        const notShown = [...this.#selected].filter((id) => !ids.includes(id)).length;
        return success({ rows, groups: headings, notShown });
      })
      .answer('table', 'view', () => success(null))
      .answer('table', 'close', () => success(null))
      .answer('table', 'copy', ({ snapshot, rows, columns }) => {
        if (snapshot !== this.#snapshot.number) return failed('table.outdated');
        const count = rows.reduce((sum, { first, end }) => sum + end - first, 0);
        if (count * columns.length > MAX_CELLS) return failed('table.too-many-cells');
        return success({ rows: count, columns: columns.length, unread: 0, removed: 0 });
      })
      .answer('table', 'tick', ({ first, end, isTicked, query }) => {
        const next = new Set(this.#selected);
        for (const id of this.#snapshot.ids.slice(first, end))
          if (isTicked) next.add(id);
          else next.delete(id);
        const selected = this.#select(next, query);
        this.#results.clear();
        return selected;
      })
      .answer('selection', 'toggle', ({ entryId: id, query }) => {
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
        this.#ticks += 1;
        this.#anchor = null;
        return success({ version: 0, count: 0, hidden: 0, unviewed: 0 });
      })
      .answer('selection', 'markViewed', ({ query }) => success(this.#selection(query)))
      .answer('selection', 'drafts', () => {
        const rows = [...this.#rows.values()].filter(({ id }) => this.#selected.has(id));
        // A row only knows how many fields have a draft: the first ones, then.
        const counts = FIELD_NAMES.map((field, index) => ({
          field,
          count: rows.filter(({ draftFields }) => draftFields > index).length,
        }));
        return success(counts.filter(({ count }) => count > 0));
      });
  }

  /** What the import that is being set up would change, by id. */
  readonly planned = new Map<string, Edits>();
  /** The texts that the table shows of a row; tests replace it. */
  textsOf: (row: OrganizationRow) => Profile | null = ({ name, detail }) => ({
    ...EMPTY_PROFILE,
    business_name: name,
    business_email: detail,
  });

  /** The saved texts under the drafts of a row; tests replace it. */
  savedOf: (row: OrganizationRow) => TableRow['saved'] = () => ({});
  /** The entries whose sign-in must not change anything. */
  readonly readOnly = new Set<string>();

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
    const { search, filter, signIn, parent, label, order } = query;
    const words = search.toLowerCase().split(/\s+/);
    const compareNames = byName();
    const groups = this.#groupsOf(query);
    const found = [...this.#rows.values()]
      .filter((row) => FILTERS[filter](row) && this.#hasSignIn(row, signIn))
      .filter(({ id }) => parent === null || id === parent || this.parents.get(id)?.id === parent)
      .filter(({ id }) => this.#hasLabel(id, label))
      .filter(({ name, detail }) =>
        words.every((word) => `${name}\n${detail}`.toLowerCase().includes(word)),
      )
      .sort(
        (one, other) =>
          compareGroups(one, other, groups) ||
          (order === 'changed' ? (other.changedAt ?? 0) - (one.changedAt ?? 0) : 0) ||
          compareNames(one, other),
      );
    this.#results.set(key, found);
    return found;
  }

  /** The groups of all entries by id; a path has at most two names. Empty: the query is not grouped. */
  #groupsOf({ group, parent, label, search }: ListQuery): Map<string, ListGroup> {
    const groups = new Map<string, ListGroup>();
    const isNarrowed = parent !== null || label !== null || search !== '';
    if (group === 'none' || isNarrowed || this.parents.size === 0) return groups;
    const heads = new Set([...this.parents.values()].map(({ id }) => id));
    for (const { id, name } of this.#rows.values()) {
      const head = heads.has(id) ? { id, name } : this.parents.get(id);
      const above = head && this.parents.get(head.id);
      const path = head ? [...(above ? [above.name] : []), head.name] : [];
      groups.set(id, { id: head?.id ?? null, path });
    }
    return groups;
  }

  /** The index of the first row of each group. */
  #groups(query: ListQuery): number[] {
    const groups = this.#groupsOf(query);
    if (groups.size === 0) return [];
    const ids = this.#find(query).map(({ id }) => groups.get(id)?.id);
    return [...ids.keys()].filter((at) => at === 0 || ids[at] !== ids[at - 1]);
  }

  #hasSignIn({ id }: OrganizationRow, signIn: ListQuery['signIn']): boolean {
    return signIn === null || (this.signIns.get(id) ?? 'none') === signIn;
  }

  #hasLabel(id: string, label: string | null): boolean {
    return label === null || (this.labels.get(id) ?? []).includes(label);
  }

  #position(id: string, query: ListQuery): number | null {
    const index = this.#find(query).findIndex((row) => row.id === id);
    return index < 0 ? null : index;
  }

  #toListRows(rows: readonly OrganizationRow[], query: ListQuery): ListRow[] {
    const groups = this.#groupsOf(query);
    return rows.map((row) => ({
      ...row,
      selected: this.#selected.has(row.id),
      match: matchOf(row, query.search),
      group: groups.get(row.id) ?? null,
    }));
  }

  #toTableRow(row: OrganizationRow): TableRow {
    return {
      ...row,
      ticked: this.#selected.has(row.id),
      texts: this.textsOf(row),
      drafted: FIELD_NAMES.slice(0, row.draftFields),
      waiting: [],
      saved: this.savedOf(row),
      planned: this.planned.get(row.id) ?? {},
      readOnly: this.readOnly.has(row.id),
      checkedAt: row.changedAt,
      labels: [...(this.labels.get(row.id) ?? [])],
    };
  }

  #summary(query: ListQuery): Omit<UpdatedRows, 'rows'> {
    const { signIn, parent, label } = query;
    const all = [...this.#rows.values()].filter(
      (row) =>
        this.#hasSignIn(row, signIn) &&
        this.#hasLabel(row.id, label) &&
        (parent === null || row.id === parent || this.parents.get(row.id)?.id === parent),
    );
    const counts = LIST_FILTERS.map((filter) => [filter, all.filter(FILTERS[filter]).length]);
    return {
      commit: this.commit,
      total: this.#find(query).length,
      saved: this.#rows.size,
      counts: Object.fromEntries(counts) as UpdatedRows['counts'],
      selection: this.#selection(query),
      unread: this.unread,
      namesOnly: this.namesOnly,
      withoutSignIn: this.withoutSignIn,
      accounts: [...this.#rows.values()].filter(({ kind }) => kind === 'account').length,
      parents: this.parents.size === 0 ? null : this.commit,
      labels: this.labels.size === 0 ? null : this.commit,
      building: this.building,
    };
  }

  #selection(query: ListQuery): SelectionSummary {
    const found = new Set(this.#find(query).map(({ id }) => id));
    const rows = [...this.#rows.values()].filter(({ id }) => this.#selected.has(id));
    const unviewed = ({ attention }: OrganizationRow) =>
      attention?.reason === 'changed-elsewhere' || attention?.reason === 'advice';
    return {
      version: this.#ticks,
      count: rows.length,
      hidden: rows.filter(({ id }) => !found.has(id)).length,
      unviewed: rows.filter(unviewed).length,
    };
  }

  #select(next: ReadonlySet<string>, query: ListQuery): Result<SelectionSummary> {
    if (next.size > MAX_AT_ONCE) return failed('selection.too-many');
    this.#selected = next;
    this.#ticks += 1;
    return success(this.#selection(query));
  }
}
