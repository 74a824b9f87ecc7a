/**
 * The option of the list box that the keyboard is at. It is moved by index, also onto rows that are not
 * here yet, and stays with its organization when rows change their places.
 */
import type { ListRow } from '../../../shared/list-query';
import { isSameQuery } from '../../state/list-query.svelte';
import type { OrganizationsState } from '../../state/organizations.svelte';
import { indexOf, type ListSnapshot } from '../../state/list-snapshot';

/** The active option. */
export class ActiveOption {
  #index = $state(-1);
  /** Its row as it was last here; null while it was never here. */
  #row = $state.raw<ListRow | null>(null);
  /** Whether the rows have another order by now, in which it is not in sight. */
  #isLost = $state(false);
  /** The list in which `#index` is right. */
  #list: ListSnapshot | null = null;
  readonly #organizations: OrganizationsState;

  constructor(organizations: OrganizationsState) {
    this.#organizations = organizations;
  }

  /** Its index, -1 for none. */
  get index(): number {
    return this.#index;
  }

  /** Its row, also while it is out of sight; null while it is not here yet. */
  get row(): ListRow | null {
    return this.#row;
  }

  /** Whether its index has to be asked for: see `find`. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Moves to another option; -1 for none. */
  moveTo(index: number): void {
    this.#index = index;
    this.#row = this.#organizations.at(index) ?? null;
    this.#isLost = false;
    this.#list = this.#organizations.shown;
  }

  /** The list has changed; call it whenever it has. */
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

  /** Asks where it is now, if that is not known; without its organization there is no active option. */
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

  /** Its row, which main is asked for when it is not here; null when there is none. */
  async fetch(): Promise<ListRow | null> {
    const index = this.#index;
    if (index < 0) return null;
    return this.#row ?? (await this.#organizations.fetchAt(index));
  }
}
