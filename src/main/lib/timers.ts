/** Timers as a dependency, so that tests can use a fake clock. */

/** Sets and clears timers. */
export interface Timers {
  /** Calls back once after `ms` milliseconds; returns a handle for `clear`. */
  set(callback: () => void, ms: number): unknown;
  /** Clears a timer; does nothing for null or a timer that has fired. */
  clear(timer: unknown): void;
}

/** Node's timers. They do not keep the process alive. */
export const realTimers: Timers = {
  set: (callback, ms) => {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return timer;
  },
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};

/** Resolves after `ms` milliseconds, or as soon as `signal` aborts. Never rejects. */
export function delay(timers: Timers, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      timers.clear(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = timers.set(done, ms);
    signal?.addEventListener('abort', done);
  });
}

/** Runs `work` with a signal that aborts after `ms` milliseconds, or together with `outer`. */
export async function withTimeLimit<T>(
  timers: Timers,
  ms: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inner = new AbortController();
  const timer = timers.set(() => inner.abort(), ms);
  try {
    return await work(AbortSignal.any([outer, inner.signal]));
  } finally {
    timers.clear(timer);
  }
}
