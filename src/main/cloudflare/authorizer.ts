/**
 * Gives a request its key at the last moment. A request may wait minutes for the rate limit, and whoever makes it
 * must not hold a key in that time. So requests carry an `Authorizer`, which holds none.
 */
import { failed, success, type Result } from '../../shared/result';
import type { Database } from '../database';
import { ifResolved, untilAborted } from '../lib/promises';
import type { RateLimiter, Reservation } from '../rate-limit';
import type { Authorization, AuthorizationSource, Authorizer, RequestOptions } from './types';

/** User id for the rate limiter in probes, which have no sign-in and so count against no Cloudflare user. */
export const NO_USER = 'nobody';

/** The authorizer of a saved sign-in. Its `userId` is '' if the sign-in is not in the database or cannot be read. */
export function authorizerOf(
  database: Database,
  authorizationOf: AuthorizationSource,
  signInId: string,
): Authorizer {
  const row = database.read(({ signIns }) => signIns.get(signInId));
  const userId = (row.ok ? row.value?.userId : null) ?? '';
  return { userId, authorize: () => authorizationOf(signInId) };
}

/**
 * Gets the authorization if it is there at once. Otherwise calls `onWait`, waits for it, and returns null without
 * it: after the wait the request may no longer go out.
 */
async function authorizeNow(
  { authorize }: Authorizer,
  onWait: () => void,
  signal: AbortSignal | undefined,
): Promise<Result<Authorization> | null> {
  const authorizing = untilAborted(authorize(), signal);
  const now = await ifResolved(authorizing);
  if (now) return now;
  onWait();
  const later = await authorizing;
  return later.ok ? null : later;
}

/**
 * Waits until a request may go out, takes it from its reservation, and only then authorizes it. Fails like
 * `RateLimiter.reserve` and `AuthorizationSource`.
 *
 * @param auth null for a request without a sign-in. An `Authorization` is used as it is.
 * @param problemOf why a request with this authorization may not go out, or null; asked right before it is counted
 */
export async function admit(
  limiter: RateLimiter,
  auth: Authorization | Authorizer | null,
  options: RequestOptions | undefined,
  problemOf: (authorization: Authorization) => Result<never> | null,
): Promise<Result<Authorization | null>> {
  const { signal, priority = 'person', reservation: given } = options ?? {};
  if (signal?.aborted) return failed('app.stopping');
  let reservation: Reservation | undefined = given;
  const release = (): void => {
    if (reservation !== given) reservation?.release();
  };
  // A reservation is void once Cloudflare refuses this user. Reserving again then fails, and the failure says
  // when the block ends.
  for (;;) {
    if (!reservation?.left) {
      const reserved = await limiter.reserve(auth?.userId ?? NO_USER, 1, priority, signal);
      if (!reserved.ok) return reserved;
      reservation = reserved.value;
    }
    const authorized: Result<Authorization> | null =
      auth && ('authorize' in auth ? await authorizeNow(auth, release, signal) : success(auth));
    if (auth && !authorized) continue;
    const problem = authorized && (authorized.ok ? problemOf(authorized.value) : authorized);
    if (problem) {
      release();
      return problem;
    }
    if (reservation.take()) return success(authorized?.ok ? authorized.value : null);
  }
}
