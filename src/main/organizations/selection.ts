/**
 * The selection in the list, held as ids: searching and filtering leave it as it is, and selecting
 * thousands sends nothing to the window but their number.
 */
import { SELECTION_LIMIT, type ListQuery, type SelectionSummary } from '../../shared/list-query';
import type { ChangeFeed } from '../database/change-feed';
import type { Tables } from '../database/tables';

/** Entries that are looked up together. */
const AT_ONCE = 200;

/** What to select: an entry, a range or all of a query. */
export type Selecting =
  { kind: 'toggle'; id: string } | { kind: 'extend'; to: string; start: string } | { kind: 'all' };

/** What is selected, and where a range begins. */
interface Selected {
  ids: ReadonlySet<string>;
  /** Where a range begins: the last entry that was selected or taken out alone. */
  anchor: string | null;
  /** What was selected before the range that is being extended. */
  before: ReadonlySet<string>;
}

const NOTHING: Selected = { ids: new Set(), anchor: null, before: new Set() };

/** The selected entries. */
export class Selection {
  #selected = NOTHING;
  /** The last summary, as long as nothing it was counted from has changed. */
  #summary: { key: string; value: SelectionSummary } | null = null;
  #version = 0;
  readonly #changes: ChangeFeed;

  constructor(changes: ChangeFeed) {
    this.#changes = changes;
    changes.subscribe(({ removed }) => this.#forget(removed));
  }

  has(id: string): boolean {
    return this.#selected.ids.has(id);
  }

  /** The selected ids, in no order. */
  get ids(): readonly string[] {
    return [...this.#selected.ids];
  }

  /**
   * What would be selected; null: more than `SELECTION_LIMIT`. Call inside `Store.read`, whose work may run
   * twice: nothing is changed before `take`.
   */
  after(tables: Tables, selecting: Selecting, query: ListQuery): Selected | null {
    const next = this.#after(tables, selecting, query);
    return next && next.ids.size <= SELECTION_LIMIT ? next : null;
  }

  /** Selects what `after` said. */
  take(selected: Selected): void {
    this.#selected = selected;
    this.#version += 1;
  }

  /** Nothing is selected any more. */
  clear(): void {
    this.take(NOTHING);
  }

  /** The selection as the window shows it. Call inside `Store.read`. */
  summary(tables: Tables, query: ListQuery): SelectionSummary {
    const count = this.#selected.ids.size;
    if (count === 0) return { count: 0, hidden: 0, unviewed: 0 };
    const key = JSON.stringify([this.#version, this.#changes.commit, query]);
    if (this.#summary?.key !== key) {
      const ids = this.ids;
      const value = {
        count,
        hidden: isWhole(query) ? 0 : count - tables.list.countAmong(ids, query),
        unviewed: tables.list.unviewed(ids).length,
      };
      this.#summary = { key, value };
    }
    return this.#summary.value;
  }

  #after(tables: Tables, selecting: Selecting, query: ListQuery): Selected | null {
    const { ids, anchor } = this.#selected;
    switch (selecting.kind) {
      case 'toggle': {
        const next = new Set(ids);
        if (!next.delete(selecting.id)) next.add(selecting.id);
        return { ids: next, anchor: selecting.id, before: next };
      }
      case 'extend':
        return this.#extended(tables, selecting, query);
      case 'all': {
        if (tables.list.total(query) > SELECTION_LIMIT) return null;
        const next = new Set([...ids, ...tables.list.ids(query, 0, SELECTION_LIMIT)]);
        return { ids: next, anchor, before: next };
      }
    }
  }

  #extended(
    { list }: Tables,
    { to, start }: { to: string; start: string },
    query: ListQuery,
  ): Selected | null {
    const { ids, anchor, before } = this.#selected;
    const anchored = anchor === null ? null : list.position(anchor, query);
    const from = anchored ?? list.position(start, query);
    const end = list.position(to, query);
    if (from === null || end === null) return this.#selected;
    const length = Math.abs(from - end) + 1;
    if (length > SELECTION_LIMIT) return null;
    const kept = anchored === null ? ids : before;
    const range = list.ids(query, Math.min(from, end), length);
    return {
      ids: new Set([...kept, ...range]),
      anchor: anchored === null ? start : anchor,
      before: kept,
    };
  }

  #forget(removed: ReadonlySet<string>): void {
    const { ids, anchor } = this.#selected;
    if (![...removed].some((id) => ids.has(id))) return;
    const left = new Set([...ids].filter((id) => !removed.has(id)));
    this.take({ ids: left, anchor, before: left });
  }
}

/** Whether a query leaves nothing out: then nothing selected is hidden, and nothing need be counted. */
function isWhole({ search, filter, signIn }: ListQuery): boolean {
  return search.trim() === '' && filter === 'all' && signIn === null;
}

/** Splits ids into groups that are looked up together. */
export function* inGroups(ids: readonly string[]): Iterable<readonly string[]> {
  for (let from = 0; from < ids.length; from += AT_ONCE) yield ids.slice(from, from + AT_ONCE);
}
