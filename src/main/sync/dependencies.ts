/** Dependencies shared by the scheduler and the refresher. */
import type { Failure, Outcome } from '../../shared/failure';
import { failed } from '../../shared/failure';
import type { RateLimiter } from '../rate-limit/rate-limiter';
import type { Timers } from '../lib/timers';
import type { Authorization, AuthorizationSource, Cloudflare } from '../cloudflare/types';
import type { Store } from '../database/tables';
import type { SendStatus } from './status';

/** Everything that sync/ gets from outside. */
export interface SyncDependencies {
  store: Store;
  cloudflare: Cloudflare;
  limiter: RateLimiter;
  authorizationOf: AuthorizationSource;
  /** Whether an authorization is still the current one of its sign-in. A refusal of an older one means nothing. */
  isCurrent?: (credentialId: string, authorization: Authorization) => boolean;
  /** Ms since the epoch. */
  now: () => number;
  /** Random number from 0 (inclusive) to 1 (exclusive). */
  random: () => number;
  timers: Timers;
  /** Runs a function soon but not too often, to batch writes that no one waits for. Default: `setImmediate`. */
  later?: (work: () => void) => void;
  progress: SendStatus;
  /** Called when a sign-in does not work. Everything that waits for it is already paused. */
  onSignInIssue: (credentialId: string, failure: Failure) => void;
  /** Called when Cloudflare accepted a sign-in. */
  onSignInWorks?: (credentialId: string) => void;
}

/** The outcome of `work`, or `app.stopping` as soon as `signal` aborts. A rejection becomes `app.unexpected`. */
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
