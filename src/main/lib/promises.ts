/** Waiting for promises. */
import { failed, type Outcome } from '../../shared/outcome';

/** The value of a promise that is already resolved, or null if it is still pending. */
export function ifResolved<T>(promise: Promise<T>): Promise<T | null> {
  return Promise.race([
    promise,
    new Promise<null>((resolve) => void setImmediate(() => resolve(null))),
  ]);
}

/** Returns the outcome of `work`: `app.stopping` once `signal` aborts, `app.unexpected` if `work` rejects. */
export function untilAborted<T>(
  work: Promise<Outcome<T>>,
  signal?: AbortSignal,
): Promise<Outcome<T>> {
  return new Promise((resolve) => {
    const stop = (): void => resolve(failed('app.stopping'));
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
    work
      .then(resolve, () => resolve(failed('app.unexpected')))
      .finally(() => signal?.removeEventListener('abort', stop));
  });
}
