/**
 * What must be kept before the window closes: every form that holds typed text registers here, and
 * whoever hears `closing` asks for all of it and then says `app.flushed`.
 */

/** The forms that may hold text which is not kept yet. */
export class FlushRegistry {
  readonly #flushes = new Set<() => Promise<void>>();

  /** Registers a form's flush; the answer takes it out again. */
  add(flush: () => Promise<void>): () => void {
    this.#flushes.add(flush);
    return () => void this.#flushes.delete(flush);
  }

  /** Keeps everything; resolves when every form has tried, whatever became of it. */
  async flush(): Promise<void> {
    await Promise.allSettled([...this.#flushes].map((flush) => flush()));
  }
}
