/**
 * Speaks with the app's window over Chromium's debugging pipe (file descriptors 3 and 4, messages
 * ended by NUL): no port, no library in between that could wait for something else, and it ends with
 * the process at its other end.
 */
import type { Readable, Writable } from 'node:stream';

/** The app is gone, in the middle of a question or before it. */
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

interface Asked {
  answer(message: Answer): void;
  give(error: Error): void;
}

/** The connection to one running app. */
export class Debugger {
  #last = 0;
  #begun = '';
  #closed = false;
  readonly #asked = new Map<number, Asked>();
  readonly #out: Writable;

  constructor(out: Writable, input: Readable) {
    this.#out = out;
    input.setEncoding('utf8');
    input.on('data', (chunk: string) => this.#read(chunk));
    for (const end of [input, out]) {
      end.on('close', () => this.close());
      // What broke the pipe is told by what is asked next.
      end.on('error', () => this.close());
    }
  }

  /** One command of the DevTools protocol. Rejects with `Gone` once the app is gone. */
  async send(
    method: string,
    params: Record<string, unknown> = {},
    sessionId?: string,
  ): Promise<Record<string, unknown>> {
    if (this.#closed) throw new Gone();
    const id = (this.#last += 1);
    const answered = new Promise<Answer>((answer, give) => this.#asked.set(id, { answer, give }));
    const message = { id, method, params, ...(sessionId === undefined ? {} : { sessionId }) };
    this.#out.write(`${JSON.stringify(message)}\0`);
    const { result, error } = await answered;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as Record<string, unknown>;
  }

  /** Ends all waiting with `Gone`. */
  close(): void {
    this.#closed = true;
    for (const { give } of this.#asked.values()) give(new Gone());
    this.#asked.clear();
  }

  #read(chunk: string): void {
    const parts = (this.#begun + chunk).split('\0');
    this.#begun = parts.pop() ?? '';
    for (const part of parts) {
      const message = JSON.parse(part) as Answer;
      if (message.id === undefined) continue;
      this.#asked.get(message.id)?.answer(message);
      this.#asked.delete(message.id);
    }
  }
}

/** One page of the app, for asking and for real input. */
export class PageDebugger {
  readonly #debugger: Debugger;
  readonly #session: string;

  private constructor(connection: Debugger, session: string) {
    this.#debugger = connection;
    this.#session = session;
  }

  /** Attaches to the app's window as soon as it shows our page, or another with such an address. */
  static async attach(connection: Debugger, begins = 'app:'): Promise<PageDebugger> {
    for (;;) {
      const { targetInfos } = (await connection.send('Target.getTargets')) as {
        targetInfos: { type: string; targetId: string }[];
      };
      const page = targetInfos.find(({ type }) => type === 'page');
      if (!page) continue;
      const params = { targetId: page.targetId, flatten: true };
      const { sessionId } = await connection.send('Target.attachToTarget', params);
      const attached = new PageDebugger(connection, sessionId as string);
      // A virtual screen has no window manager that would give the window the focus.
      await attached.send('Emulation.setFocusEmulationEnabled', { enabled: true });
      while (!(await attached.#isLoaded(begins)));
      return attached;
    }
  }

  /** Whether our own page is there; between two pages there is nothing that could be asked. */
  async #isLoaded(begins: string): Promise<boolean> {
    try {
      return await this.evaluate(
        `location.href.startsWith('${begins}') && document.readyState === 'complete'`,
      );
    } catch (error) {
      if (error instanceof Gone) throw error;
      return false;
    }
  }

  send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return this.#debugger.send(method, params, this.#session);
  }

  /** Quits the app, as its menu does. */
  async quit(): Promise<void> {
    await this.#debugger.send('Browser.close');
  }

  /** The value of an expression in the page; a promise is waited for. */
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
