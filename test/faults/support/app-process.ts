/** The real app as a process that can be killed, stopped, and started again on the same data folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { executable } from '../../e2e/support/executable';
import { SWITCHES } from '../../e2e/support/switches';
import { Debugger, PageDebugger } from './debugger';
import type { Stall } from './stalls';
import { now, pause, until, within } from './time';

/** How to start the app. */
export interface AppProcessOptions {
  userData: string;
  /** All environment variables of the process. */
  env: Record<string, string | undefined>;
}

/** How a process ended. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Confirms the emails and tokens of sign-ins, as a person would. */
export const CONFIRMS_EMAILS = resolve('test/faults/support/confirms-emails.cjs');

/** Stops main after each commit, once it is asked to. */
const STOPS_AFTER_COMMITS = resolve('test/faults/support/stops-after-commits.cjs');

/** Time limit from a kill until all processes of the app are gone, in ms. */
const LEFT_BEHIND_LIMIT_MS = 20_000;

/** Time limit from the launch to the window, in ms. */
const WINDOW_MS = 60_000;

/** How often it is read how long the app had to wait for a processor, in ms. */
const WAITS_EVERY_MS = 20;

/** How often the processes of the page are looked for, in readings of the waits. */
const PAGE_EVERY = 25;

/** The state and the group of a process. Throws if it is gone. */
function statOf(pid: string | number): { state: string | undefined; group: number } {
  // After the name in parentheses: state, parent, group (proc_pid_stat(5)).
  const [state, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return { state, group: Number(group) };
}

/** The ids of the running processes in a process group, without zombies. */
function processesOf(group: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const { state, group: own } = statOf(name);
        return state !== 'Z' && own === group;
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** A running app, as the leader of its own process group. */
export class AppProcess {
  readonly pid: number;
  /** Resolves when the main process has exited. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  readonly #debugger: Debugger;
  #readWaits = (): void => undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid!;
    this.ended = new Promise((resolve) =>
      child.once('exit', (code, signal) => resolve({ code, signal })),
    );
    this.#debugger = new Debugger(child.stdio[3] as Writable, child.stdio[4] as Readable);
  }

  /** Starts the app; its output is discarded. */
  static start({ userData, env }: AppProcessOptions): AppProcess {
    // Root cannot use Chromium's sandbox.
    const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const preloads = ['-r', CONFIRMS_EMAILS, '-r', STOPS_AFTER_COMMITS];
    const args = [...preloads, '.', `--user-data-dir=${userData}`];
    const switches = [...SWITCHES, '--remote-debugging-pipe', ...root];
    const child = spawn(executable(), [...args, ...switches], {
      env,
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    if (child.pid === undefined) throw new Error('The app could not be started');
    return new AppProcess(child);
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves with the app's window. Rejects with `Gone` if the app exits first. */
  window(): Promise<PageDebugger> {
    return within('the window', PageDebugger.attach(this.#debugger), WINDOW_MS);
  }

  /** Sends a signal to the main process. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Whether the main process is stopped. */
  get isStopped(): boolean {
    return statOf(this.pid).state === 'T';
  }

  /** Stops main now and after each commit, whenever it was continued (SIGCONT). */
  async stopAfterCommits(): Promise<void> {
    this.signal('SIGUSR2');
    await until('main to stop', () => this.isStopped);
  }

  /** Stops the main process for this many ms, as a busy machine may do, and adds that to `stalls`. */
  async stall(ms: number, stalls: Stall[]): Promise<void> {
    const stall = { from: now(), to: Infinity };
    stalls.push(stall);
    this.signal('SIGSTOP');
    await pause(ms);
    this.signal('SIGCONT');
    stall.to = now();
  }

  /**
   * Adds to `stalls` when main or the page could have run but got no processor, until the app ends. On a machine with more to
   * do than it can, that takes longer than the app has for storing a keystroke.
   */
  recordWaits(stalls: Stall[]): void {
    const waited = new Map<number, number>();
    let pids: number[] = [];
    let readings = 0;
    this.#readWaits = () => {
      if (readings++ % PAGE_EVERY === 0) {
        const pages = processesOf(this.pid).filter((pid) =>
          nameOf(pid).includes('--type=renderer'),
        );
        pids = [this.pid, ...pages];
      }
      for (const pid of pids) {
        const total = waitOf(pid);
        if (total === null) continue;
        const to = now();
        const from = to - (total - (waited.get(pid) ?? total));
        if (to - from > 1) stalls.push({ from, to });
        waited.set(pid, total);
      }
    };
    const timer = setInterval(() => this.#readWaits(), WAITS_EVERY_MS);
    void this.ended.then(() => clearInterval(timer));
  }

  /** Sends a signal to all processes of the app. */
  signalAll(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /**
   * Kills all processes together, like a power failure, or only the main process. Resolves when no process is left,
   * with the time of the kill and how long it took until the last process was gone, in ms.
   */
  async kill(which: 'all' | 'main'): Promise<{ at: number; goneAfter: number }> {
    if (!this.isRunning)
      throw new Error(`The app exited on its own: ${JSON.stringify(await this.ended)}`);
    this.#readWaits();
    const at = now();
    if (which === 'all') this.signalAll('SIGKILL');
    else this.signal('SIGKILL');
    await within('the killed app to exit', this.ended);
    this.#debugger.close();
    await this.untilNothingLeft();
    return { at, goneAfter: now() - at };
  }

  /** Resolves when no process is left. After the time limit, kills the remaining processes and rejects. */
  async untilNothingLeft(): Promise<void> {
    try {
      await until(
        'its processes to exit',
        () => processesOf(this.pid).length === 0,
        LEFT_BEHIND_LIMIT_MS,
      );
    } catch {
      const left = processesOf(this.pid).map(nameOf);
      this.signalAll('SIGKILL');
      throw new Error(`Left behind after ${LEFT_BEHIND_LIMIT_MS} ms: ${left.join('; ')}`);
    }
  }
}

/** How long the first thread of a process has waited for a processor since its start, in ms; null: it is gone. */
function waitOf(pid: number): number | null {
  try {
    // Time on a processor, time waiting for one (both in ns), and how often it ran (sched-stats.rst of Linux).
    const [, wait] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return Number(wait) / 1e6;
  } catch {
    return null;
  }
}

/** The command of a process, with `--type` for Chromium's processes. */
function nameOf(pid: number): string {
  try {
    const [command, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const type = args.filter((arg) => /^--(type|utility-sub-type)=/.test(arg));
    return [command, ...type].join(' ');
  } catch {
    return `process ${pid}`;
  }
}
