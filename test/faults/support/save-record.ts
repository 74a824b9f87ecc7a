/** The record of a save: what is known about it from outside the app. */
import type { AfterCancel } from '../../../src/shared/saves';
import type { Edits } from '../../../src/shared/profile';

/** An action of the person on a save. */
export interface SaveAction {
  kind: 'pause' | 'resume' | 'cancel' | 'retry' | 'close';
  /** What becomes of the unsent texts of a save that is canceled. */
  then?: AfterCancel;
  at: number;
  /** When the app acknowledged the action; null: it may not have happened. */
  doneAt: number | null;
}

/** A save of many. */
export interface SaveRecord {
  /** Null until the app has answered or the save was found on disk. */
  id: string | null;
  at: number;
  /** When the app acknowledged it. Null: it may not be complete, and only a run that reads the key sends it. */
  doneAt: number | null;
  /** By organization id: the texts it submits. Until it is acknowledged or found on disk, they may stay drafts. */
  items: Map<string, Edits>;
  actions: SaveAction[];
}

/** The last attempted action of these kinds before `at`, or null. */
export function lastAction(
  { actions }: SaveRecord,
  kinds: readonly SaveAction['kind'][],
  at = Infinity,
): SaveAction | null {
  return actions.filter((one) => kinds.includes(one.kind) && one.at < at).at(-1) ?? null;
}

/**
 * Whether a save was certainly paused between two moments: pausing was acknowledged before `from`, and until `to` no
 * one tried to end the pause. Canceling also ends it, at an unknown time: when its last slice is done.
 */
export function wasPaused(save: SaveRecord, from: number, to: number): boolean {
  const pause = lastAction(save, ['pause'], from);
  if (pause?.doneAt == null || pause.doneAt > from || wasCanceled(save, to)) return false;
  return !save.actions.some(
    ({ kind, at }) => (kind === 'resume' || kind === 'close') && at > pause.at && at < to,
  );
}

/** Whether the person tried to cancel it. */
export function wasCanceled(save: SaveRecord, before = Infinity): boolean {
  return lastAction(save, ['cancel'], before) !== null;
}

/** When the person first tried to cancel it and keep its texts as drafts; null: never. */
export function keptSince({ actions }: SaveRecord): number | null {
  return actions.find((one) => one.then === 'keep')?.at ?? null;
}
