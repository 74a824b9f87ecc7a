/**
 * The sends under way. Each Cloudflare user has a few slots for what the person saved, and as many for
 * jobs, so that a save never waits for a job or for another user's rate limit.
 */
import type { RaisablePriority } from '../rate-limit/priority';
import type { QueuedTurn } from '../store/tables';

/** Concurrent sends per Cloudflare user: this many of the person's own, and as many of jobs. */
export const AT_ONCE = 4;

/** A send under way. */
export interface ActiveSend extends QueuedTurn {
  /** The Cloudflare user whose slot it takes. */
  user: string;
  priority: RaisablePriority;
  /** Aborts the send. Only used before it writes. */
  stop: AbortController;
  /** Resolves when the send has ended. */
  work: Promise<void>;
}

/** The sends under way, by organization. */
export class SendSlots {
  readonly #active = new Map<string, ActiveSend>();

  has(organizationId: string): boolean {
    return this.#active.has(organizationId);
  }

  all(): ActiveSend[] {
    return [...this.#active.values()];
  }

  get count(): number {
    return this.#active.size;
  }

  /** Which kinds of sends may start for a user. */
  free(user: string): { own: boolean; jobs: boolean } {
    const ofUser = this.all().filter((send) => send.user === user);
    const jobs = ofUser.filter(({ bulkRunId }) => bulkRunId !== null).length;
    return { own: ofUser.length - jobs < AT_ONCE, jobs: jobs < AT_ONCE };
  }

  start(send: ActiveSend): void {
    this.#active.set(send.organizationId, send);
  }

  end(organizationId: string): void {
    this.#active.delete(organizationId);
  }

  /** Raises the priority of this organization's send: the person is waiting for it. */
  hurry(organizationId: string): void {
    this.#active.get(organizationId)?.priority.raise('send');
  }
}
