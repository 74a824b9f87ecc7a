/** Dependencies shared by the scheduler and the refresher. */
import type { Failure } from '../../shared/failure';
import type { Outcome } from '../../shared/outcome';
import { failed } from '../../shared/outcome';
import type { RateLimiter } from '../rate-limit';
import type { Timers } from '../lib/timers';
import type { Authorization, AuthorizationSource, Cloudflare } from '../cloudflare';
import type { Store } from '../database';
import type { SendStatus } from '../changes';

/** What the scheduler and the refresher need from other modules. */
export interface SyncDependencies {
  store: Store;
  cloudflare: Cloudflare;
  limiter: RateLimiter;
  authorizationOf: AuthorizationSource;
  /** Whether this is still the sign-in's email and key. A refusal of replaced ones is ignored. */
  isCurrent?: (credentialId: string, authorization: Authorization) => boolean;
  /** Ms since the epoch. */
  now: () => number;
  /** Random number from 0 (inclusive) to 1 (exclusive). */
  random: () => number;
  timers: Timers;
  /** Runs a function soon but not too often, to batch writes. Default: `setImmediate`. */
  later?: (work: () => void) => void;
  sendStatus: SendStatus;
  /** Called when a sign-in does not work, after its changes were paused. */
  onSignInIssue: (credentialId: string, failure: Failure) => void;
  /** Called when Cloudflare accepted a sign-in. */
  onSignInWorks?: (credentialId: string) => void;
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
