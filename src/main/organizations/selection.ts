/**
 * The selection in the list, as ids. Searching and filtering do not change it, and selecting thousands sends
 * only their number to the window.
 */
import { MAX_AT_ONCE } from '../../shared/limits';
import type { ListQuery, SelectionSummary } from '../../shared/list-query';
import type { ChangeFeed, Tables } from '../database';

/** A change of the selection: one entry, a range, all entries of a query, or given entries. */
export type SelectionStep =
  | { kind: 'toggle'; id: string }
  | { kind: 'extend'; to: string; start: string }
  | { kind: 'all' }
  | { kind: 'tick'; ids: readonly string[]; isTicked: boolean };

/** The selection and the range that can be extended. */
interface SelectionState {
  ids: ReadonlySet<string>;
  /** Where a range starts: the last entry that was selected or deselected alone. */
  anchor: string | null;
  /** What was selected before the current range. */
  before: ReadonlySet<string>;
}

const EMPTY: SelectionState = { ids: new Set(), anchor: null, before: new Set() };

/** Holds the selection. */
export class Selection {
  #state: SelectionState = EMPTY;
  /** The last summary; `key` identifies what it was counted from. */
  #summary: { key: string; value: SelectionSummary } | null = null;
  #version = 0;
  readonly #changes: ChangeFeed;

  constructor(changes: ChangeFeed) {
    this.#changes = changes;
    changes.subscribe(({ removed }) => this.#forget(removed));
  }

  has(id: string): boolean {
    return this.#state.ids.has(id);
  }

  /** Goes up with every change of the selection. */
  get version(): number {
    return this.#version;
  }

  /** The selected ids, in no particular order. */
  get ids(): readonly string[] {
    return [...this.#state.ids];
  }

  /**
   * The selection after a step, or null if that exceeds `MAX_AT_ONCE`. Call inside `Database.read`. Because
   * `Database.read` may run its work twice, this changes nothing; `apply` does.
   */
  after(tables: Tables, step: SelectionStep, query: ListQuery): SelectionState | null {
    const next = this.#after(tables, step, query);
    return next && next.ids.size <= MAX_AT_ONCE ? next : null;
  }

  /** Makes a result of `after` the selection. */
  apply(state: SelectionState): void {
    this.#state = state;
    this.#version += 1;
  }

  /** Deselects everything. */
  clear(): void {
    this.apply(EMPTY);
  }

  /** The selection as the window shows it. Call inside `Database.read`. */
  summary(tables: Tables, query: ListQuery): SelectionSummary {
    const count = this.#state.ids.size;
    const version = this.#version;
    if (count === 0) return { version, count: 0, hidden: 0, unviewed: 0 };
    const key = JSON.stringify([this.#version, this.#changes.commit, query]);
    if (this.#summary?.key !== key) {
      const ids = this.ids;
      const value = {
        version,
        count,
        hidden: isWhole(query) ? 0 : count - tables.list.countMatching(ids, query),
        unviewed: tables.list.countUnviewed(ids),
      };
      this.#summary = { key, value };
    }
    return this.#summary.value;
  }

  #after(tables: Tables, step: SelectionStep, query: ListQuery): SelectionState | null {
    const { ids, anchor } = this.#state;
    switch (step.kind) {
      case 'toggle': {
        const next = new Set(ids);
        if (!next.delete(step.id)) next.add(step.id);
        return { ids: next, anchor: step.id, before: next };
      }
      case 'extend':
        return this.#extended(tables, step, query);
      case 'tick': {
        const next = new Set(ids);
        for (const id of step.ids)
          if (step.isTicked) next.add(id);
          else next.delete(id);
        return { ids: next, anchor: step.ids[0] ?? anchor, before: next };
      }
      case 'all': {
        if (tables.list.total(query) > MAX_AT_ONCE) return null;
        const next = new Set([...ids, ...tables.list.ids(query, 0, MAX_AT_ONCE)]);
        return { ids: next, anchor, before: next };
      }
    }
  }

  #extended(
    { list }: Tables,
    { to, start }: { to: string; start: string },
    query: ListQuery,
  ): SelectionState | null {
    const { ids, anchor, before } = this.#state;
    const anchorIndex = anchor === null ? null : list.position(anchor, query);
    const from = anchorIndex ?? list.position(start, query);
    const end = list.position(to, query);
    if (from === null || end === null) return this.#state;
    const length = Math.abs(from - end) + 1;
    if (length > MAX_AT_ONCE) return null;
    const kept = anchorIndex === null ? ids : before;
    const range = list.ids(query, Math.min(from, end), length);
    return {
      ids: new Set([...kept, ...range]),
      anchor: anchorIndex === null ? start : anchor,
      before: kept,
    };
  }

  #forget(removed: ReadonlySet<string>): void {
    const { ids, anchor } = this.#state;
    if (![...removed].some((id) => ids.has(id))) return;
    const remaining = new Set([...ids].filter((id) => !removed.has(id)));
    this.apply({ ids: remaining, anchor, before: remaining });
  }
}

/** Whether a query shows every entry. Then nothing selected is hidden, and nothing needs counting. */
function isWhole({ search, filter, signIn, parent, label }: ListQuery): boolean {
  const isFiltered = filter !== 'all' || signIn !== null || parent !== null || label !== null;
  return search.trim() === '' && !isFiltered;
}
