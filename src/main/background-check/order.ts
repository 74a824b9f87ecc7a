/**
 * The entries a background check goes through, the one checked longest ago first, fetched in small pages:
 * a list of 100,000 is never in memory. What the run itself has checked does not come again.
 */
import { success, type Failure, type Outcome } from '../../shared/failure';
import type { CheckPlace, EntrySignIn, Store } from '../database/tables';

/** Entries fetched at once. */
const PAGE = 200;

/** What the order is made from. */
export interface CheckOrderOptions {
  store: Store;
  /** Ms since the epoch. */
  now: () => number;
  /** They go last. */
  last: ReadonlySet<string>;
}

/** Gives one entry after the other. */
export class CheckOrder {
  readonly #options: CheckOrderOptions;
  /** What was checked before this (ms since the epoch) is to be checked. */
  readonly #before: number;
  /** Checked by this run although the clock says that it was before. */
  readonly #checked = new Set<string>();
  #after: CheckPlace | null = null;
  #isOver = false;
  #page: EntrySignIn[] = [];
  #last: EntrySignIn[] = [];
  #part: 'past' | 'future' | 'last' = 'past';

  constructor(options: CheckOrderOptions) {
    this.#options = options;
    this.#before = options.now() + 1;
  }

  /** The next entry, or null at the end. Fails as the database does. */
  next(): Outcome<EntrySignIn | null> {
    for (;;) {
      for (let entry = this.#page.shift(); entry; entry = this.#page.shift()) {
        const { organizationId: id } = entry;
        if (this.#checked.has(id)) continue;
        if (this.#part !== 'last' && this.#options.last.has(id)) this.#last.push(entry);
        else return success(entry);
      }
      if (this.#part === 'last') return success(null);
      if (this.#isOver) {
        this.#nextPart();
        continue;
      }
      const failure = this.#fetch();
      if (failure) return { ok: false, failure };
    }
  }

  /** This one was checked just now. */
  checked(organizationId: string): void {
    if (this.#options.now() < this.#before) this.#checked.add(organizationId);
  }

  /** Begins again, for those that were passed over. */
  restart(): void {
    this.#part = 'past';
    this.#after = null;
    this.#isOver = false;
    this.#page = [];
    this.#last = [];
  }

  #fetch(): Failure | null {
    const before = this.#part === 'past' ? this.#before : null;
    const range = { after: this.#after, before };
    const found = this.#options.store.read(({ profiles }) => profiles.byCheck(range, PAGE));
    if (!found.ok) return found.failure;
    this.#page = found.value.entries;
    this.#after = found.value.next;
    this.#isOver = this.#after === null;
    return null;
  }

  #nextPart(): void {
    const now = this.#options.now();
    // Checked at a time that has not come: the clock was set back before this run. Set back during the
    // run, these are the ones it has checked.
    if (this.#part === 'past' && now >= this.#before - 1) {
      this.#part = 'future';
      this.#isOver = false;
      this.#after = { checkedAt: Math.max(now, this.#before), row: Number.MAX_SAFE_INTEGER };
      return;
    }
    this.#part = 'last';
    this.#page = this.#last;
  }
}
