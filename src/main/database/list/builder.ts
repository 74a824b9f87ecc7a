/**
 * Builds the list, and keeps its full-text index in shape, when nothing else is to be done. It works in
 * slices of a few milliseconds, so that a person never waits for it.
 */
import type { Outcome } from '../../../shared/failure';
import type { Timers } from '../../lib/timers';
import type { ChangeFeed } from '../change-feed';

/** A slice, ms: with the step that ends it, half a frame. */
const SLICE_MS = 5;
/** Between two slices while the list is empty without it, ms. */
const BUILDING_PAUSE_MS = 4;
/** Between two slices that no one waits for, ms. */
const IDLE_PAUSE_MS = 25;
/** After a commit, until it is looked at what there is to do, ms. */
const IDLE_AFTER_MS = 1_000;
/** When it could not go on, of a full disk for example: until it is tried again, ms. */
const RETRY_MS = 30_000;

/** What it works on: the read model of an open database. */
export interface ListWork {
  /**
   * Works for about `ms`.
   * @returns whether there is more to do
   */
  work(ms: number): Outcome<boolean>;
  /** Whether the list can be asked. */
  readonly isBuilt: boolean;
}

/** What works when nothing else is to be done. */
export interface ListBuilder {
  /** Begins; call when the window has painted. */
  start(): void;
  stop(): void;
}

/** Builds it. `changes` says when there may be something to do, and hears how far building is. */
export function createListBuilder(parts: {
  list: ListWork;
  changes: ChangeFeed;
  timers: Timers;
}): ListBuilder {
  const { list, changes, timers } = parts;
  let timer: unknown = null;
  /** What is waited for. */
  let next: 'commit' | 'idle' | 'slice' | 'retry' = 'commit';
  let unsubscribe: (() => void) | null = null;

  function later(what: typeof next, ms: number): void {
    next = what;
    timers.clear(timer);
    timer = timers.set(run, ms);
  }

  function run(): void {
    next = 'commit';
    const wasBuilt = list.isBuilt;
    const more = list.work(SLICE_MS);
    if (!wasBuilt) changes.memory((marks) => marks.topic('list'));
    if (!more.ok) later('retry', RETRY_MS);
    else if (more.value) later('slice', list.isBuilt ? IDLE_PAUSE_MS : BUILDING_PAUSE_MS);
  }

  /** There may be something to do: after a while, or at once where the list is empty without it. */
  function wake(): void {
    if (next === 'slice' || next === 'retry') return;
    if (!list.isBuilt) later('slice', 0);
    else if (next === 'commit') later('idle', IDLE_AFTER_MS);
  }

  return {
    start() {
      unsubscribe ??= changes.subscribe(wake);
      wake();
    },
    stop() {
      unsubscribe?.();
      unsubscribe = null;
      timers.clear(timer);
      next = 'commit';
    },
  };
}
