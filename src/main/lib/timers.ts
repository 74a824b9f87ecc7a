/** Timers as a dependency: what waits can be driven by a test's clock instead of by real time. */

/** Starts and ends timers. */
export interface Timers {
  /** Calls back once after `ms` milliseconds; the result is for `clear`. */
  set(callback: () => void, ms: number): unknown;
  /** Ends a timer; one that has fired, or null, is ignored. */
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

/** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
export function pause(timers: Timers, ms: number, signal?: AbortSignal): Promise<void> {
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

/** Does `work` until `ms` milliseconds have gone or `outer` aborts, whichever is first. */
export async function limited<T>(
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
