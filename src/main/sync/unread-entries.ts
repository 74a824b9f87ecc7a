/**
 * The entries whose profile was never read, by the sign-in that reads them. Ids only, kept up to date by
 * the change feed: nothing is asked of the database for all of them again.
 */
import type { CredentialRow, EntrySignIn } from '../database/tables';

/** The entries of one sign-in. */
export interface UnreadQueue {
  /** Whose limit its reads count against; '' before it is known. */
  userId: string;
  /** Whether it can be tried: what is wrong with it would fail every read. */
  works: boolean;
  /** What its row said was wrong with it, by code, or null. */
  issue: string | null;
  /** In the order they were found. */
  ids: Set<string>;
  /** Those being read. */
  active: Set<string>;
}

/** All of them. */
export class UnreadEntries {
  readonly #queues = new Map<string, UnreadQueue>();
  /** Could not be read for a reason of their own, with this sign-in. */
  readonly #refused = new Map<string, string | null>();

  /** Those that can be tried, the sign-ins that do not work left out. */
  working(): UnreadQueue[] {
    return [...this.#queues.values()].filter(({ works, ids }) => works && ids.size > 0);
  }

  has(id: string): boolean {
    return this.#queueOf(id) !== undefined;
  }

  /** An entry without a copy; one without a sign-in cannot be read. */
  note({ organizationId: id, credentialId }: EntrySignIn): void {
    if (this.#refused.has(id) && this.#refused.get(id) === credentialId) return;
    const queue = credentialId === null ? undefined : this.#queue(credentialId);
    if (queue !== undefined && queue.ids.has(id)) return;
    this.drop(id);
    queue?.ids.add(id);
  }

  /** An entry that has a copy now, or is gone. Says whether it was here. */
  drop(id: string): boolean {
    this.#refused.delete(id);
    return this.#queueOf(id)?.ids.delete(id) ?? false;
  }

  /** An entry could not be read for a reason of its own. */
  refuse(id: string): void {
    for (const [credentialId, { ids }] of this.#queues) {
      if (ids.delete(id)) this.#refused.set(id, credentialId);
    }
  }

  /** Takes everything that failed into account again. Says whether entries have to be looked for. */
  forgive(): boolean {
    for (const queue of this.#queues.values()) queue.works = true;
    const some = this.#refused.size > 0;
    this.#refused.clear();
    return some;
  }

  /** A sign-in as its row says; a keychain that was locked before may be open now. */
  signIn({ id, userId, issue }: CredentialRow, isStart = false): void {
    const queue = this.#queue(id);
    const code = issue?.code ?? null;
    queue.userId = userId ?? '';
    // Announced for something else: whether it can be tried is not news.
    if (!isStart && code === queue.issue) return;
    queue.issue = code;
    queue.works = code === null || (isStart && code.startsWith('keychain.'));
  }

  #queue(credentialId: string): UnreadQueue {
    const known = this.#queues.get(credentialId);
    if (known) return known;
    const queue: UnreadQueue = {
      userId: '',
      works: true,
      issue: null,
      ids: new Set(),
      active: new Set(),
    };
    this.#queues.set(credentialId, queue);
    return queue;
  }

  #queueOf(id: string): UnreadQueue | undefined {
    for (const queue of this.#queues.values()) if (queue.ids.has(id)) return queue;
    return undefined;
  }
}
