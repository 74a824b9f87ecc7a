/**
 * The sends under way: a few at once for what the person saved, and some more for bulk jobs. A job waits
 * for the budget most of its time; its sends have hands of their own, so that those waits never keep a
 * save of the person's from beginning.
 */
import { Urgency } from '../cloudflare/urgency';

/** Sends at once of what the person saved, and of bulk jobs for each sign-in. */
export const AT_ONCE = 4;

/** Whose turn it is. */
export interface Turn {
  organizationId: string;
  /** The bulk job it is sent for, or null: it is the person's own. */
  bulkRunId: string | null;
  /** The sign-in it is sent with, or null; of the person's own it does not matter. */
  credentialId: string | null;
}

/** A send under way. */
export interface UnderWay extends Turn {
  urgency: Urgency;
  /** Ends it before it writes. */
  stop: AbortController;
  /** Resolves when it ended. */
  work: Promise<void>;
}

/** What is under way. */
export class Hands {
  readonly #busy = new Map<string, UnderWay>();
  /** The full sign-ins beside which no job had a turn, as long as that is still so. */
  #nothingBeside: readonly string[] | null = null;

  has(organizationId: string): boolean {
    return this.#busy.has(organizationId);
  }

  /** All of them, or those of a job. */
  all(bulkRunId?: string): UnderWay[] {
    const all = [...this.#busy.values()];
    return bulkRunId === undefined ? all : all.filter((one) => one.bulkRunId === bulkRunId);
  }

  /** How many are the person's own. */
  get own(): number {
    return this.all().filter(({ bulkRunId }) => bulkRunId === null).length;
  }

  /** How many there are. */
  get count(): number {
    return this.#busy.size;
  }

  /** The sign-ins whose hands for bulk jobs are all busy; '' stands for none. */
  fullSignIns(): string[] {
    const counts = new Map<string, number>();
    for (const { bulkRunId, credentialId } of this.#busy.values()) {
      const id = credentialId ?? '';
      if (bulkRunId !== null) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return [...counts].filter(([, count]) => count >= AT_ONCE).map(([id]) => id);
  }

  /** Begins a send, by calling `send`. */
  begin(turn: Turn, send: (underWay: Omit<UnderWay, 'work'>) => Promise<void>): void {
    const urgency = new Urgency(turn.bulkRunId === null ? 'send' : 'bulk');
    const underWay = { ...turn, urgency, stop: new AbortController() };
    const work = send(underWay);
    this.#busy.set(turn.organizationId, { ...underWay, work });
  }

  end(organizationId: string): void {
    const signIn = this.#busy.get(organizationId)?.credentialId ?? '';
    // Of a full one a hand is free now, which is looked at anyway; of another, its next turn may be due.
    if (this.#nothingBeside?.includes(signIn) === false) this.lookAgain();
    this.#busy.delete(organizationId);
  }

  /**
   * Whether no job can have a turn that needs none of these sign-ins: with all hands busy, thousands of
   * changes would be looked through at the end of every send.
   */
  isNothingBeside(signIns: readonly string[]): boolean {
    return this.#nothingBeside?.every((id) => signIns.includes(id)) ?? false;
  }

  /** No job has a turn that needs none of these sign-ins, until `lookAgain`. */
  foundNothingBeside(signIns: readonly string[]): void {
    this.#nothingBeside = signIns;
  }

  /** Something else than the end of a send may have brought a turn. */
  lookAgain(): void {
    this.#nothingBeside = null;
  }

  /** The person waits for this organization now: what it is in the way of goes first. */
  hurry(organizationId: string): void {
    this.#busy.get(organizationId)?.urgency.raise('send');
  }
}
