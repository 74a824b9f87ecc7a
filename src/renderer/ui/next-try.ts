/** When a waiting change is tried next. */
import type { Connection } from '../../shared/connection';
import type { Failure } from '../../shared/failure';
import { m } from '../../shared/messages';
import { timeOfDay } from './time';

type Clock = { ahead(moment: number | null): moment is number };

/** A try at most this long after a wait, in ms, is the one that the reason says the time of. */
const SAME_WAIT_MS = 1_000;

/** When a waiting change is tried next, ms since the epoch: after its own wait and that of all; null: now. */
export function nextTryOf(
  { nextTryAt }: { nextTryAt: number | null },
  { breakerUntil }: Pick<Connection, 'breakerUntil'>,
  clock: Clock,
): number | null {
  const at = Math.max(nextTryAt ?? 0, breakerUntil ?? 0);
  return clock.ahead(at) ? at : null;
}

/**
 * When a waiting change is tried next, to append to another text; '' if that is now, or at the time until which Cloudflare
 * asked to wait, which the reason says.
 */
export function nextTryText(
  change: { nextTryAt: number | null; failure: Failure | null },
  connection: Pick<Connection, 'breakerUntil'>,
  clock: Clock,
): string {
  const at = nextTryOf(change, connection, clock);
  return at !== null && at > (change.failure?.retryAt ?? 0) + SAME_WAIT_MS
    ? ` · ${m.organization_next_try({ time: timeOfDay(at) })}`
    : '';
}
