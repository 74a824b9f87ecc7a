/**
 * The list of saved organizations: every row by id, and what of it is shown: search, filter, order.
 * Everything shown is derived; it has to feel instant with 10,000 rows.
 */
import type { EventPayload, LetterheadApi } from '../../shared/bridge';
import type { Failure } from '../../shared/failure';
import type { OrganizationRow } from '../../shared/organization';
import { nameOrder } from '../../shared/messages/locale';
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
  const names = nameOrder();
  const byName: Compare = (one, other) =>
    names.compare(one.name, other.name) || (one.id < other.id ? -1 : 1);
  const byChange: Compare = (one, other) =>
    (other.changedAt ?? 0) - (one.changedAt ?? 0) || byName(one, other);
  return order === 'name' ? byName : byChange;
}

/** Mirrors `organizations.list` and `rowsChanged`, and holds what a person narrowed the list to. */
export class OrganizationsState {
  #rows = $state.raw(byId<OrganizationRow>());
  #failure = $state.raw<Failure | null>(null);
  #loaded = $state(false);
  #missed: EventPayload<'rowsChanged'>[] | null = null;
  readonly #api: LetterheadApi;
  readonly search: OrganizationSearch;
  /** What the person chose; the sidebar writes it. */
  filter = $state<Filter>('all');
  order = $state<Order>('name');

  readonly #ordered = $derived.by(() => [...this.#rows.values()].sort(by(this.order)));
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

  /** How many organizations each filter shows without a search. */
  get counts(): Readonly<Record<Filter, number>> {
    return this.#counts;
  }

  get loaded(): boolean {
    return this.#loaded;
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

  /** Asks for the whole list; changes that come meanwhile are put over it. */
  async load(): Promise<void> {
    this.#missed = [];
    const outcome = await this.#api.organizations.list();
    const missed = this.#missed ?? [];
    this.#missed = null;
    if (!outcome.ok) {
      this.#failure = outcome.failure;
      return;
    }
    // Kept in order of name, so that sorting again after a change compares few pairs.
    this.#rows = byId(outcome.value.sort(by('name')));
    this.#failure = null;
    this.#loaded = true;
    for (const change of missed) this.#apply(change);
  }

  #apply({ rows, removed }: EventPayload<'rowsChanged'>): void {
    this.#rows = changed(this.#rows, rows, removed);
    this.search.again();
  }
}
