/** When a waiting change is tried next. */
import type { Failure } from '../../shared/failure';
import { m } from '../../shared/messages';
import { timeOfDay } from './time';

/** A try at most this long after a wait, in ms, is the one that the reason says the time of. */
const SAME_WAIT_MS = 1_000;

/**
 * When a waiting change is tried next, to append to another text; '' if that is now, or at the time until which Cloudflare
 * asked to wait, which the reason says.
 */
export function nextTryText(
  { nextAttemptAt, failure }: { nextAttemptAt: number | null; failure: Failure | null },
  clock: { ahead(moment: number | null): moment is number },
): string {
  return clock.ahead(nextAttemptAt) && nextAttemptAt > (failure?.retryAt ?? 0) + SAME_WAIT_MS
    ? ` · ${m.organization_next_try({ time: timeOfDay(nextAttemptAt) })}`
    : '';
}
