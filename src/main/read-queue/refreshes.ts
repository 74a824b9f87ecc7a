/**
 * The refreshes that a person waits for: which entries are left, and what became of the others. queue.ts reads them. The
 * result of that of the selected entries stays until it is dismissed; nothing is kept across a restart, because the person
 * can refresh again.
 */
import type { Failure } from '../../shared/failure';
import type { SelectedRefreshStatus } from '../../shared/selection-actions';

/** How the read of an entry ended. */
export type ReadEnd = { isChanged: boolean } | { failure: Failure };

/** The sign-in of each of these entries that is saved; null: none. */
export type SignInsOf = (ids: readonly string[]) => ReadonlyMap<string, string | null>;

/** A refresh. It runs while any entries are left. */
class Refresh {
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
  constructor(ids: readonly string[], before: Refresh | null, signInsOf: SignInsOf) {
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

/** What publishes the progress of a refresh: of the selected entries, or of those that a batch left out as unread. */
export type RefreshTopic = 'selection-actions' | 'batches';

/** The key of the refresh of selected entries; that of a batch is its id. */
export const SELECTED = 'selected';

/** All refreshes, by their keys. */
export class Refreshes {
  readonly #all = new Map<string, Refresh>();
  readonly #signInsOf: SignInsOf;
  readonly #onProgress: (topic: RefreshTopic) => void;

  constructor(signInsOf: SignInsOf, onProgress: (topic: RefreshTopic) => void) {
    this.#signInsOf = signInsOf;
    this.#onProgress = onProgress;
  }

  /** The keys of those that run. */
  get running(): readonly string[] {
    return [...this.#all].flatMap(([key, { isRunning }]) => (isRunning ? [key] : []));
  }

  /** The sign-ins of the entries to read. */
  get signInIds(): readonly string[] {
    return [...this.#all.values()].flatMap(({ signInIds }) => signInIds);
  }

  /** The entries to read with a sign-in, in order. */
  *left(signInId: string): Generator<string> {
    for (const refresh of this.#all.values()) yield* refresh.left(signInId);
  }

  /** Starts one, which takes over what one with the same key has left. Report it once what cannot be read was failed. */
  start(key: string, ids: readonly string[]): void {
    const before = this.#all.get(key);
    this.#all.set(key, new Refresh(ids, before?.isRunning ? before : null, this.#signInsOf));
  }

  /** Publishes the progress of one. */
  publish(key: string): void {
    this.#onProgress(key === SELECTED ? 'selection-actions' : 'batches');
  }

  /** Publishes the progress of one, which is forgotten if it has no entries. */
  report(key: string): void {
    if (this.status(key)?.total === 0) this.#all.delete(key);
    this.publish(key);
  }

  /** Counts an entry that was read or failed. */
  end(id: string, end: ReadEnd): void {
    this.#each((refresh) => refresh.end(id, end));
  }

  /** Counts as failed the entries that are left and not being read: those of one sign-in, or all. */
  failRest(failure: Failure, isActive: (id: string) => boolean, signInId?: string): void {
    this.#each((refresh) => refresh.failRest(failure, isActive, signInId));
  }

  /** Forgets an entry that is no longer saved. */
  forget(id: string): void {
    this.#each((refresh) => refresh.forget(id));
  }

  isRunning(key: string): boolean {
    return this.#all.get(key)?.isRunning === true;
  }

  /** The entries that failed. */
  failed(key: string): readonly string[] {
    return this.#all.get(key)?.failed ?? [];
  }

  /** The progress or result; null if there is none. */
  status(key: string): SelectedRefreshStatus | null {
    return this.#all.get(key)?.status() ?? null;
  }

  /** Ends one. Reads under way go on. */
  stop(key: string): void {
    this.#all.get(key)?.stop();
    this.publish(key);
  }

  /** Forgets one with its result. */
  drop(key: string): void {
    this.#all.delete(key);
    this.publish(key);
  }

  /** Does something with each, and publishes the progress of those where it returns true. */
  #each(work: (refresh: Refresh) => boolean): void {
    for (const [key, refresh] of this.#all) if (work(refresh)) this.publish(key);
  }
}
