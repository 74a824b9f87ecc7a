/** The sign-ins of the reading queue: which of them can be tried, and what is being read with each. */
import type { Failure } from '../../shared/failure';
import type { Database } from '../database';

/** What the queue keeps about a sign-in. */
export interface SignInState {
  /** The Cloudflare user whose limit its reads count against; '' before it is known. */
  userId: string;
  /** Why it is not tried: every read would fail like this. Null: it is tried. */
  failure: Failure | null;
  /** The issue in its row, or null. */
  issue: Failure | null;
  /** Until when Cloudflare refuses its requests, on the monotonic clock. */
  pausedUntil: number;
  /** The entries being read now. */
  active: Set<string>;
}

/** The sign-ins, by id. */
export class ReadingSignIns {
  readonly #database: Database;
  readonly #states = new Map<string, SignInState>();

  constructor(database: Database) {
    this.#database = database;
  }

  get(id: string): SignInState | undefined {
    return this.#states.get(id);
  }

  has(id: string): boolean {
    return this.#states.has(id);
  }

  /** All of them, with their ids. */
  all(): readonly [string, SignInState][] {
    return [...this.#states];
  }

  /** Those that cannot be tried, and why. */
  failed(): readonly [string, Failure][] {
    return this.all().flatMap(([id, { failure }]) => (failure ? [[id, failure]] : []));
  }

  /** Those that can be tried. */
  working(): { id: string; userId: string }[] {
    return this.all().flatMap(([id, { userId, failure }]) => (failure ? [] : [{ id, userId }]));
  }

  /** Whether nothing is being read. */
  get isIdle(): boolean {
    return this.all().every(([, { active }]) => active.size === 0);
  }

  /** Whether an entry is being read, with whatever sign-in. */
  isActive(entryId: string): boolean {
    for (const { active } of this.#states.values()) if (active.has(entryId)) return true;
    return false;
  }

  /**
   * Updates these from their rows.
   * @param isStart whether the app was just launched: a keychain that was locked may be open now, so it is tried
   */
  update(ids: readonly string[], isStart = false): void {
    const rows = this.#database.read(({ signIns }) => ids.map((id) => signIns.get(id)));
    for (const [index, id] of ids.entries()) {
      const row = rows.ok ? rows.value[index] : undefined;
      if (row === null) this.#states.delete(id);
      if (!row) continue;
      const state = this.#states.get(id);
      const { issue } = row;
      const userId = row.userId ?? '';
      const failure = isStart && issue?.code.startsWith('keychain.') ? null : issue;
      if (!state) {
        this.#states.set(id, { userId, failure, issue, pausedUntil: 0, active: new Set() });
        continue;
      }
      state.userId = userId;
      // The row changed for another reason, so `failure` stays as it is.
      if (issue?.code === state.issue?.code) continue;
      state.issue = issue;
      state.failure = failure;
    }
  }

  /** Updates all of them. */
  updateAll(isStart = false): void {
    const known = this.#database.read(({ signIns }) => signIns.all().map(({ id }) => id));
    if (known.ok) this.update(known.value, isStart);
  }

  /**
   * Lets them be tried at once.
   * @param retried which of those that failed, too; `keychain`: whose keychain may have been unlocked
   */
  retry(retried: 'all' | 'keychain' | 'none'): void {
    for (const state of this.#states.values()) {
      state.pausedUntil = 0;
      const isLocked = state.failure?.code.startsWith('keychain.') ?? false;
      if (retried === 'all' || (retried === 'keychain' && isLocked)) state.failure = null;
    }
  }
}
