/** The real app as a process that can be killed, stopped and started again on the same folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { executable } from '../../e2e/support/executable';
import { Debugger, PageDebugger } from './debugger';
import type { Stall } from './stalls';
import { now, pause, until } from './time';

/** What a start needs. */
export interface AppProcessOptions {
  userData: string;
  /** Complete environment. */
  env: Record<string, string | undefined>;
}

/** How a process ended. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Longest time from a kill until nothing of the app is left, ms. */
const LEFT_BEHIND_LIMIT_MS = 5_000;

/** The processes of a process group that are still there, by id. A zombie is nobody any more. */
export function processesOf(group: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        // After the name in parentheses: state, parent, group (proc_pid_stat(5)).
        const [state, , inGroup] = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        return state !== 'Z' && Number(inGroup) === group;
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** One running app, as the leader of a process group of its own. */
export class AppProcess {
  readonly pid: number;
  /** Resolves when its main process has ended. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  readonly #debugger: Debugger;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid!;
    this.ended = new Promise((resolve) =>
      child.once('exit', (code, signal) => resolve({ code, signal })),
    );
    this.#debugger = new Debugger(child.stdio[3] as Writable, child.stdio[4] as Readable);
  }

  /** Starts it; what it prints is of no interest. */
  static start({ userData, env }: AppProcessOptions): AppProcess {
    // Only root cannot use Chromium's sandbox; virtual screens have no GPU to look for.
    const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const args = ['.', `--user-data-dir=${userData}`, '--disable-gpu', '--remote-debugging-pipe'];
    const child = spawn(executable(), [...args, ...root], {
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

  /** Its window; rejects with `Gone` when it ends before. */
  window(): Promise<PageDebugger> {
    return PageDebugger.attach(this.#debugger);
  }

  /** A signal to its main process. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Lets the main process stand still for this many ms, as a busy machine does, and notes when. */
  async stall(ms: number, stalls: Stall[]): Promise<void> {
    const stall = { from: now(), to: Infinity };
    stalls.push(stall);
    this.signal('SIGSTOP');
    await pause(ms);
    this.signal('SIGCONT');
    stall.to = now();
  }

  /** A signal to all its processes. */
  signalAll(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /**
   * Kills it: all its processes at once, as a dead battery would, or only the main one. Resolves when
   * nothing is left of it, with the time of the kill and the ms until the last process was gone.
   */
  async kill(which: 'all' | 'main'): Promise<{ at: number; goneAfter: number }> {
    if (!this.isRunning)
      throw new Error(`The app ended by itself: ${JSON.stringify(await this.ended)}`);
    const at = now();
    if (which === 'all') this.signalAll('SIGKILL');
    else this.signal('SIGKILL');
    await this.ended;
    this.#debugger.close();
    await this.untilNothingLeft();
    return { at, goneAfter: now() - at };
  }

  /** Resolves when no process of it is left. Those that are too late are ended, and it rejects. */
  async untilNothingLeft(): Promise<void> {
    try {
      await until(
        'its processes to end',
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

/** What a process was started as, with `--type` when it is one of Chromium's. */
function nameOf(pid: number): string {
  try {
    const [command, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const type = args.filter((arg) => /^--(type|utility-sub-type)=/.test(arg));
    return [command, ...type].join(' ');
  } catch {
    return `process ${pid}`;
  }
}
