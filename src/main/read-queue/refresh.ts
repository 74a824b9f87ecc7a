/**
 * A refresh that a person waits for, of the selected entries or of those that a batch left out as unread: which entries
 * are left, and what became of the others. queue.ts reads them. Nothing is kept across a restart, because the person can
 * refresh again.
 */
import type { Failure } from '../../shared/failure';
import type { SelectedRefreshStatus } from '../../shared/selection-actions';

/** How the read of an entry ended. */
export type ReadEnd = { isChanged: boolean } | { failure: Failure };

/** The sign-in of each of these entries that is saved; null: none. */
export type SignInsOf = (ids: readonly string[]) => ReadonlyMap<string, string | null>;

/** A refresh. It runs while any entries are left. */
export class Refresh {
  /** The entries to read, by sign-in. */
  readonly #left = new Map<string, Set<string>>();
  readonly #read = new Set<string>();
  readonly #changed = new Set<string>();
  readonly #failed = new Set<string>();
  readonly #withoutSignIn = new Set<string>();
  readonly #signInsOf: SignInsOf;
  readonly #onChange: () => void;
  #failure: Failure | null = null;
  #isStopped = false;

  /**
   * @param ids the entries to read, in this order
   * @param before one that this one takes over if it is running; what it has left comes last
   * @param onChange called when its status changed after it was created
   */
  constructor(
    ids: readonly string[],
    before: Refresh | undefined,
    signInsOf: SignInsOf,
    onChange: () => void,
  ) {
    this.#signInsOf = signInsOf;
    this.#onChange = onChange;
    const toRead = new Set(ids);
    if (before?.isRunning) {
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
      else if (this.#drop(id)) {
        this.#add([id]);
        // The last one may have no sign-in any more.
        if (!this.isRunning) this.#onChange();
      }
    }
  }

  /** Counts an entry that was read or failed, if it is one of those left. */
  end(id: string, end: ReadEnd): void {
    if (!this.#drop(id)) return;
    if ('failure' in end) this.#fail(id, end.failure);
    else {
      this.#read.add(id);
      if (end.isChanged) this.#changed.add(id);
    }
    this.#onChange();
  }

  /** Counts as failed the entries that are left and not being read: those of one sign-in, or all. */
  failRest(failure: Failure, isActive: (id: string) => boolean, signInId?: string): void {
    // All: also those that have another sign-in now.
    const groups = signInId === undefined ? this.#left.values() : [this.left(signInId)];
    const failed = [...groups].flatMap((ids) => [...ids]).filter((id) => !isActive(id));
    for (const id of failed) if (this.#drop(id)) this.#fail(id, failure);
    if (failed.length > 0) this.#onChange();
  }

  /** Forgets an entry that is no longer saved. */
  forget(id: string): void {
    for (const done of [this.#read, this.#changed, this.#failed, this.#withoutSignIn]) {
      done.delete(id);
    }
    if (this.#drop(id)) this.#onChange();
  }

  /** Ends it because the person asked. */
  stop(): void {
    if (!this.isRunning) return;
    this.#isStopped = true;
    this.failRest({ code: 'app.stopping' }, () => false);
  }

  status(): SelectedRefreshStatus {
    const left = [...this.#left.values()].reduce((sum, ids) => sum + ids.size, 0);
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

  #fail(id: string, failure: Failure): void {
    this.#failed.add(id);
    this.#failure ??= failure;
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
