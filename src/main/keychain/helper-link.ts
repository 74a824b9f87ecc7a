/**
 * The line to the helper process: starts it when it is needed, asks one thing at a time, tells the
 * person when the computer seems to be asking for a password, and ends a helper that does not answer.
 */
import * as v from 'valibot';
import {
  answerSchema,
  type HelperAnswer,
  type HelperProcess,
  type HelperQuestion,
} from './protocol';

/**
 * What came of a question: the helper's answer, or `timed-out` (given up, helper ended), `gone` (the
 * helper could not be started or ended by itself), `stopping` (the app is quitting).
 */
export type Reply =
  | { result: 'done'; value: string | boolean | null }
  | { result: 'refused' | 'absent' | 'silent' | 'timed-out' | 'gone' | 'stopping' };

/** How to reach the helper, and how long to wait for it; times in ms. */
export interface LinkOptions {
  spawn: () => HelperProcess;
  promptAfterMs: number;
  timeoutMs: number;
  /** A helper nobody used for so long is ended, for its memory. */
  idleAfterMs: number;
  /** True when the computer may be asking for its password, false when that is over. */
  onPrompt: (asking: boolean) => void;
}

type Timer = ReturnType<typeof setTimeout>;

/** One helper process at most, one question at most. */
export class HelperLink {
  readonly #options: LinkOptions;
  #helper: HelperProcess | null = null;
  #settle: ((reply: Reply) => void) | null = null;
  #questions = 0;
  #idle: Timer | undefined;
  #stopped = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Asks; the caller must wait for the reply before the next question. Never rejects. */
  async ask(question: HelperQuestion): Promise<Reply> {
    if (this.#stopped) return { result: 'stopping' };
    clearTimeout(this.#idle);
    const id = (this.#questions += 1);
    let asking = false;
    const { promptAfterMs, timeoutMs, idleAfterMs, onPrompt } = this.#options;
    const askingTimer = setTimeout(() => {
      asking = true;
      onPrompt(true);
    }, promptAfterMs);
    const giveUpTimer = setTimeout(() => {
      this.#end();
      this.#settle?.({ result: 'timed-out' });
    }, timeoutMs);
    try {
      return await new Promise<Reply>((settle) => {
        this.#settle = settle;
        try {
          this.#running().send({ id, ...question });
        } catch {
          this.#end();
          settle({ result: 'gone' });
        }
      });
    } finally {
      this.#settle = null;
      clearTimeout(askingTimer);
      clearTimeout(giveUpTimer);
      if (asking) onPrompt(false);
      this.#idle = setTimeout(() => this.#end(), idleAfterMs);
      this.#idle.unref?.();
    }
  }

  /** Ends the helper at once; the question under way and all later ones get `stopping`. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#idle);
    this.#end();
    this.#settle?.({ result: 'stopping' });
  }

  #running(): HelperProcess {
    if (this.#helper) return this.#helper;
    const helper = this.#options.spawn();
    this.#helper = helper;
    // A helper that was given up may still speak or end; only the present one is listened to.
    helper.onMessage((message) => {
      if (this.#helper === helper) this.#hear(message);
    });
    helper.onExit(() => {
      if (this.#helper !== helper) return;
      this.#helper = null;
      this.#settle?.({ result: 'gone' });
    });
    return helper;
  }

  #hear(message: unknown): void {
    const parsed = v.safeParse(answerSchema, message);
    if (!parsed.success || parsed.output.id !== this.#questions) return;
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
