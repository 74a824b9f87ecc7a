/**
 * Which organizations are selected, for what is done with many at once. Kept as a set of ids, so that
 * 10,000 cost nothing per row; searching and filtering leave it as it is.
 */
import type { LetterheadApi } from '../../shared/bridge';
import type { OrganizationRow } from '../../shared/organization';
import type { OrganizationsState } from './organizations.svelte';
import { excluding, including, setOf } from './replaced';

const NONE = setOf<string>();

const idsOf = (rows: readonly OrganizationRow[]): string[] => rows.map(({ id }) => id);

/** The selection in the list. */
export class Selection {
  #ids = $state.raw(NONE);
  #choosing = $state(false);
  /** Where a range begins: the last row selected or taken out by itself. */
  #anchor: string | null = null;
  /** What was selected before the range that is being extended. */
  #before = NONE;
  readonly #organizations: OrganizationsState;
  readonly #hidden = $derived.by(() => {
    if (this.#ids.size === 0) return 0;
    let shown = 0;
    for (const { id } of this.#organizations.shown) if (this.#ids.has(id)) shown += 1;
    return this.#ids.size - shown;
  });

  constructor(api: LetterheadApi, organizations: OrganizationsState) {
    this.#organizations = organizations;
    api.on.rowsChanged(({ removed }) => this.#forget(removed));
  }

  /** Whether the person is selecting: rows have boxes, and Space is for them. */
  get choosing(): boolean {
    return this.#choosing;
  }

  /** How many organizations are selected. */
  get count(): number {
    return this.#ids.size;
  }

  /** How many of them search and filter leave out of sight. */
  get hidden(): number {
    return this.#hidden;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** The selected ids, in the order of the list. */
  list(): string[] {
    return idsOf(this.#organizations.all).filter((id) => this.#ids.has(id));
  }

  /** Begins selecting, with nothing selected yet. */
  begin(): void {
    this.#choosing = true;
  }

  /** Ends it; nothing is selected any more. */
  end(): void {
    this.#choosing = false;
    this.#ids = NONE;
    this.#before = NONE;
    this.#anchor = null;
  }

  /** Selects one or takes it out. */
  toggle(id: string): void {
    const next = this.#ids.has(id) ? excluding(this.#ids, [id]) : including(this.#ids, [id]);
    this.#anchor = id;
    this.#before = next;
    this.#take(next);
  }

  /**
   * Selects from where the range began to `id`; what the range held before and no longer holds is taken
   * out.
   *
   * @param rows the rows as they are shown
   * @param start where a range begins when none has begun in these rows
   */
  extendTo(rows: readonly OrganizationRow[], id: string, start: string): void {
    const indexOf = (wanted: string | null): number => rows.findIndex((row) => row.id === wanted);
    let from = indexOf(this.#anchor);
    if (from < 0) {
      this.#anchor = start;
      this.#before = this.#ids;
      from = indexOf(start);
    }
    const to = indexOf(id);
    if (from < 0 || to < 0) return;
    const range = rows.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.#take(including(this.#before, idsOf(range)));
  }

  /** Selects all that is shown, on top of what is selected; nothing while the list is not whole. */
  selectAll(rows: readonly OrganizationRow[]): void {
    if (!this.#organizations.whole) return;
    const next = including(this.#ids, idsOf(rows));
    this.#before = next;
    this.#take(next);
  }

  #take(next: ReadonlySet<string>): void {
    this.#choosing = true;
    this.#ids = next;
  }

  #forget(removed: readonly string[]): void {
    if (!removed.some((id) => this.#ids.has(id))) return;
    const next = excluding(this.#ids, removed);
    this.#ids = next;
    this.#before = next;
    if (next.size === 0) this.end();
  }
}
