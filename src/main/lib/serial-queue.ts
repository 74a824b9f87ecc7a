/**
 * Takes turns: work that changes sign-ins runs one after the other, so that tidying up after an
 * interruption never meets a sign-in that is just being added or removed.
 */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` after all work given before it; gives what it gives. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
