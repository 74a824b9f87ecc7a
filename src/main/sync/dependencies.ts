/** What sending and reading are built from. */
import type { Failure, Outcome } from '../../shared/failure';
import { failed } from '../../shared/failure';
import type { RateLimiter } from '../rate-limit/rate-limiter';
import type { Timers } from '../lib/timers';
import type { Authorization, AuthorizationSource, Cloudflare } from '../cloudflare/types';
import type { Store } from '../database/tables';
import type { SendStatus } from './status';

/** Everything `sync` gets from outside. */
export interface SyncDependencies {
  store: Store;
  cloudflare: Cloudflare;
  limiter: RateLimiter;
  authorizationOf: AuthorizationSource;
  /** Whether an authorization is still that of its sign-in; a refusal of an older one says nothing. */
  isCurrent?: (credentialId: string, authorization: Authorization) => boolean;
  /** Ms since the epoch. */
  now: () => number;
  /** From 0 to 1, 1 excluded. */
  random: () => number;
  timers: Timers;
  /** Runs a function soon, and not too often, for writes that no one waits for. Default: `setImmediate`. */
  later?: (work: () => void) => void;
  progress: SendStatus;
  /** A sign-in does not work; everything that waits for it is paused already. */
  onSignInIssue: (credentialId: string, failure: Failure) => void;
  /** Cloudflare accepted a sign-in. */
  onSignInWorks?: (credentialId: string) => void;
}

/** The outcome of `work`, or `app.stopping` as soon as `signal` aborts; a rejection is unexpected. */
export function orStopped<T>(work: Promise<Outcome<T>>, signal?: AbortSignal): Promise<Outcome<T>> {
  return new Promise((resolve) => {
    const stop = (): void => resolve(failed('app.stopping'));
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
    work
      .then(resolve, () => resolve(failed('app.unexpected')))
      .finally(() => signal?.removeEventListener('abort', stop));
  });
}
