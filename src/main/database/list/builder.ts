/**
 * Builds the list and maintains its full-text index in the background, in slices of a few milliseconds, so
 * that a person never waits for it.
 */
import type { Timers } from '../../lib/timers';
import type { ChangeFeed, Writer } from '../change-feed';
import type { ListWork } from '../database';

/** Length of a slice, ms. Its last step may take another 8 ms (full-text.ts). */
const SLICE_MS = 5;
/** Pause between slices while the list is being built, ms. */
const BUILDING_PAUSE_MS = 4;
/** Pause between slices of maintenance, ms. */
const IDLE_PAUSE_MS = 25;
/** Delay after a commit before looking for maintenance to do, ms. */
const IDLE_AFTER_MS = 1_000;
/** Delay before the next attempt after a failure, such as a full disk, ms. */
const RETRY_MS = 30_000;

/**
 * Creates a list builder.
 * @param options.changes the change feed, which notifies the builder of work and publishes its progress
 */
export function createListBuilder(options: {
  list: ListWork;
  changes: ChangeFeed;
  timers: Timers;
}) {
  const { list, changes, timers } = options;
  let timer: unknown = null;
  /** What the builder is waiting for. A timer is set for everything except `commit`. */
  let waitingFor: 'commit' | 'idle' | 'slice' | 'retry' = 'commit';
  let unsubscribe: (() => void) | null = null;

  function schedule(what: typeof waitingFor, ms: number): void {
    waitingFor = what;
    timers.clear(timer);
    timer = timers.set(run, ms);
  }

  function run(): void {
    waitingFor = 'commit';
    const wasBuilt = list.isBuilt;
    const more = list.work(SLICE_MS);
    if (!wasBuilt) changes.publishInMemory((marks) => marks.topic('list'));
    if (!more.ok) schedule('retry', RETRY_MS);
    else if (more.value) schedule('slice', list.isBuilt ? IDLE_PAUSE_MS : BUILDING_PAUSE_MS);
  }

  /** Call when there may be work. It starts immediately if the list must be built, else after a delay. */
  function wake(by: Writer | null): void {
    if (waitingFor === 'retry') return;
    // Work on many entries merges between its slices.
    if (by === 'slice' && list.isBuilt) return schedule('idle', IDLE_AFTER_MS);
    if (waitingFor === 'slice') return;
    if (!list.isBuilt) schedule('slice', 0);
    // Many commits in a second would leave so many segments that FTS5 merges them itself, in one go.
    else if (list.isMergeDue) schedule('slice', IDLE_PAUSE_MS);
    else if (waitingFor === 'commit') schedule('idle', IDLE_AFTER_MS);
  }

  return {
    /** Starts the background work. Call after the window has painted. */
    start(): void {
      unsubscribe ??= changes.subscribe(({ by }) => wake(by));
      wake(null);
    },
    stop(): void {
      unsubscribe?.();
      unsubscribe = null;
      timers.clear(timer);
      waitingFor = 'commit';
    },
  };
}
