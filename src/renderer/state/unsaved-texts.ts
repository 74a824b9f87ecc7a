/**
 * Texts that main may not have yet. Whatever keeps such text registers here, and nowhere else: it is saved when its
 * component is removed, when the window loses the focus, is hidden or shows a context menu, and before the window closes.
 * Main then hears which organizations have text that could not be saved, and asks the person.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';

/** Something that keeps text until main has it. */
export interface TextSaver {
  /** The ids of organizations whose newest text main does not have. */
  readonly unsaved: readonly string[];
  /** Saves everything now; resolves when main has it, or when saving failed. */
  flush(): Promise<unknown>;
}

/** All savers of the window. */
export class UnsavedTexts {
  readonly #registered = new Set<{ saver: TextSaver }>();

  constructor(api: LetterheadApi) {
    window.addEventListener('blur', () => void this.flush());
    document.addEventListener('visibilitychange', () => void this.flush());
    api.on.closing(() => {
      void this.flush().then(() => {
        const ids = [...this.#registered].flatMap(({ saver }) => saver.unsaved);
        return api.app.flushed({ unsaved: [...new Set(ids)] });
      });
    });
  }

  /** Whether main does not have all texts yet. */
  get isAny(): boolean {
    return [...this.#registered].some(({ saver }) => saver.unsaved.length > 0);
  }

  /** Saves everything now; resolves when main has it, or when saving failed. Never rejects. */
  flush(): Promise<unknown> {
    return Promise.allSettled([...this.#registered].map(({ saver }) => saver.flush()));
  }

  /** Registers a saver; returns a function that saves a last time, and removes it once that worked. For `$effect`. */
  register(saver: TextSaver): () => void {
    const registration = { saver };
    this.#registered.add(registration);
    const remove = async (): Promise<void> => {
      await Promise.allSettled([saver.flush()]);
      if (saver.unsaved.length === 0) this.#registered.delete(registration);
    };
    // Deferred, because state still has its old values during teardown.
    return () => queueMicrotask(() => void remove());
  }
}
