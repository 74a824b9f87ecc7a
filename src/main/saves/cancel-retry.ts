/**
 * Cancels saves, and retries what was refused in them, in slices, so that main stays responsive with thousands of
 * organizations. A cancel is durable: the next launch continues what a quit or a crash interrupted.
 */
import type { AfterCancel } from '../../shared/saves';
import type { Result } from '../../shared/result';
import { applyEvent, cancelSave } from '../changes';
import { processSlice } from '../lib/slices';
import type { Timers } from '../lib/timers';
import { wakeable } from '../lib/wakeable';
import { afterCancelOf, CANCELED_STAGES, writeInSlices } from '../database';
import type { SaveRow, Database, Tables } from '../database';

/** Delay before a slice is retried whose transaction failed, in ms. */
const RETRY_MS = 2_000;

/** Dependencies of the work on saves. */
export interface SaveRunnerOptions {
  database: Database;
  now: () => number;
  timers: Timers;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
  /** Whether the change of an organization is being written or read back right now. */
  isWriting: (entryId: string) => boolean;
  /** Called with the organizations whose pending change changed. */
  onChanged: (entryIds: readonly string[]) => void;
}

/** Requeues a refused change of a save. False if it was not refused, or if the save does not own all its fields. */
function retryOne(tables: Tables, save: string, entryId: string, at: number): boolean {
  const row = tables.outbox.get(entryId);
  if (!row) return false;
  const { version, remote } = row;
  const event = { type: 'retry', version, remote, save } as const;
  return applyEvent(tables, entryId, event, { at, isPageOpen: true })?.changed === true;
}

/** The result of a slice. */
interface Slice {
  /** The organizations whose pending change changed. */
  ids: string[];
  /** The organizations that are still to be processed; null: none. */
  canceling: { save: string; rest: readonly string[] } | null;
}

/** Creates the work on saves. Unfinished saves of an earlier run of the app continue with `start`. */
export function createSaveRunner(options: SaveRunnerOptions) {
  const { database, now, timers, yieldToEventLoop, isWriting, onChanged } = options;
  let stopped = false;
  let timer: unknown = null;
  /** Whether it was not stored yet which saves of earlier runs are continued. */
  let isLaunch = false;
  /** The organizations that are still to be processed of the save that is being canceled. */
  let canceling: Slice['canceling'] = null;

  /** Withdraws some changes of a save, except those being written. */
  function cancelSlice(tables: Tables, { id }: SaveRow, then: AfterCancel): Slice {
    const ids: string[] = [];
    // Read once per save: what is being written stays in it, and must not be tried again and again.
    const from = canceling?.save === id ? canceling.rest : tables.outbox.ofSave(id);
    const rest = processSlice(from, (entryId) => {
      const event = { type: 'cancelSave', save: id, writing: isWriting(entryId) } as const;
      if (cancelSave(tables, entryId, event, then, now())) ids.push(entryId);
    });
    if (rest.length === 0) {
      // A running write is not aborted. If it fails, `withdrawCanceled` withdraws its fields then.
      tables.saves.setStage(id, CANCELED_STAGES[then][1]);
      tables.saves.setPaused(id, false);
    }
    return { ids, canceling: rest.length > 0 ? { save: id, rest } : null };
  }

  /** A write that ran when its save was canceled has ended with the app, so its fields can be withdrawn now. */
  function continueCanceled({ saves, outbox }: Tables): void {
    for (const [canceling, canceled] of Object.values(CANCELED_STAGES)) {
      for (const { id } of saves.inStage(canceled)) {
        if (outbox.ofSave(id).length > 0) saves.setStage(id, canceling);
      }
    }
  }

  /** Whether the last slice of a cancel failed. */
  let hasFailed = false;

  /**
   * Processes one slice. Null if there is nothing to do. One that failed is repeated by a `write`: if that fails, too, a
   * banner says why until it succeeds.
   */
  function nextSlice(): Result<Slice | null> {
    const work = (tables: Tables): Slice | null => {
      if (isLaunch) continueCanceled(tables);
      const stages = ['canceling', 'discarding'] as const;
      const saves = stages.flatMap((stage) => tables.saves.inStage(stage));
      const next = saves.find(({ id }) => tables.saves.trust(id) === 'ours');
      const then = next && afterCancelOf(next.stage);
      return then ? cancelSlice(tables, next, then) : null;
    };
    return hasFailed ? database.write(work) : database.writeSlice(work);
  }

  const wake = wakeable(async () => {
    timers.clear(timer);
    for (;;) {
      if (stopped) return;
      const done = nextSlice();
      hasFailed = !done.ok;
      if (!done.ok) {
        timer = timers.set(wake, RETRY_MS);
        return;
      }
      isLaunch = false;
      if (!done.value) return;
      // Only after the commit, because the transaction of a slice may fail as a whole.
      canceling = done.value.canceling;
      onChanged(done.value.ids);
      await yieldToEventLoop();
    }
  });

  return {
    /**
     * Starts withdrawing the unsent changes of a save. The decision is durable when this returns, and the first one
     * counts. False if the save does not exist.
     */
    cancel(save: string, then: AfterCancel): Result<boolean> {
      const done = database.write(({ saves }) => {
        if (!saves.get(save)) return false;
        if (!saves.afterCancel(save)) saves.setStage(save, CANCELED_STAGES[then][0]);
        return true;
      });
      if (done.ok && done.value) wake();
      return done;
    },
    /**
     * Requeues the save's changes that were refused; they stay the save's. A change that also has fields of the person or
     * of another save, and one that Cloudflare stored differently, waits for the person's decision on its page.
     */
    async retryFailed(save: string): Promise<Result<null>> {
      const all = database.read(({ outbox }) => outbox.ofSave(save));
      if (!all.ok) return all;
      return writeInSlices(
        database,
        all.value,
        (tables, id) => (retryOne(tables, save, id, now()) ? id : null),
        onChanged,
        yieldToEventLoop,
      );
    },
    /** Continues saves that an earlier run of the app left unfinished. Call when its codes can be checked. */
    start(): void {
      isLaunch = true;
      wake();
    },
    stop(): void {
      stopped = true;
      timers.clear(timer);
    },
  };
}
