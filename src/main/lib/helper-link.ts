/**
 * Talks to a helper process: starts it on demand, sends one request at a time, and ends a helper that does not answer
 * or answers what it must not.
 */
import * as v from 'valibot';

/** A helper process: an Electron utility process, or a forked Node process in tests. */
export interface HelperProcess<Request> {
  send(message: Request): void;
  /** Calls the listener with every message; the listener validates it. */
  onMessage(listener: (message: unknown) => void): void;
  /** Calls the listener once when the process has ended, for whatever reason. */
  onExit(listener: () => void): void;
  /** Ends the process immediately, whatever it is doing. */
  kill(): void;
}

/** An answer of a helper: the `id` of its request, and how that ended. */
interface Answered {
  id: number;
  result: string;
}

/**
 * The helper's answer, or `timed-out` (no answer, so the helper was ended), `gone` (the helper could not be
 * started, or it exited), `malformed` (its answer does not fit the schema or the request, so it was ended),
 * `stopping` (`stop` was called).
 */
export type Reply<Answer> = Answer | { result: 'timed-out' | 'gone' | 'malformed' | 'stopping' };

/** Dependencies of the link, and times in ms. */
export interface LinkOptions<Request, Answer> {
  spawn: () => HelperProcess<Request>;
  /** Schema of the answers. */
  answers: v.GenericSchema<unknown, Answer>;
  /** After how long a request is answered with `timed-out`. */
  timeoutMs: number;
  /** An idle helper is ended after this time, to free its memory. */
  idleAfterMs: number;
  /** After how long `onPrompt` is called with true. */
  promptAfterMs?: number;
  /** Called with true when the computer may be prompting, and with false when that is over. */
  onPrompt?: (isPrompting: boolean) => void;
}

type Timer = ReturnType<typeof setTimeout>;

/** Runs at most one helper process, and sends it one request at a time. */
export class HelperLink<Request extends { id: number }, Answer extends Answered> {
  readonly #options: LinkOptions<Request, Answer>;
  #helper: HelperProcess<Request> | null = null;
  /** Resolves the running request, or null while there is none. */
  #settle: ((reply: Reply<Answer>) => void) | null = null;
  /** Number of the last request. */
  #requests = 0;
  #idleTimer: Timer | undefined;
  #stopped = false;

  constructor(options: LinkOptions<Request, Answer>) {
    this.#options = options;
  }

  /**
   * Sends a request, which gets its `id` here. The caller must await the reply before the next one. Never rejects.
   */
  async ask(operation: WithoutId<Request>): Promise<Reply<Answer>> {
    if (this.#stopped) return { result: 'stopping' };
    clearTimeout(this.#idleTimer);
    const id = (this.#requests += 1);
    let isPrompting = false;
    const { promptAfterMs, timeoutMs, idleAfterMs, onPrompt } = this.#options;
    const promptTimer =
      promptAfterMs &&
      setTimeout(() => {
        isPrompting = true;
        onPrompt?.(true);
      }, promptAfterMs);
    const timeoutTimer = setTimeout(() => {
      this.#end();
      this.#settle?.({ result: 'timed-out' });
    }, timeoutMs);
    try {
      return await new Promise<Reply<Answer>>((settle) => {
        this.#settle = settle;
        try {
          this.#helperProcess().send({ id, ...operation } as unknown as Request);
        } catch {
          this.#end();
          settle({ result: 'gone' });
        }
      });
    } finally {
      this.#settle = null;
      clearTimeout(promptTimer);
      clearTimeout(timeoutTimer);
      if (isPrompting) onPrompt?.(false);
      this.#endWhenIdle(idleAfterMs);
    }
  }

  /** A method of its own, because a timer set in `ask` would keep the operation, which may contain a key. */
  #endWhenIdle(afterMs: number): void {
    if (this.#stopped) return;
    this.#idleTimer = setTimeout(() => this.#end(), afterMs);
    this.#idleTimer.unref?.();
  }

  /** Ends an idle helper, whose memory may still contain a key. A running request is completed. */
  endIdle(): void {
    if (this.#settle) return;
    clearTimeout(this.#idleTimer);
    this.#end();
  }

  /** Ends the helper immediately. The current request and all later ones get `stopping`. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#idleTimer);
    this.#end();
    this.#settle?.({ result: 'stopping' });
  }

  #helperProcess(): HelperProcess<Request> {
    if (this.#helper) return this.#helper;
    const helper = this.#options.spawn();
    this.#helper = helper;
    // A helper that timed out may still answer or exit; only the current one counts.
    helper.onMessage((message) => {
      if (this.#helper === helper) this.#receive(message);
    });
    helper.onExit(() => {
      if (this.#helper !== helper) return;
      this.#helper = null;
      this.#settle?.({ result: 'gone' });
    });
    return helper;
  }

  #receive(message: unknown): void {
    const parsed = v.safeParse(this.#options.answers, message);
    if (this.#settle && parsed.success && parsed.output.id === this.#requests)
      return this.#settle(parsed.output);
    this.#end();
    this.#settle?.({ result: 'malformed' });
  }

  #end(): void {
    const helper = this.#helper;
    this.#helper = null;
    helper?.kill();
  }
}

/** A request, or each of several kinds of requests, without its `id`. */
export type WithoutId<Request> = Request extends unknown ? Omit<Request, 'id'> : never;
