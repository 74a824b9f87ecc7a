/**
 * The ids of entries whose profile was never read, grouped by sign-in. initial-fetch.ts updates them from the
 * change feed, so that the database need not be scanned again.
 */
import type { CredentialRow, EntrySignIn } from '../database';

/** The unread entries of one sign-in. */
export interface UnreadQueue {
  /** The Cloudflare user whose limit its reads count against; '' before it is known. */
  userId: string;
  /** Whether the sign-in can be tried. With an issue, every read would fail. */
  works: boolean;
  /** The code of the issue in the sign-in's row, or null. */
  issue: string | null;
  /** In the order in which they were found. */
  ids: Set<string>;
  /** The entries being read now. */
  active: Set<string>;
}

/** All unread entries. */
export class UnreadEntries {
  readonly #queues = new Map<string, UnreadQueue>();
  /** Entries that cannot be read for reasons other than their sign-in, with the sign-in that was used. */
  readonly #excluded = new Map<string, string | null>();

  /** The queues of sign-ins that can be tried. */
  working(): UnreadQueue[] {
    return [...this.#queues.values()].filter(({ works, ids }) => works && ids.size > 0);
  }

  has(id: string): boolean {
    return this.#queueOf(id) !== undefined;
  }

  /** Adds an entry without a copy. Ignores one that has no sign-in or is excluded. */
  add({ organizationId: id, credentialId }: EntrySignIn): void {
    if (this.#excluded.has(id) && this.#excluded.get(id) === credentialId) return;
    const queue = credentialId === null ? undefined : this.#queue(credentialId);
    if (queue !== undefined && queue.ids.has(id)) return;
    this.drop(id);
    queue?.ids.add(id);
  }

  /** Drops an entry that has a copy now or was removed from the list. Returns whether it was in a queue. */
  drop(id: string): boolean {
    this.#excluded.delete(id);
    return this.#queueOf(id)?.ids.delete(id) ?? false;
  }

  /** Excludes an entry that cannot be read for a reason other than its sign-in. */
  exclude(id: string): void {
    for (const [credentialId, { ids }] of this.#queues) {
      if (ids.delete(id)) this.#excluded.set(id, credentialId);
    }
  }

  /** Lets everything that failed be tried again. Returns whether a scan must find the excluded entries again. */
  resetFailures(): boolean {
    for (const queue of this.#queues.values()) queue.works = true;
    const hadExcluded = this.#excluded.size > 0;
    this.#excluded.clear();
    return hadExcluded;
  }

  /**
   * Updates a sign-in from its row.
   * @param isStart whether the app was just launched: a keychain that was locked may be open now, so it is tried
   */
  updateSignIn({ id, userId, issue }: CredentialRow, isStart = false): void {
    const queue = this.#queue(id);
    const code = issue?.code ?? null;
    queue.userId = userId ?? '';
    // The row changed for another reason, so `works` stays as it is.
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
