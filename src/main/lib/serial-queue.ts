/**
 * Runs asynchronous work strictly one after the other. For example, cleaning up after an interruption never runs while
 * a sign-in is being added or removed.
 */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` after all earlier work has ended, even if that failed; resolves or rejects like `work`. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    // Without the result, which may contain a key.
    this.#last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }
}
