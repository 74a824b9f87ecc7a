/** Dependencies shared by the scheduler and the reader of profiles. */
import type { Failure } from '../../shared/failure';
import type { Result } from '../../shared/result';
import type { RateLimiter } from '../rate-limit';
import type { Timers } from '../lib/timers';
import type { AuthorizationSource, Cloudflare } from '../cloudflare';
import type { Database, Tables } from '../database';
import type { JustSaved, SendStatus } from '../changes';

/** What the scheduler and the reader of profiles need from other modules. */
export interface SyncDependencies {
  database: Database;
  cloudflare: Cloudflare;
  limiter: RateLimiter;
  authorizationOf: AuthorizationSource;
  /** Resolves when what earlier runs left has been checked, or with why it cannot be (changes/verification.ts). */
  keyRead: () => Promise<Result<null>>;
  /** See `SignIns.versionOf`. A refusal of a replaced email or key is ignored. */
  versionOf?: (signInId: string) => string;
  /** Ms since the epoch. */
  now: () => number;
  /** Ms of the monotonic clock, which counts sleep (monotonic-clock.ts). */
  elapsed: () => number;
  /** Random number from 0 (inclusive) to 1 (exclusive). */
  random: () => number;
  timers: Timers;
  /** Runs a function soon but not too often, to batch writes. Default: `setImmediate`. */
  later?: (work: () => void) => void;
  sendStatus: SendStatus;
  /** Knows through which entry a profile was just written. */
  justSaved: JustSaved;
  /** Stores that a sign-in does not work, in the transaction that pauses its changes. */
  recordSignInIssue: (tables: Tables, signInId: string, failure: Failure) => void;
  /** Called when a read finds that a sign-in does not work. */
  onSignInIssue: (signInId: string, failure: Failure) => void;
  /** Called when Cloudflare accepted a sign-in. */
  onSignInWorks?: (signInId: string) => void;
  /** Called after a write succeeded. */
  onWriteSucceeded?: (signInId: string) => void;
}
