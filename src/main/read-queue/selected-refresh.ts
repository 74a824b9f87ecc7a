/**
 * What a person sees of a refresh of selected entries: which are left, and what became of the others. queue.ts reads
 * them. The result stays until it is dismissed; nothing is kept across a restart, because the person can refresh again.
 */
import type { Failure } from '../../shared/failure';
import type { SelectedRefreshStatus } from '../../shared/selection-actions';

/** How the read of an entry ended. */
export type ReadEnd = { isChanged: boolean } | { failure: Failure };

/** The sign-in of each of these entries that is saved; null: none. */
export type SignInsOf = (ids: readonly string[]) => ReadonlyMap<string, string | null>;

/** A refresh of selected entries. It runs while any are left. */
export class SelectedRefresh {
  /** The entries to read, by sign-in. */
  readonly #left = new Map<string, Set<string>>();
  readonly #read = new Set<string>();
  readonly #changed = new Set<string>();
  readonly #failed = new Set<string>();
  readonly #withoutSignIn = new Set<string>();
  readonly #signInsOf: SignInsOf;
  #failure: Failure | null = null;
  #isStopped = false;

  /**
   * @param ids the entries to read, in this order
   * @param before a running refresh that this one takes over; what it has left comes last
   */
  constructor(ids: readonly string[], before: SelectedRefresh | null, signInsOf: SignInsOf) {
    this.#signInsOf = signInsOf;
    const toRead = new Set(ids);
    if (before) {
      for (const group of before.#left.values()) for (const id of group) toRead.add(id);
      for (const id of before.#read) if (!toRead.has(id)) this.#read.add(id);
      for (const id of before.#failed) if (!toRead.has(id)) this.#failed.add(id);
      for (const id of before.#withoutSignIn) if (!toRead.has(id)) this.#withoutSignIn.add(id);
      for (const id of before.#changed) this.#changed.add(id);
      if (this.#failed.size > 0) this.#failure = before.#failure;
    }
    this.#add([...toRead]);
  }

  get isRunning(): boolean {
    return this.#left.size > 0;
  }

  /** The entries that failed. */
  get failed(): readonly string[] {
    return [...this.#failed];
  }

  /** The sign-ins of the entries to read. */
  get signInIds(): readonly string[] {
    return [...this.#left.keys()];
  }

  /** The entries to read with a sign-in, in order. Leaves out those that have another sign-in now, or none. */
  *left(signInId: string): Generator<string> {
    for (const id of this.#left.get(signInId) ?? []) {
      const now = this.#signInsOf([id]).get(id);
      // `forget` takes out what was removed; if the database fails, nothing has changed.
      if (now === signInId || now === undefined) yield id;
      else if (this.#drop(id)) this.#add([id]);
    }
  }

  /** Counts an entry that was read or failed. Returns whether it was one of those left. */
  end(id: string, end: ReadEnd): boolean {
    if (!this.#drop(id)) return false;
    if ('failure' in end) {
      this.#failed.add(id);
      this.#failure ??= end.failure;
    } else {
      this.#read.add(id);
      if (end.isChanged) this.#changed.add(id);
    }
    return true;
  }

  /**
   * Counts as failed the entries that are left and not being read: those of one sign-in, or all.
   * @returns whether any of those left ended
   */
  failRest(failure: Failure, isActive: (id: string) => boolean, signInId?: string): boolean {
    const before = this.#count;
    // All: also those that have another sign-in now.
    const groups = signInId === undefined ? this.#left.values() : [this.left(signInId)];
    for (const id of [...groups].flatMap((ids) => [...ids])) {
      if (!isActive(id)) this.end(id, { failure });
    }
    return this.#count !== before;
  }

  /** Forgets an entry that is no longer saved. Returns whether it was one of those left. */
  forget(id: string): boolean {
    for (const done of [this.#read, this.#changed, this.#failed, this.#withoutSignIn]) {
      done.delete(id);
    }
    return this.#drop(id);
  }

  /** Ends it because the person asked. */
  stop(): void {
    if (!this.isRunning) return;
    this.failRest({ code: 'app.stopping' }, () => false);
    this.#isStopped = true;
  }

  status(): SelectedRefreshStatus {
    const left = this.#count;
    const done = this.#read.size + this.#failed.size + this.#withoutSignIn.size;
    return {
      isRunning: this.isRunning,
      done,
      total: done + left,
      read: this.#read.size,
      changed: this.#changed.size,
      withoutSignIn: this.#withoutSignIn.size,
      isStopped: this.#isStopped,
      failure: this.#isStopped ? null : this.#failure,
    };
  }

  /** How many are left. */
  get #count(): number {
    return [...this.#left.values()].reduce((sum, ids) => sum + ids.size, 0);
  }

  #add(ids: readonly string[]): void {
    const signIns = this.#signInsOf(ids);
    for (const id of ids) {
      const signInId = signIns.get(id);
      if (signInId === null) this.#withoutSignIn.add(id);
      if (typeof signInId !== 'string') continue;
      const left = this.#left.get(signInId) ?? new Set<string>();
      this.#left.set(signInId, left.add(id));
    }
  }

  /** Takes an entry out of those left. Returns whether it was one. */
  #drop(id: string): boolean {
    for (const [signInId, ids] of this.#left) {
      if (!ids.delete(id)) continue;
      if (ids.size === 0) this.#left.delete(signInId);
      return true;
    }
    return false;
  }
}
