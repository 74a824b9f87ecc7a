/**
 * The sends under way. Each Cloudflare user has a few slots for what the person saved, and as many for
 * jobs, so that a save never waits for a job or for another user's rate limit.
 */
import type { RaisablePriority } from '../rate-limit/priority';
import type { QueuedSend } from '../database/tables';
import type { UserQueue } from './user-queues';

/** Concurrent sends per Cloudflare user: this many of the person's own, and as many of jobs. */
export const AT_ONCE = 4;

/** How long a send takes (ms) before one was measured. */
const USUAL_MS = 1_000;
/** How much a measured send counts against those before it. */
const WEIGHT = 1 / 8;

/** A send under way. */
export interface ActiveSend extends QueuedSend {
  /** The Cloudflare user whose slot it takes. */
  user: Pick<UserQueue, 'key' | 'userId'>;
  priority: RaisablePriority;
  /** Aborts the send. Only used before it writes. */
  stop: AbortController;
  /** Resolves when the send has ended. */
  work: Promise<void>;
}

/** The sends under way, by organization. */
export class SendSlots {
  readonly #active = new Map<string, ActiveSend>();
  #usualMs = USUAL_MS;

  has(organizationId: string): boolean {
    return this.#active.has(organizationId);
  }

  all(): ActiveSend[] {
    return [...this.#active.values()];
  }

  get count(): number {
    return this.#active.size;
  }

  /** How long a send takes at present, in ms. */
  get usualMs(): number {
    return this.#usualMs;
  }

  /** Which kinds of sends may start for a user. */
  free(user: string): { own: boolean; jobs: boolean } {
    const ofUser = this.all().filter((send) => send.user.key === user);
    const jobs = ofUser.filter(({ bulkJobId }) => bulkJobId !== null).length;
    return { own: ofUser.length - jobs < AT_ONCE, jobs: jobs < AT_ONCE };
  }

  start(send: ActiveSend): void {
    this.#active.set(send.organizationId, send);
  }

  end(organizationId: string): void {
    this.#active.delete(organizationId);
  }

  /** A send got through in so many ms; the time the computer slept counts as none. */
  took(ms: number): void {
    if (ms >= 0 && ms < 60_000) this.#usualMs += (ms - this.#usualMs) * WEIGHT;
  }

  /** Raises the priority of this organization's send: the person is waiting for it. */
  hurry(organizationId: string): void {
    this.#active.get(organizationId)?.priority.raise('send');
  }
}
