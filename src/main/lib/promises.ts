/** Waiting for promises. */
import { failed, type Result } from '../../shared/result';

/** The value of a promise that is already resolved, or null if it is still pending. */
export function ifResolved<T>(promise: Promise<T>): Promise<T | null> {
  return Promise.race([
    promise,
    new Promise<null>((resolve) => void setImmediate(() => resolve(null))),
  ]);
}

/** Returns the result of `work`: `app.stopping` once `signal` aborts, `app.unexpected` if `work` rejects. */
export function untilAborted<T>(
  work: Promise<Result<T>>,
  signal?: AbortSignal,
): Promise<Result<T>> {
  return new Promise((resolve) => {
    const stop = (): void => resolve(failed('app.stopping'));
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
    work
      .then(resolve, () => resolve(failed('app.unexpected')))
      .finally(() => signal?.removeEventListener('abort', stop));
  });
}
