/** Menu commands and the work to do before the window closes. Pages register for both while they are shown. */
import type { EventPayload, LetterheadApi } from '../../shared/contract/bridge';

/** A menu command. */
export type Command = EventPayload<'menuCommand'>['command'];

/** Dispatches menu commands to the handler that was registered last. */
export class Commands {
  readonly #handlers = new Map<Command, (() => void)[]>();

  constructor(api: LetterheadApi) {
    api.on.menuCommand(({ command }) => this.run(command));
  }

  /** Runs a command. Does nothing when no handler is registered. */
  run(command: Command): void {
    this.#handlers.get(command)?.at(-1)?.();
  }

  /** Registers a handler; returns a function that removes it. Made for `$effect`. */
  on(command: Command, run: () => void): () => void {
    const handlers = this.#handlers.get(command) ?? [];
    this.#handlers.set(command, handlers);
    handlers.push(run);
    return () => void handlers.splice(handlers.indexOf(run), 1);
  }
}

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
