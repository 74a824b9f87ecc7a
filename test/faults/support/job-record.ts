/** What is known about a job over several organizations from outside the app. */
import type { Edits } from '../../../src/shared/profile';

/** Something the person did with a job. */
export interface JobAction {
  kind: 'pause' | 'resume' | 'cancel' | 'retry' | 'dismiss';
  at: number;
  /** When the app said that it was done; null: unknown. */
  doneAt: number | null;
}

/** A job the person submitted. */
export interface JobRecord {
  /** Null until the app answered or the job was found on disk. */
  id: string | null;
  /** When its preview was made. */
  plannedAt: number;
  at: number;
  doneAt: number | null;
  /** By organization id, the texts it changes there. Organizations it changes nothing in are left out. */
  items: ReadonlyMap<string, Edits>;
  actions: JobAction[];
  /** Whether every item was found applied or skipped. */
  isApplied: boolean;
}

/** The last action of these kinds that was tried before `at`, or null. */
export function lastAction(
  { actions }: JobRecord,
  kinds: readonly JobAction['kind'][],
  at = Infinity,
): JobAction | null {
  return actions.filter((one) => kinds.includes(one.kind) && one.at < at).at(-1) ?? null;
}

/**
 * Whether a job surely was paused all the time between two moments: answered before the first, and nothing
 * was tried that ends a pause. Cancelling ends it whenever its last slice is done.
 */
export function wasPaused(job: JobRecord, from: number, to: number): boolean {
  const pause = lastAction(job, ['pause'], from);
  if (pause?.doneAt == null || pause.doneAt > from || wasCancelled(job, to)) return false;
  return !job.actions.some(
    ({ kind, at }) => (kind === 'resume' || kind === 'dismiss') && at > pause.at && at < to,
  );
}

/** Whether the person tried to cancel it. */
export function wasCancelled(job: JobRecord, before = Infinity): boolean {
  return lastAction(job, ['cancel'], before) !== null;
}
