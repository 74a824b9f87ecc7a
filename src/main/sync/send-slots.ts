/**
 * The running sends. Each Cloudflare user has a few slots for changes that the person saved, and the same number
 * for saves. So a save never waits for a save or for another user's rate limit.
 */
import type { RaisablePriority } from '../rate-limit';
import type { QueuedSend } from '../database';
import type { UserQueue } from './user-queues';

/** Slots per Cloudflare user: this many for the person's own changes, and this many more for saves. */
export const SLOTS_PER_KIND = 4;

/** Assumed duration of a send, in ms, before one was measured. */
const INITIAL_AVERAGE_MS = 1_000;
/** Weight of a new measurement in the average. */
const WEIGHT = 1 / 8;

/** A running send. */
export interface ActiveSend extends QueuedSend {
  /** The Cloudflare user whose slot it takes. */
  user: Pick<UserQueue, 'key' | 'userId'>;
  priority: RaisablePriority;
  /** Aborts the send. Only used before it writes, and when the computer goes to sleep. */
  abort: AbortController;
  /** Resolves when the send has ended. */
  work: Promise<void>;
}

/** The running sends, by organization. */
export class SendSlots {
  readonly #active = new Map<string, ActiveSend>();
  #averageMs = INITIAL_AVERAGE_MS;

  has(entryId: string): boolean {
    return this.#active.has(entryId);
  }

  all(): ActiveSend[] {
    return [...this.#active.values()];
  }

  get count(): number {
    return this.#active.size;
  }

  /** Average duration of the last sends, in ms. */
  get averageMs(): number {
    return this.#averageMs;
  }

  /** Which kinds of sends may start for a user. */
  free(user: string): { own: boolean; saves: boolean } {
    const ofUser = this.all().filter((send) => send.user.key === user);
    const saves = ofUser.filter(({ saveId }) => saveId !== null).length;
    return { own: ofUser.length - saves < SLOTS_PER_KIND, saves: saves < SLOTS_PER_KIND };
  }

  start(send: ActiveSend): void {
    this.#active.set(send.entryId, send);
  }

  end(entryId: string): void {
    this.#active.delete(entryId);
  }

  /** Adds the duration of a confirmed send to the average, unless the computer slept. */
  recordDuration(ms: number): void {
    if (ms < 60_000) this.#averageMs += (ms - this.#averageMs) * WEIGHT;
  }

  /** Raises the priority of this organization's running send, if any, because the person is waiting for it. */
  raisePriority(entryId: string): void {
    this.#active.get(entryId)?.priority.raise('send');
  }
}
