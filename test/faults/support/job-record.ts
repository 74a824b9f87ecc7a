/** The record of a job: what is known about it from outside the app. */
import type { AfterCancel } from '../../../src/shared/bulk';
import type { Edits } from '../../../src/shared/profile';

/** An action of the person on a job. */
export interface JobAction {
  kind: 'pause' | 'resume' | 'cancel' | 'retry' | 'dismiss';
  /** What becomes of the unsent texts of a job that is canceled. */
  then?: AfterCancel;
  at: number;
  /** When the app acknowledged the action; null: it may not have happened. */
  doneAt: number | null;
}

/** A submitted job. */
export interface JobRecord {
  /** Null until the app has answered or the job was found on disk. */
  id: string | null;
  /** When its preview was created. */
  plannedAt: number;
  at: number;
  doneAt: number | null;
  /** By organization id: the texts that the job changes. Has only organizations that the job changes. */
  items: ReadonlyMap<string, Edits>;
  actions: JobAction[];
  /** Whether every item was found applied or skipped. */
  isApplied: boolean;
}

/** The last attempted action of these kinds before `at`, or null. */
export function lastAction(
  { actions }: JobRecord,
  kinds: readonly JobAction['kind'][],
  at = Infinity,
): JobAction | null {
  return actions.filter((one) => kinds.includes(one.kind) && one.at < at).at(-1) ?? null;
}

/**
 * Whether a job was certainly paused between two moments: pausing was acknowledged before `from`, and until `to` no
 * one tried to end the pause. Canceling also ends it, at an unknown time: when its last slice is done.
 */
export function wasPaused(job: JobRecord, from: number, to: number): boolean {
  const pause = lastAction(job, ['pause'], from);
  if (pause?.doneAt == null || pause.doneAt > from || wasCanceled(job, to)) return false;
  return !job.actions.some(
    ({ kind, at }) => (kind === 'resume' || kind === 'dismiss') && at > pause.at && at < to,
  );
}

/** Whether the person tried to cancel it. */
export function wasCanceled(job: JobRecord, before = Infinity): boolean {
  return lastAction(job, ['cancel'], before) !== null;
}

/** When the person first tried to cancel it and keep its texts as drafts; null: never. */
export function keptSince({ actions }: JobRecord): number | null {
  return actions.find((one) => one.then === 'keep')?.at ?? null;
}
