/**
 * The active option of the list box, for the keyboard. It moves by index, also to rows that are not loaded
 * yet, and follows its organization when rows are reordered.
 */
import type { ListRow } from '../../../shared/list-query';
import { isSameQuery } from '../../state/list-query.svelte';
import type { OrganizationsState } from '../../state/organizations.svelte';
import { indexOf, type ListSnapshot } from '../../state/list-snapshot';

/** The active option. */
export class ActiveOption {
  #index = $state(-1);
  /** Its row as last loaded; null until then. */
  #row = $state.raw<ListRow | null>(null);
  /** Whether the order has changed and its row is not loaded, so that its index is unknown. */
  #isLost = $state(false);
  /** The list that `#index` refers to. */
  #list: ListSnapshot | null = null;
  readonly #organizations: OrganizationsState;

  constructor(organizations: OrganizationsState) {
    this.#organizations = organizations;
  }

  /** Its index, -1 for none. */
  get index(): number {
    return this.#index;
  }

  /** Its row, even when scrolled away; null until it is loaded. */
  get row(): ListRow | null {
    return this.#row;
  }

  /** Whether its index is unknown; `find` asks main for it. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Makes another option active; -1 for none. */
  moveTo(index: number): void {
    this.#index = index;
    this.#row = this.#organizations.at(index) ?? null;
    this.#isLost = false;
    this.#list = this.#organizations.shown;
  }

  /** Call it whenever the shown list has changed. */
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

  /** Finds its index if it is unknown. If its organization is no longer in the list, no option is active. */
  async find(): Promise<void> {
    const row = this.#row;
    if (!this.#isLost || !row) return;
    const index = await this.#organizations.position(row.id);
    const now = index === null ? null : await this.#organizations.fetchAt(index);
    if (this.#row !== row || !this.#isLost) return;
    this.#index = index ?? -1;
    this.#row = now;
    this.#isLost = false;
    this.#list = this.#organizations.shown;
  }

  /** Its row, fetched if it is not loaded; null when no option is active or the request failed. */
  async fetch(): Promise<ListRow | null> {
    const index = this.#index;
    if (index < 0) return null;
    return this.#row ?? (await this.#organizations.fetchAt(index));
  }
}
