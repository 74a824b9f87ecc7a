/** The work to do before the window closes. Pages register for it while they are shown. */
import type { LetterheadApi } from '../../shared/contract/bridge';

/** Runs pending saves before the window closes, then reports to main what could not be saved. */
export class CloseTasks {
  readonly #tasks = new Set<() => Promise<unknown>>();

  /**
   * @param api the calls to main
   * @param unsaved returns the ids of organizations whose newest text is not on disk
   */
  constructor(api: LetterheadApi, unsaved: () => string[]) {
    api.on.closing(() => {
      const running = [...this.#tasks].map((task) => task());
      void Promise.allSettled(running).then(() => api.app.flushed({ unsaved: unsaved() }));
    });
  }

  /** Runs `task` before the window closes; returns a function that removes it. Made for `$effect`. */
  before(task: () => Promise<unknown>): () => void {
    this.#tasks.add(task);
    return () => void this.#tasks.delete(task);
  }
}
