/**
 * The harness for the rate limiter: a simulated computer on which the app runs, a connection with
 * latency, and a model of Cloudflare's rate limits. The computer may sleep, its clock may be set, and
 * the app may be killed and launched again.
 */
import { createRateLimiter, type RateLimiter } from '../../../src/main/rate-limit/rate-limiter';
import type { Timers } from '../../../src/main/lib/timers';
import type { Priority } from '../../../src/main/rate-limit/priority';
import { TextStorage } from './helpers';
import { Clock } from '../cloudflare/clock';
import type { CloudflareModel } from './cloudflare-model';

/** Several pieces of work that start at the same time. */
export interface Work {
  priority: Priority;
  /** Number of requests of each piece, sent one after the other. */
  n: number;
  pieces: number;
}

/** A run of the app. Nothing of a run continues after a kill. */
interface Run {
  limiter: RateLimiter;
  alive: boolean;
  /** Number of pieces of work that have not ended. */
  pending: number;
}

/** The simulated computer. */
export class RateLimitHarness {
  /** The true time. */
  readonly clock = new Clock();
  readonly storage = new TextStorage();
  /** The longest wait so far for each priority, in ms. */
  readonly longest: Record<Priority, number> = {
    person: 0,
    send: 0,
    asked: 0,
    bulk: 0,
    background: 0,
    idle: 0,
  };
  readonly made: Record<Priority, number> = {
    person: 0,
    send: 0,
    asked: 0,
    bulk: 0,
    background: 0,
    idle: 0,
  };
  readonly #cloudflare: CloudflareModel;
  /** Returns the next travel time of a request or a response, in ms. */
  readonly #travel: () => number;
  #wall = 0;
  /** The true time at which the computer was booted. */
  #booted = -50_000_000;
  #asleep: (() => void)[] | null = null;
  #run: Run;

  constructor(cloudflare: CloudflareModel, travel: () => number) {
    this.#cloudflare = cloudflare;
    this.#travel = travel;
    this.#run = this.#start();
  }

  /** Whether all work of the current run has ended. */
  get idle(): boolean {
    return this.#run.pending === 0;
  }

  /** Starts work. Each granted request is sent, and its response received. */
  work({ priority, n, pieces }: Work): void {
    const run = this.#run;
    run.pending += pieces;
    for (let piece = 0; piece < pieces; piece += 1) {
      this.#awake(() => void this.#piece(run, priority, n));
    }
  }

  /** Repeats work of `n` requests until the app ends; `atOnce` pieces run at the same time. */
  keepBusy(priority: Priority, atOnce: number, n = 1): void {
    const run = this.#run;
    const loop = async (): Promise<void> => {
      while (run.alive) await this.#piece(run, priority, n);
    };
    for (let index = 0; index < atOnce; index += 1) void loop();
  }

  /**
   * Simulates another tool of the same user on another computer: five requests every two seconds for
   * this many seconds, as long as the limit allows. No client could react to a faster tool.
   */
  other(seconds: number): void {
    if (seconds <= 0) return;
    for (let index = 0; index < 5; index += 1) {
      const time = this.clock.elapsed();
      if (this.#cloudflare.remaining(time) > 60) this.#cloudflare.request(time, 'elsewhere');
    }
    this.clock.timers.set(() => this.other(seconds - 2), 2_000);
  }

  setClock(by: number): void {
    this.#wall += by;
  }

  /** Stops the app while time passes, as in sleep. */
  sleep(): void {
    this.#asleep ??= [];
  }

  wake(): void {
    const late = this.#asleep ?? [];
    this.#asleep = null;
    for (const work of late) work();
  }

  /** Ends the app and all its work: it quits, is killed, or the computer loses power. */
  end(how: 'clean' | 'kill' | 'power'): void {
    if (how === 'clean') this.#run.limiter.stop();
    this.#run.alive = false;
    this.#asleep = null;
    if (how === 'power') this.#booted = this.clock.elapsed();
  }

  start(): void {
    this.#run = this.#start();
  }

  #start(): Run {
    const run = { alive: true, pending: 0 } as Run;
    const whileAlive = (work: () => void) => () => {
      if (run.alive) this.#awake(work);
    };
    const timers: Timers = {
      set: (callback, ms) => this.clock.timers.set(whileAlive(callback), ms),
      clear: this.clock.timers.clear,
    };
    run.limiter = createRateLimiter({
      now: () => this.clock.now() + this.#wall,
      elapsed: () => this.clock.elapsed() - this.#booted,
      timers,
      storage: this.storage,
    });
    return run;
  }

  #awake(work: () => void): void {
    if (this.#asleep) this.#asleep.push(work);
    else work();
  }

  async #piece(run: Run, priority: Priority, n: number): Promise<void> {
    const startedAt = this.clock.elapsed();
    const reserved = await run.limiter.reserve('u', n, priority);
    if (reserved.ok && run.alive) {
      this.longest[priority] = Math.max(this.longest[priority], this.clock.elapsed() - startedAt);
      for (let index = 0; index < n && reserved.value.take(); index += 1) {
        this.made[priority] += 1;
        await this.#exchange(run);
        if (!run.alive) return;
      }
      reserved.value.release();
    }
    run.pending -= 1;
  }

  /** Sends a request and receives its response. Never resolves if the run ends meanwhile. */
  #exchange(run: Run): Promise<void> {
    return new Promise((resolve) => {
      const { set } = this.clock.timers;
      const sent = this.clock.elapsed();
      set(() => {
        const response = this.#cloudflare.request(this.clock.elapsed());
        set(() => {
          if (!run.alive) return;
          this.#awake(() => {
            run.limiter.answered('u', response.header, this.clock.elapsed() - sent);
            resolve();
          });
        }, this.#travel());
      }, this.#travel());
    });
  }
}
