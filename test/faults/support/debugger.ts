/**
 * A DevTools connection to the app's window through Chromium's debugging pipe (file descriptors 3 and 4,
 * NUL-terminated messages). It needs no port and no library that could hang, and it closes with the app.
 */
import type { Readable, Writable } from 'node:stream';
import { within } from './time';

/** Time limit of a command, in ms. Calls that read from Cloudflare take a few time limits of a request. */
const ANSWER_MS = 60_000;

/** How many commands before a late one its message names, and how much of each. */
const LAST_COMMANDS = 8;
const COMMAND_LENGTH = 200;

/** Thrown when the app exits before it answers. */
export class Gone extends Error {
  constructor() {
    super('The app is gone');
  }
}

interface Answer {
  id?: number;
  result?: unknown;
  error?: { message: string };
}

interface Pending {
  resolve(message: Answer): void;
  reject(error: Error): void;
}

/** The connection to one running app. */
export class Debugger {
  #last = 0;
  #partial = '';
  #closed = false;
  #lastCommands: readonly string[] = [];
  readonly #pending = new Map<number, Pending>();
  readonly #out: Writable;

  constructor(out: Writable, input: Readable) {
    this.#out = out;
    input.setEncoding('utf8');
    input.on('data', (chunk: string) => this.#read(chunk));
    for (const end of [input, out]) {
      end.on('close', () => this.close());
      // The next command reports the broken pipe.
      end.on('error', () => this.close());
    }
  }

  /** Sends a command of the DevTools protocol. Rejects with `Gone` if the app has exited, and if no answer comes. */
  async send(
    method: string,
    params: Record<string, unknown> = {},
    sessionId?: string,
  ): Promise<Record<string, unknown>> {
    if (this.#closed) throw new Gone();
    const id = (this.#last += 1);
    const answered = new Promise<Answer>((resolve, reject) =>
      this.#pending.set(id, { resolve, reject }),
    );
    const message = { id, method, params, ...(sessionId === undefined ? {} : { sessionId }) };
    this.#out.write(`${JSON.stringify(message)}\0`);
    const { expression = '' } = params;
    const command = `${method} ${String(expression).slice(-COMMAND_LENGTH)}`;
    const before = this.#lastCommands.join('\n');
    this.#lastCommands = [...this.#lastCommands, command].slice(-LAST_COMMANDS);
    const what = `an answer to ${command}\nafter these:\n${before}\n`;
    const { result, error } = await within(what, answered, ANSWER_MS);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as Record<string, unknown>;
  }

  /** Rejects all pending commands with `Gone`. */
  close(): void {
    this.#closed = true;
    for (const { reject } of this.#pending.values()) reject(new Gone());
    this.#pending.clear();
  }

  #read(chunk: string): void {
    const parts = (this.#partial + chunk).split('\0');
    this.#partial = parts.pop() ?? '';
    for (const part of parts) {
      const message = JSON.parse(part) as Answer;
      if (message.id === undefined) continue;
      this.#pending.get(message.id)?.resolve(message);
      this.#pending.delete(message.id);
    }
  }
}

/** A page of the app: evaluates expressions and sends real input. */
export class PageDebugger {
  readonly #debugger: Debugger;
  readonly #session: string;

  private constructor(connection: Debugger, session: string) {
    this.#debugger = connection;
    this.#session = session;
  }

  /** Attaches to the app's window as soon as it shows a page whose URL starts with `prefix`. */
  static async attach(connection: Debugger, prefix = 'app:'): Promise<PageDebugger> {
    for (;;) {
      const { targetInfos } = (await connection.send('Target.getTargets')) as {
        targetInfos: { type: string; targetId: string }[];
      };
      const page = targetInfos.find(({ type }) => type === 'page');
      if (!page) continue;
      const params = { targetId: page.targetId, flatten: true };
      const { sessionId } = await connection.send('Target.attachToTarget', params);
      const attached = new PageDebugger(connection, sessionId as string);
      // A virtual screen has no window manager that could focus the window.
      await attached.send('Emulation.setFocusEmulationEnabled', { enabled: true });
      while (!(await attached.#isLoaded(prefix)));
      return attached;
    }
  }

  /** Whether the page is loaded. Evaluating fails while one page replaces another. */
  async #isLoaded(prefix: string): Promise<boolean> {
    try {
      return await this.evaluate(
        `location.href.startsWith('${prefix}') && document.readyState === 'complete'`,
      );
    } catch (error) {
      if (error instanceof Gone) throw error;
      return false;
    }
  }

  send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return this.#debugger.send(method, params, this.#session);
  }

  /** Quits the app, like the menu item. */
  async quit(): Promise<void> {
    await this.#debugger.send('Browser.close');
  }

  /** Resolves with the value of an expression in the page. Promises are awaited. */
  async evaluate<T>(expression: string): Promise<T> {
    const params = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = (await this.send('Runtime.evaluate', params)) as {
      result: { value?: unknown };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    };
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value as T;
  }
}
