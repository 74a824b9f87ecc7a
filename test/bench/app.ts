/** Starts Letterhead or the bare window, on the same Electron with the same switches and the same probe. */
import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { executable } from '../e2e/support/executable';
import { CONFIRMS_EMAILS } from '../faults/support/app-process';
import { Debugger, PageDebugger } from '../faults/support/debugger';
import { now, until } from '../faults/support/time';

/** Options of a launch. */
export interface Start {
  /** The app's folder; `.` is Letterhead. */
  folder: string;
  userData: string;
  env: Record<string, string | undefined>;
}

/** A moment of the start recorded by the probe, in ms since the epoch, with fractions. */
export interface Moment {
  what: string;
  at: number;
}

/** The page's own timing of its start. */
export interface PageTimes {
  origin: number;
  paints: [name: string, ms: number][];
}

interface ProbeMessage {
  id?: number;
  answer?: unknown;
  event?: string;
  at?: number;
}

const PROBE = resolve('test/bench/probe.cjs');
export const BARE = resolve('test/bench/bare');
/** Time limit of a launch, in ms. */
const LIMIT_MS = 60_000;

/** Root cannot use Chromium's sandbox; virtual screens have no GPU. */
export const SWITCHES = [
  '--disable-gpu',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
] as const;

/** A running app. */
export class App {
  readonly #child: ChildProcess;
  readonly #startedAt: number;
  readonly #folder: string;
  readonly #events = new Map<string, number>();
  readonly #answers = new Map<number, (answer: unknown) => void>();
  readonly #ended: Promise<void>;
  readonly #debugger: Debugger | null;
  #lastId = 0;

  private constructor(child: ChildProcess, folder: string, startedAt: number, debugged: boolean) {
    this.#child = child;
    this.#startedAt = startedAt;
    this.#folder = folder;
    this.#ended = new Promise((done) => child.once('exit', () => done()));
    const [, , , out, input] = child.stdio;
    this.#debugger = debugged ? new Debugger(out as Writable, input as Readable) : null;
    child.on('message', ({ id, answer, event, at }: ProbeMessage) => {
      if (event !== undefined) this.#events.set(event, at!);
      else this.#answers.get(id!)?.(answer);
    });
  }

  /** Starts an app; `debugged` adds a debugger that can drive its window. */
  static start({ folder, userData, env }: Start, { debugged = false } = {}): App {
    const switches = [...SWITCHES, ...(debugged ? ['--remote-debugging-pipe'] : [])];
    const preloads = ['-r', PROBE, '-r', CONFIRMS_EMAILS];
    const args = [...preloads, folder, `--user-data-dir=${userData}`, ...switches];
    const pipe = debugged ? 'pipe' : 'ignore';
    const startedAt = now();
    const child = spawn(executable(), args, {
      env,
      stdio: [
        'ignore',
        'ignore',
        process.env['BENCH_LOUD'] ? 'inherit' : 'ignore',
        pipe,
        pipe,
        'ipc',
      ],
    });
    if (child.pid === undefined) throw new Error('The app could not be started.');
    return new App(child, folder, startedAt, debugged);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** When it was started, in ms since the epoch. */
  get startedAt(): number {
    return this.#startedAt;
  }

  /** Waits until the probe reports this event; returns the time since the start of the process, in ms. */
  async after(event: 'ready to show' | 'painted'): Promise<number> {
    const at = await until(
      `${this.#folder} to be ${event}`,
      () => {
        if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
          throw new Error('The app exited on its own.');
        }
        return this.#events.get(event);
      },
      LIMIT_MS,
    );
    return at - this.#startedAt;
  }

  /** Queries the probe; see ANSWERS in probe.cjs. */
  ask(what: 'timeline'): Promise<Moment[]>;
  ask(what: 'page'): Promise<PageTimes>;
  ask(what: 'loop-stop'): Promise<number>;
  ask(what: 'calls-stop'): Promise<Record<string, number[]>>;
  ask(what: 'loop-start' | 'calls-start' | 'collect' | 'quit'): Promise<null>;
  ask(what: string): Promise<unknown> {
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      this.#answers.set(id, resolve);
      this.#child.send({ id, ask: what }, (error) => error && reject(error));
      void this.#ended.then(() => reject(new Error('The app has exited.')));
    });
  }

  /** A debugger of its window, once it shows a page with this address prefix. */
  page(prefix = 'app://'): Promise<PageDebugger> {
    if (!this.#debugger) throw new Error('Started without a debugger.');
    return PageDebugger.attach(this.#debugger, prefix);
  }

  /** Quits it like its menu; kills it if it does not exit. */
  async quit(): Promise<void> {
    // It may exit before it answers.
    void this.ask('quit').catch(() => undefined);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await this.#ended;
    clearTimeout(timer);
    this.#debugger?.close();
  }
}
