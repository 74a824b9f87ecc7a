/** The query of the list: search text, filters, grouping and order. */
import {
  WHOLE_LIST,
  type ListFilter,
  type ListGrouping,
  type ListOrder,
  type ListQuery,
} from '../../shared/list-query';
import { idInAddress } from '../../shared/organization';

/** Longest search text that main accepts, in UTF-16 units. */
export const LONGEST_SEARCH = 500;

/** Whether two queries are equal. */
export function isSameQuery(one: ListQuery, other: ListQuery): boolean {
  return (
    one.search === other.search &&
    one.filter === other.filter &&
    one.signIn === other.signIn &&
    one.parent === other.parent &&
    one.label === other.label &&
    one.group === other.group &&
    one.order === other.order
  );
}

/** The query as the controls above the list read and write it. */
export class ListQueryState {
  /** As typed, neither trimmed nor cut. */
  #search = $state(WHOLE_LIST.search);
  #filter = $state(WHOLE_LIST.filter);
  #signIn = $state(WHOLE_LIST.signIn);
  #parent = $state<string | null>(WHOLE_LIST.parent);
  #label = $state<string | null>(WHOLE_LIST.label);
  #group = $state<ListGrouping>(WHOLE_LIST.group);
  #order = $state(WHOLE_LIST.order);
  #changes = $state(0);
  readonly #onchange: () => void;

  /** @param onchange called after every change */
  constructor(onchange: () => void) {
    this.#onchange = onchange;
  }

  /** How many times the query changed. A message about an earlier query is outdated. */
  get changes(): number {
    return this.#changes;
  }

  /**
   * The query to send to main: search text trimmed and cut to LONGEST_SEARCH, or the id in a pasted address of
   * Cloudflare's dashboard.
   */
  get value(): ListQuery {
    return {
      search: idInAddress(this.#search) ?? this.#search.trim().slice(0, LONGEST_SEARCH),
      filter: this.#filter,
      signIn: this.#signIn,
      parent: this.#parent,
      label: this.#label,
      group: this.#group,
      order: this.#order,
    };
  }

  /** The text in the search box. */
  get search(): string {
    return this.#search;
  }

  set search(search: string) {
    this.#search = search;
    this.#changed();
  }

  get filter(): ListFilter {
    return this.#filter;
  }

  set filter(filter: ListFilter) {
    this.#filter = filter;
    this.#changed();
  }

  /** The sign-in whose entries are shown, `'none'` for those without one, or null for all. */
  get signIn(): ListQuery['signIn'] {
    return this.#signIn;
  }

  set signIn(signIn: ListQuery['signIn']) {
    this.#signIn = signIn;
    this.#changed();
  }

  /** The organization whose entries are shown with it, or null for all. */
  get parent(): string | null {
    return this.#parent;
  }

  set parent(parent: string | null) {
    this.#parent = parent;
    this.#changed();
  }

  /** The label whose entries are shown, or null for all. */
  get label(): string | null {
    return this.#label;
  }

  set label(label: string | null) {
    this.#label = label;
    this.#changed();
  }

  get group(): ListGrouping {
    return this.#group;
  }

  set group(group: ListGrouping) {
    this.#group = group;
    this.#changed();
  }

  get order(): ListOrder {
    return this.#order;
  }

  set order(order: ListOrder) {
    this.#order = order;
    this.#changed();
  }

  /** Shows all entries of one sign-in and clears search and the other filters. */
  showSignIn(signIn: NonNullable<ListQuery['signIn']>): void {
    this.#search = '';
    this.#filter = 'all';
    this.#parent = null;
    this.#label = null;
    this.#signIn = signIn;
    this.#changed();
  }

  /** Shows everything that matches a filter and clears search and the other filters. */
  showOnly(filter: ListFilter): void {
    this.#search = '';
    this.#signIn = null;
    this.#parent = null;
    this.#label = null;
    this.#filter = filter;
    this.#changed();
  }

  #changed(): void {
    this.#changes += 1;
    this.#onchange();
  }
}
