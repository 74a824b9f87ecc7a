/**
 * The active option of the list box: the row that keys act on. Keys move it by index, also to rows that are not
 * loaded yet. When rows are reordered, it follows its organization.
 */
import type { ListRow } from '../../../shared/list-query';
import { isSameQuery } from '../../state/list-query.svelte';
import type { OrganizationsState } from '../../state/organizations.svelte';
import { indexOf, type ListSnapshot } from '../../state/list-snapshot';

/** The active option of a list box. */
export class ActiveOption {
  #index = $state(-1);
  /** The active row as last loaded; null until it is loaded. */
  #row = $state.raw<ListRow | null>(null);
  /** Whether the index is unknown, because the order has changed and the row is not loaded. */
  #isLost = $state(false);
  /** The list that `#index` refers to. */
  #list: ListSnapshot | null = null;
  readonly #organizations: OrganizationsState;

  constructor(organizations: OrganizationsState) {
    this.#organizations = organizations;
  }

  /** The index of the active row; -1: none. */
  get index(): number {
    return this.#index;
  }

  /** The active row, even when it is scrolled away; null until it is loaded. */
  get row(): ListRow | null {
    return this.#row;
  }

  /** Whether the index is unknown; `find` asks main for it. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Makes the row at an index active; -1: none. */
  moveTo(index: number): void {
    this.#index = index;
    this.#row = this.#organizations.at(index) ?? null;
    this.#isLost = false;
    this.#list = this.#organizations.shown;
  }

  /** Follows the active organization to its new index. Call it whenever the shown list has changed. */
  follow(): void {
    const { shown } = this.#organizations;
    if (!shown || this.#index < 0) return;
    const before = this.#list;
    this.#list = shown;
    const isReordered =
      before !== null &&
      (before.orderedAt !== shown.orderedAt || !isSameQuery(before.query, shown.query));
    if (!this.#row) {
      this.moveTo(Math.min(this.#index, shown.length - 1));
      return;
    }
    const index = indexOf(shown, this.#row.id);
    if (index !== null) this.moveTo(index);
    else if (isReordered) this.#isLost = true;
  }

  /** Finds the index if it is unknown. If the organization is no longer in the list, no option is active. */
  async find(): Promise<void> {
    const row = this.#row;
    if (!this.#isLost || !row) return;
    const index = await this.#organizations.position(row.id);
    const fetched = index === null ? null : await this.#organizations.fetchAt(index);
    if (this.#row !== row || !this.#isLost) return;
    this.#index = index ?? -1;
    this.#row = fetched;
    this.#isLost = false;
    this.#list = this.#organizations.shown;
  }

  /** The active row, fetched if it is not loaded; null when no option is active or the request failed. */
  async fetch(): Promise<ListRow | null> {
    const index = this.#index;
    if (index < 0) return null;
    return this.#row ?? (await this.#organizations.fetchAt(index));
  }
}
