/**
 * The selection in the list, held as ids: searching and filtering leave it as it is, and selecting
 * thousands sends nothing to the window but their number.
 */
import { SELECTION_LIMIT, type ListQuery, type SelectionSummary } from '../../shared/list-query';
import type { ChangeFeed } from '../store/change-feed';
import type { Tables } from '../store/tables';

/** Entries that are looked up together. */
const AT_ONCE = 200;

/** What to select: an entry, a range or all of a query. */
export type Selecting =
  | { kind: 'toggle'; id: string }
  | { kind: 'extend'; to: string; start: string }
  | { kind: 'all' };

/** The selected entries. */
export class Selection {
  #ids: ReadonlySet<string> = new Set();
  /** Where a range begins: the last entry that was selected or taken out alone. */
  #anchor: string | null = null;
  /** What was selected before the range that is being extended. */
  #before: ReadonlySet<string> = new Set();
  /** The last summary, as long as nothing it was counted from has changed. */
  #summary: { key: string; value: SelectionSummary } | null = null;
  #version = 0;
  readonly #changes: ChangeFeed;

  constructor(changes: ChangeFeed) {
    this.#changes = changes;
    changes.subscribe(({ removed }) => this.#forget(removed));
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** The selected ids, in no order. */
  get ids(): readonly string[] {
    return [...this.#ids];
  }

  /**
   * Selects; call inside `Store.read`. False: it would be more than `SELECTION_LIMIT`, and nothing was
   * changed.
   */
  select(tables: Tables, selecting: Selecting, query: ListQuery): boolean {
    switch (selecting.kind) {
      case 'toggle': {
        const { id } = selecting;
        const next = new Set(this.#ids);
        if (!next.delete(id)) next.add(id);
        if (!this.#take(next)) return false;
        this.#anchor = id;
        this.#before = next;
        return true;
      }
      case 'extend':
        return this.#extend(tables, selecting, query);
      case 'all': {
        if (tables.list.total(query) > SELECTION_LIMIT) return false;
        const all = tables.list.ids(query, 0, SELECTION_LIMIT);
        const next = new Set([...this.#ids, ...all]);
        if (!this.#take(next)) return false;
        this.#before = next;
        return true;
      }
    }
  }

  /** Nothing is selected any more. */
  clear(): void {
    this.#anchor = null;
    this.#before = new Set();
    this.#take(new Set());
  }

  /** The selection as the window shows it. Call inside `Store.read`. */
  summary(tables: Tables, query: ListQuery): SelectionSummary {
    const count = this.#ids.size;
    if (count === 0) return { count: 0, hidden: 0, toSee: 0 };
    const key = JSON.stringify([this.#version, this.#changes.commit, query]);
    if (this.#summary?.key !== key) {
      const ids = this.ids;
      const value = {
        count,
        hidden: count - tables.list.countAmong(ids, query),
        toSee: tables.list.toSee(ids).length,
      };
      this.#summary = { key, value };
    }
    return this.#summary.value;
  }

  #extend(
    tables: Tables,
    { to, start }: { to: string; start: string },
    query: ListQuery,
  ): boolean {
    const { list } = tables;
    const anchored = this.#anchor === null ? null : list.position(this.#anchor, query);
    const from = anchored ?? list.position(start, query);
    const end = list.position(to, query);
    if (from === null || end === null) return true;
    const before = anchored === null ? this.#ids : this.#before;
    const first = Math.min(from, end);
    const length = Math.abs(from - end) + 1;
    if (length > SELECTION_LIMIT) return false;
    const next = new Set([...before, ...list.ids(query, first, length)]);
    if (!this.#take(next)) return false;
    if (anchored === null) {
      this.#anchor = start;
      this.#before = before;
    }
    return true;
  }

  #take(next: ReadonlySet<string>): boolean {
    if (next.size > SELECTION_LIMIT) return false;
    this.#ids = next;
    this.#version += 1;
    return true;
  }

  #forget(removed: ReadonlySet<string>): void {
    if (![...removed].some((id) => this.#ids.has(id))) return;
    const left = [...this.#ids].filter((id) => !removed.has(id));
    this.#before = new Set(left);
    this.#take(new Set(left));
  }
}

/** Splits ids into groups that are looked up together. */
export function* inGroups(ids: readonly string[]): Iterable<readonly string[]> {
  for (let from = 0; from < ids.length; from += AT_ONCE) yield ids.slice(from, from + AT_ONCE);
}
