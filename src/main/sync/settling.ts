/** Puts the end of a send into the database where the send itself could not: waits and pauses. */
import type { Failure } from '../../shared/failure';
import type { OutboxRow } from '../store/tables';
import { backoff } from './backoff';
import type { SyncDependencies } from './dependencies';
import * as outcomes from './outcomes';
import type { SendResult } from './sending';

/** A wait longer than any we make (the longest block plus a backoff), in ms: the clock was set back. */
export const IMPOSSIBLE_WAIT_MS = 1_300_000;

/** Settles sends, and remembers whose end could not be stored. */
export interface Settling {
  settle(organizationId: string, result: SendResult): void;
  /** Pauses everything that waits for this sign-in. */
  pauseSignIn(credentialId: string | null, failure: Failure): boolean;
  /** Until when organizations are left alone because the end of their send could not be stored. */
  heldBack: Map<string, number>;
}

/**
 * Makes it.
 * @param onPaused told of each change that was paused
 */
export function createSettling(
  deps: SyncDependencies,
  onPaused: (organizationId: string) => void,
): Settling {
  const { store, now, random, progress } = deps;
  const heldBack = new Map<string, number>();

  function holdBack(organizationId: string, sent: OutboxRow | null): void {
    heldBack.set(organizationId, now() + backoff((sent?.attempts ?? 0) + 3, random()));
  }

  function settleWaiting(organizationId: string, sent: OutboxRow | null, failure: Failure): void {
    const written = store.write((tables) => {
      const row = sent ?? tables.outbox.get(organizationId);
      if (!row) return;
      const pause = backoff(row.attempts + 1, random());
      // After a block nobody comes back at the very same moment.
      const allowed = (failure.retryAt ?? 0) + Math.round(random() * 1_000);
      // Never so far ahead that it would count as due at once: that would be a burst.
      const next = Math.min(Math.max(now() + pause, allowed), now() + IMPOSSIBLE_WAIT_MS);
      outcomes.wait(tables, row, failure, next);
    });
    if (!written.ok) holdBack(organizationId, sent);
  }

  function pauseSignIn(credentialId: string | null, failure: Failure): boolean {
    const written = store.write((tables) => outcomes.pauseSignIn(tables, credentialId, failure));
    if (!written.ok) return false;
    for (const id of written.value) {
      onPaused(id);
      progress.changed(id);
    }
    return true;
  }

  return {
    heldBack,
    pauseSignIn,
    settle(organizationId, result) {
      if (result.end === 'waiting') settleWaiting(organizationId, result.row, result.failure);
      if (result.end !== 'paused') return;
      const { credentialId, failure } = result;
      if (!pauseSignIn(credentialId, failure)) return holdBack(organizationId, null);
      if (credentialId !== null) deps.onSignInTrouble(credentialId, failure);
    },
  };
}
