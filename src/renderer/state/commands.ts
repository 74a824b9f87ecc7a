/**
 * What the menu and the closing of the window ask of a page: whoever can do it registers while it is
 * on screen, the last one registered does it.
 */
import type { EventPayload, LetterheadApi } from '../../shared/contract/bridge';

/** A command of the menu. */
export type Command = EventPayload<'menuCommand'>['command'];

/** Hands menu commands to the page that carries them out. */
export class Commands {
  readonly #handlers = new Map<Command, (() => void)[]>();

  constructor(api: LetterheadApi) {
    api.on.menuCommand(({ command }) => this.run(command));
  }

  /** Carries out a command, if a page that can do it is on screen. */
  run(command: Command): void {
    this.#handlers.get(command)?.at(-1)?.();
  }

  /** Carries out `command` from now on; the answer stops that. Made for `$effect`. */
  on(command: Command, run: () => void): () => void {
    const handlers = this.#handlers.get(command) ?? [];
    this.#handlers.set(command, handlers);
    handlers.push(run);
    return () => void handlers.splice(handlers.indexOf(run), 1);
  }
}

/** Lets pages keep what is typed before the window closes, then says to main what could not be kept. */
export class Closing {
  readonly #works = new Set<() => Promise<unknown>>();

  /**
   * @param api the calls to main
   * @param unkept the organizations whose newest text is not on disk
   */
  constructor(api: LetterheadApi, unsaved: () => string[]) {
    api.on.closing(() => {
      const works = [...this.#works].map((work) => work());
      void Promise.allSettled(works).then(() => api.app.flushed({ unsaved: unsaved() }));
    });
  }

  /** Runs `work` before the window closes; the answer stops that. Made for `$effect`. */
  before(work: () => Promise<unknown>): () => void {
    this.#works.add(work);
    return () => void this.#works.delete(work);
  }
}
