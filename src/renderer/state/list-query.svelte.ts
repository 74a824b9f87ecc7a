/** What a person has narrowed the list to: the search, the filter, the sign-in and the order. */
import {
  WHOLE_LIST,
  type ListFilter,
  type ListOrder,
  type ListQuery,
} from '../../shared/list-query';

/** Longest search that main takes, in UTF-16 units. */
export const LONGEST_SEARCH = 500;

/** Whether two queries ask for the same. */
export function isSameQuery(one: ListQuery, other: ListQuery): boolean {
  return (
    one.search === other.search &&
    one.filter === other.filter &&
    one.signIn === other.signIn &&
    one.order === other.order
  );
}

/** What the controls above the list say; they read and write it. */
export class ListQueryState {
  /** As it was typed. */
  #search = $state(WHOLE_LIST.search);
  #filter = $state(WHOLE_LIST.filter);
  #signIn = $state(WHOLE_LIST.signIn);
  #order = $state(WHOLE_LIST.order);
  #changes = $state(0);
  readonly #onchange: () => void;

  /** @param onchange called after every change */
  constructor(onchange: () => void) {
    this.#onchange = onchange;
  }

  /** How often it was changed: what was said of it before is out of date. */
  get changes(): number {
    return this.#changes;
  }

  /** The query as main takes it. */
  get value(): ListQuery {
    return {
      search: this.#search.trim().slice(0, LONGEST_SEARCH),
      filter: this.#filter,
      signIn: this.#signIn,
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

  get order(): ListOrder {
    return this.#order;
  }

  set order(order: ListOrder) {
    this.#order = order;
    this.#changed();
  }

  /** Shows all entries of a sign-in. */
  showSignIn(signIn: NonNullable<ListQuery['signIn']>): void {
    this.#search = '';
    this.#filter = 'all';
    this.#signIn = signIn;
    this.#changed();
  }

  /** Shows everything under a filter, whatever was searched for and whichever sign-in was chosen. */
  showOnly(filter: ListFilter): void {
    this.#search = '';
    this.#signIn = null;
    this.#filter = filter;
    this.#changed();
  }

  #changed(): void {
    this.#changes += 1;
    this.#onchange();
  }
}
