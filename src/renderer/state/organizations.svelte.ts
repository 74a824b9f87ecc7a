/**
 * The list of saved organizations: every row by id, and what of it is shown: search, filter, order.
 * Everything shown is derived; it has to feel instant with 10,000 rows. It begins with the first rows,
 * which are on screen at once, and is whole a moment later.
 */
import type { EventPayload, LetterheadApi } from '../../shared/bridge';
import type { Failure } from '../../shared/failure';
import type { OrganizationRow } from '../../shared/organization';
import type { Locale } from '../../shared/language';
import { locale } from '../../shared/messages/locale';
import { byName } from '../../shared/name-order';
import { fromRowsText } from '../../shared/rows-text';
import { OrganizationSearch } from './organization-search.svelte';
import { picked, placesOf } from './picked';
import { byId, changed } from './replaced';

/** What the list is narrowed to. */
export const FILTERS = ['all', 'attention', 'drafts', 'waiting'] as const;
export type Filter = (typeof FILTERS)[number];

/** What the list is ordered by. */
export const ORDERS = ['name', 'changed'] as const;
export type Order = (typeof ORDERS)[number];

/** Whether a row belongs to what a filter shows. */
export function matches(filter: Filter, row: OrganizationRow): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'attention':
      return row.attention !== null;
    case 'drafts':
      return row.draftFields > 0;
    case 'waiting':
      return row.waitingSince !== null;
  }
}

type Compare = (one: OrganizationRow, other: OrganizationRow) => number;

function by(order: Order): Compare {
  const compareNames = byName();
  if (order === 'name') return compareNames;
  return (one, other) => (other.changedAt ?? 0) - (one.changedAt ?? 0) || compareNames(one, other);
}

/**
 * Mirrors `organizations.first`, `organizations.list` and `rowsChanged`, and holds what a person narrowed
 * the list to.
 */
export class OrganizationsState {
  #rows = $state.raw(byId<OrganizationRow>());
  #failure = $state.raw<Failure | null>(null);
  #loaded = $state(false);
  /**
   * The language in which the rows are in order of name already, as main gave them; null: in none. Making
   * what compares names would hold the first paint up.
   */
  #given = $state.raw<Locale | null>(null);
  /** How many there are, while they are not all here; null: all are. */
  #expected = $state<number | null>(null);
  #missed: EventPayload<'rowsChanged'>[] | null = null;
  readonly #api: LetterheadApi;
  readonly search: OrganizationSearch;
  /** What the person chose; the sidebar writes it. */
  filter = $state<Filter>('all');
  order = $state<Order>('name');

  readonly #ordered = $derived.by(() => {
    const rows = [...this.#rows.values()];
    return this.order === 'name' && this.#given === locale() ? rows : rows.sort(by(this.order));
  });
  readonly #places = $derived.by(() => placesOf(this.#ordered));
  readonly #shown = $derived.by(() => {
    const found = this.search.found;
    const filter = this.filter;
    const rows = found ? picked(this.#ordered, this.#places, found) : this.#ordered;
    return filter === 'all' ? rows : rows.filter((row) => matches(filter, row));
  });
  readonly #counts = $derived.by(() => {
    const counts: Record<Filter, number> = { all: 0, attention: 0, drafts: 0, waiting: 0 };
    for (const row of this.#rows.values()) {
      for (const filter of FILTERS) if (matches(filter, row)) counts[filter] += 1;
    }
    return counts;
  });

  constructor(api: LetterheadApi) {
    this.#api = api;
    this.search = new OrganizationSearch(api);
    api.on.rowsChanged((change) => {
      this.#missed?.push(change);
      this.#apply(change);
    });
  }

  /** Every row in order, whatever is searched for. */
  get all(): readonly OrganizationRow[] {
    return this.#ordered;
  }

  /** The rows to show, in order. */
  get shown(): readonly OrganizationRow[] {
    return this.#shown;
  }

  /** How many organizations there are. */
  get total(): number {
    return this.#expected ?? this.#rows.size;
  }

  /** How many rows there are to show. */
  get shownCount(): number {
    return this.narrowed ? this.#shown.length : this.total;
  }

  /** How many organizations each filter shows without a search; null while not all are here. */
  get counts(): Readonly<Record<Filter, number>> | null {
    return this.whole ? this.#counts : null;
  }

  /** Whether the list leaves out something: it is searched or filtered. */
  get narrowed(): boolean {
    return this.search.found !== null || this.filter !== 'all';
  }

  /** Whether there is something to show, at least the beginning of the list. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** Whether every row is here. */
  get whole(): boolean {
    return this.#loaded && this.#expected === null;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  /** Shows all that belongs to a filter, whatever was searched for before. */
  showOnly(filter: Filter): void {
    this.search.query = '';
    this.filter = filter;
  }

  /** The row with this id, or undefined. */
  row(id: string): OrganizationRow | undefined {
    return this.#rows.get(id);
  }

  /** Asks for the beginning of the list: all that the first paint waits for. `loadRest` goes on. */
  async load(): Promise<void> {
    this.#missed = [];
    const outcome = await this.#api.organizations.first();
    if (!outcome.ok) {
      this.#failure = outcome.failure;
      return;
    }
    const { rows, total } = outcome.value;
    this.#expected = total > rows.length ? total : null;
    this.#take(rows);
    this.#loaded = true;
    if (this.#expected === null) this.#missed = null;
  }

  /** Asks for all that the beginning left out; changes that come meanwhile are put over it. */
  async loadRest(): Promise<void> {
    if (this.#expected === null) return;
    const all: OrganizationRow[] = [];
    for (let after: string | null = null; ;) {
      const outcome = await this.#api.organizations.list({ after });
      if (!outcome.ok) {
        this.#failure = outcome.failure;
        return;
      }
      if (outcome.value.next === null) break;
      // Slice by slice, so that putting all in order at the end compares few pairs.
      all.push(...fromRowsText(outcome.value.rows).sort(by('name')));
      after = outcome.value.next;
    }
    this.#expected = null;
    // Kept in order of name, so that sorting again after a change compares few pairs.
    this.#take(all.sort(by('name')));
    this.#missed = null;
  }

  #take(rows: readonly OrganizationRow[]): void {
    this.#rows = byId(rows);
    this.#given = locale();
    this.#failure = null;
    for (const change of this.#missed ?? []) this.#apply(change);
  }

  #apply({ rows, removed }: EventPayload<'rowsChanged'>): void {
    this.#rows = changed(this.#rows, rows, removed);
    this.#given = null;
    this.search.again();
  }
}
