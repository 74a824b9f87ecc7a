/** A time limit over work that can be aborted. */
import type { Timers } from '../lib/timers';

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
