/**
 * The order in which a background check reads entries: the one checked longest ago first. Entries that this
 * run has already checked are skipped. Fetches ids in small pages, so that a list of 100,000 entries is never
 * in memory as a whole.
 */
import type { Failure } from '../../shared/failure';
import { success, type Outcome } from '../../shared/outcome';
import type { CheckPlace, EntrySignIn, Store } from '../database';

/** Entries per page. */
const PAGE_SIZE = 200;

/** Options of the order. */
export interface CheckOrderOptions {
  store: Store;
  /** Ms since the epoch. */
  now: () => number;
  /** Ids of entries to check last. */
  checkLast: ReadonlySet<string>;
}

/** Iterates over the entries in the order of the check. */
export class CheckOrder {
  readonly #options: CheckOrderOptions;
  /** Entries last checked before this time (ms since the epoch) are due. */
  readonly #before: number;
  /** Entries checked by this run whose check time looks older than the run, because the clock was set back. */
  readonly #checked = new Set<string>();
  #after: CheckPlace | null = null;
  #isPhaseFetched = false;
  #page: EntrySignIn[] = [];
  /** Entries postponed to the phase `last`. */
  #postponed: EntrySignIn[] = [];
  /** `future`: entries whose last check is in the future, because the clock was set back. */
  #phase: 'past' | 'future' | 'last' = 'past';

  constructor(options: CheckOrderOptions) {
    this.#options = options;
    this.#before = options.now() + 1;
  }

  /** The next entry, or null at the end. Fails if the database cannot be read. */
  next(): Outcome<EntrySignIn | null> {
    for (;;) {
      for (let entry = this.#page.shift(); entry; entry = this.#page.shift()) {
        const { organizationId: id } = entry;
        if (this.#checked.has(id)) continue;
        if (this.#phase !== 'last' && this.#options.checkLast.has(id)) this.#postponed.push(entry);
        else return success(entry);
      }
      if (this.#phase === 'last') return success(null);
      if (this.#isPhaseFetched) {
        this.#startNextPhase();
        continue;
      }
      const failure = this.#fetchPage();
      if (failure) return { ok: false, failure };
    }
  }

  /** Call when an entry was checked. */
  markChecked(organizationId: string): void {
    if (this.#options.now() < this.#before) this.#checked.add(organizationId);
  }

  /** Starts over, for entries that were skipped. */
  restart(): void {
    this.#phase = 'past';
    this.#after = null;
    this.#isPhaseFetched = false;
    this.#page = [];
    this.#postponed = [];
  }

  #fetchPage(): Failure | null {
    const before = this.#phase === 'past' ? this.#before : null;
    const range = { after: this.#after, before };
    const found = this.#options.store.read(({ profiles }) => profiles.byCheck(range, PAGE_SIZE));
    if (!found.ok) return found.failure;
    this.#page = found.value.entries;
    this.#after = found.value.next;
    this.#isPhaseFetched = this.#after === null;
    return null;
  }

  #startNextPhase(): void {
    const now = this.#options.now();
    // If the clock was set back before this run, some entries have a check time in the future. If it was set
    // back during the run, such entries are those this run has checked, so the phase is skipped.
    if (this.#phase === 'past' && now >= this.#before - 1) {
      this.#phase = 'future';
      this.#isPhaseFetched = false;
      this.#after = { checkedAt: Math.max(now, this.#before), row: Number.MAX_SAFE_INTEGER };
      return;
    }
    this.#phase = 'last';
    this.#page = this.#postponed;
  }
}

/** Iterates over the given entries. Skips those that are no longer saved. */
export class FixedOrder {
  /** The ids of those that are no longer saved. */
  readonly removed = new Set<string>();
  readonly #store: Store;
  readonly #ids: readonly string[];
  #next = 0;

  constructor(store: Store, ids: readonly string[]) {
    this.#store = store;
    this.#ids = ids;
  }

  /** The next entry, or null at the end. Fails if the database cannot be read. */
  next(): Outcome<EntrySignIn | null> {
    for (let id = this.#ids[this.#next]; id !== undefined; id = this.#ids[this.#next]) {
      this.#next += 1;
      const organizationId = id;
      const entry = this.#store.read(({ organizations }) => organizations.get(organizationId));
      if (!entry.ok) return entry;
      if (entry.value) return success({ organizationId, credentialId: entry.value.credentialId });
      this.removed.add(organizationId);
    }
    return success(null);
  }

  /** Does nothing: no entry is given twice, so none has to be skipped. */
  markChecked(): void {}

  /** Starts over, for entries that were skipped. Those that were read are read again. */
  restart(): void {
    this.#next = 0;
  }
}
