/**
 * A check of all entries, while it runs: which sign-ins take part, what it has found, and how far it is. queue.ts reads the
 * entries. It counts what the database has, so that no read counts twice or too early.
 */
import type { Failure } from '../../shared/failure';
import type { Database } from '../database';
import { RaisablePriority, type Priority } from '../rate-limit';
import type { ReadResult } from './read';

/** The progress of a check. */
export interface CheckProgress {
  /** `asked` once a person waits for it; before, `background`. */
  priority: Priority;
  /** How many entries were read since it began, for whatever reason, or failed. */
  done: number;
  /** How many entries there are whose sign-in can be tried. */
  total: number;
}

/** The result of a check. */
export interface CheckResult {
  /** How many entries have been read since the check began. */
  checked: number;
  /** How many have not. */
  unchecked: number;
  /** Ids of the entries found changed. */
  changed: readonly string[];
  /** Why not everything could be checked, or null. */
  failure: Failure | null;
  /** Whether it ended before all entries were tried, because every read would have failed. */
  endedEarly: boolean;
  /** Whether it was stopped, so that it does not count as a check. */
  isStopped: boolean;
}

/** A running check. */
export class Check {
  /** Raised once a person waits for it, with the requests for lists that wait already. */
  readonly priority: RaisablePriority;
  /** The number of the last try before it began: entries tried later are done. */
  readonly lastTry: number;
  readonly #database: Database;
  readonly #onEnd: (result: CheckResult) => void;
  readonly #abort = new AbortController();
  /** The entries that failed. They are at the end of the order, as if they had been read. */
  readonly #failed = new Set<string>();
  readonly #changed = new Set<string>();
  /** The sign-ins that take part, and whether their list is still being read. */
  readonly #signIns = new Map<string, 'listing' | 'reading'>();
  /** The sign-ins that were given up, and why. */
  readonly #givenUp = new Map<string, Failure>();
  #failure: Failure | null = null;
  #isEnding = false;

  /** @param onEnd called with the result, once */
  constructor(database: Database, priority: Priority, onEnd: (result: CheckResult) => void) {
    this.#database = database;
    this.priority = new RaisablePriority(priority);
    this.#onEnd = onEnd;
    const lastTry = database.read(({ organizations }) => organizations.lastTry());
    this.lastTry = lastTry.ok ? lastTry.value : -1;
    if (!lastTry.ok) this.endEarly(lastTry.failure);
  }

  /** Ends the requests that are made for it. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Whether it starts no more reads, and ends with those under way. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Whether the list of a sign-in is still being read. */
  get isListing(): boolean {
    return [...this.#signIns.values()].includes('listing');
  }

  /** Whether a sign-in takes part. */
  has(signInId: string): boolean {
    return this.#signIns.has(signInId);
  }

  /** Whether the profiles of a sign-in can be read already. */
  isReading(signInId: string): boolean {
    return this.#signIns.get(signInId) === 'reading';
  }

  /**
   * Lets a sign-in take part. Its list is read first: it has the current names and parents, and one request shows whether
   * the sign-in works at all.
   * @returns whether its list must be read; call `listed` or `rejoin` at the end
   */
  join(signInId: string): boolean {
    const mustList = this.leftOf(signInId) > 0;
    this.#signIns.set(signInId, mustList ? 'listing' : 'reading');
    this.#givenUp.delete(signInId);
    return mustList;
  }

  /** The list of a sign-in was read, or cannot be. */
  listed(signInId: string): void {
    this.#signIns.set(signInId, 'reading');
  }

  /** Lets the next `join` read the list again. */
  rejoin(signInId: string): void {
    this.#signIns.delete(signInId);
  }

  /** Reads nothing more with a sign-in. */
  giveUp(signInId: string, failure: Failure): void {
    this.#signIns.delete(signInId);
    this.#givenUp.set(signInId, failure);
  }

  /** Records that an entry was read. */
  read(id: string, { isStored, isChanged }: ReadResult): void {
    if (isStored) this.#failed.delete(id);
    if (isChanged) this.#changed.add(id);
  }

  /** Records that an entry failed. */
  fail(id: string): void {
    this.#failed.add(id);
  }

  /** These entries are read again, or are not saved any more. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.#failed.delete(id);
  }

  /** Keeps the first failure for the result. */
  note(failure: Failure): void {
    this.#failure ??= failure;
  }

  /** Starts no more reads, because every one would fail like this. */
  endEarly(failure: Failure): void {
    this.#failure = failure;
    this.#isEnding = true;
  }

  /** How many entries of a sign-in are left to read. */
  leftOf(signInId: string): number {
    return this.#countOf(signInId, this.lastTry);
  }

  progress(): CheckProgress {
    let left = 0;
    let total = 0;
    for (const id of this.#signIns.keys()) {
      left += this.leftOf(id);
      total += this.#countOf(id, Number.MAX_VALUE);
    }
    return { priority: this.priority.current, done: total - left, total };
  }

  /** Ends it and reports the result. */
  end(isStopped: boolean): void {
    this.#abort.abort();
    const counts = this.#database.read(({ organizations, profiles }) => ({
      saved: profiles.counts().saved,
      left: organizations.countToRead(this.lastTry),
    }));
    const { saved, left } = counts.ok ? counts.value : { saved: 0, left: 0 };
    const unchecked = Math.min(saved, left + this.#failed.size);
    this.#onEnd({
      checked: saved - unchecked,
      unchecked,
      changed: [...this.#changed],
      failure: this.#failure ?? [...this.#givenUp.values()][0] ?? null,
      endedEarly: this.#isEnding,
      isStopped,
    });
  }

  #countOf(signInId: string, upTo: number): number {
    const found = this.#database.read((tables) => tables.organizations.countToRead(upTo, signInId));
    return found.ok ? found.value : 0;
  }
}
