/**
 * Talks to the helper process: starts it on demand, sends one request at a time, reports when the
 * computer seems to be prompting for a password, and ends a helper that does not answer.
 */
import * as v from 'valibot';
import {
  answerSchema,
  type HelperAnswer,
  type HelperProcess,
  type HelperOperation,
} from './protocol';

/**
 * The helper's answer, or `timed-out` (no answer, so the helper was ended), `gone` (the helper could not be
 * started, or it exited), `stopping` (the app is quitting).
 */
export type Reply =
  | { result: 'done'; value: string | boolean | null }
  | { result: 'refused' | 'absent' | 'silent' | 'timed-out' | 'gone' | 'stopping' };

/** Dependencies of the link, and times in ms; see `KeychainOptions`. */
export interface LinkOptions {
  spawn: () => HelperProcess;
  promptAfterMs: number;
  timeoutMs: number;
  /** An idle helper is ended after this time, to free its memory. */
  idleAfterMs: number;
  /** Called with true when the computer may be prompting, and with false when that is over. */
  onPrompt: (isPrompting: boolean) => void;
}

type Timer = ReturnType<typeof setTimeout>;

/** Runs at most one helper process, and sends it one request at a time. */
export class HelperLink {
  readonly #options: LinkOptions;
  #helper: HelperProcess | null = null;
  /** Resolves the running request, or null while there is none. */
  #settle: ((reply: Reply) => void) | null = null;
  /** Number of the last request. */
  #requests = 0;
  #idleTimer: Timer | undefined;
  #stopped = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Sends a request. The caller must await the reply before the next one. Never rejects. */
  async ask(operation: HelperOperation): Promise<Reply> {
    if (this.#stopped) return { result: 'stopping' };
    clearTimeout(this.#idleTimer);
    const id = (this.#requests += 1);
    let isPrompting = false;
    const { promptAfterMs, timeoutMs, idleAfterMs, onPrompt } = this.#options;
    const promptTimer = setTimeout(() => {
      isPrompting = true;
      onPrompt(true);
    }, promptAfterMs);
    const timeoutTimer = setTimeout(() => {
      this.#end();
      this.#settle?.({ result: 'timed-out' });
    }, timeoutMs);
    try {
      return await new Promise<Reply>((settle) => {
        this.#settle = settle;
        try {
          this.#helperProcess().send({ id, ...operation });
        } catch {
          this.#end();
          settle({ result: 'gone' });
        }
      });
    } finally {
      this.#settle = null;
      clearTimeout(promptTimer);
      clearTimeout(timeoutTimer);
      if (isPrompting) onPrompt(false);
      this.#endWhenIdle(idleAfterMs);
    }
  }

  /** A method of its own, because a timer set in `ask` would keep the operation, which may contain a key. */
  #endWhenIdle(afterMs: number): void {
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

  #helperProcess(): HelperProcess {
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
    const parsed = v.safeParse(answerSchema, message);
    if (!parsed.success || parsed.output.id !== this.#requests) return;
    this.#settle?.(withoutId(parsed.output));
  }

  #end(): void {
    const helper = this.#helper;
    this.#helper = null;
    helper?.kill();
  }
}

function withoutId(answer: HelperAnswer): Reply {
  return answer.result === 'done'
    ? { result: 'done', value: answer.value }
    : { result: answer.result };
}
