/**
 * Handlers of the namespace `saves`. A save is what one press of *Save* submitted from *Changes*
 * (changes/submit-many.ts). It can be paused, resumed, canceled, retried and undone. It sends nothing
 * itself: its changes are in the outbox, and the scheduler sends them.
 */
import type { Handlers } from '../../shared/contract/bridge';
import type { SaveResult } from '../../shared/saves';
import { failed, success, type Result } from '../../shared/result';
import { sendingSave, type SendStatus } from '../changes';
import type { Timers } from '../lib/timers';
import type { Database, Tables } from '../database';
import type { Scheduler } from '../sync';
import { isOpen, listSaves, type SaveListOptions } from './list';
import { createSaveRunner } from './cancel-retry';
import { createUndo } from './undo';

/** Dependencies of the handlers. */
export interface SavesOptions extends SaveListOptions {
  scheduler: Pick<Scheduler, 'haltSave' | 'retrySave'>;
  sendStatus: Pick<SendStatus, 'isWriting' | 'edited'>;
  now: () => number;
  timers: Timers;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
  /** Tries failed sign-ins again. */
  retryRefused: () => void;
  /** Writes results to a file that the person chooses. */
  saveResults: (results: readonly SaveResult[]) => Promise<Result<{ exportId: string | null }>>;
}

/** Creates the handlers. */
export function createSaves(options: SavesOptions) {
  const { database, scheduler, sendStatus, now } = options;
  const { timers, yieldToEventLoop } = options;
  const onChanged = (ids: readonly string[]): void => {
    for (const id of ids) sendStatus.edited(id);
  };
  const saves = createSaveRunner({
    database,
    now,
    timers,
    yieldToEventLoop,
    isWriting: sendStatus.isWriting,
    onChanged,
  });
  const undo = createUndo({ database, now, timers, yieldToEventLoop, onChanged });

  /** Runs `work` with `run`, the transaction. Fails with `save.not-found` if the save does not exist. */
  function withSave<T>(
    saveId: string,
    work: (tables: Tables) => T,
    run: Database['read'] = database.write,
  ): Result<T> {
    const done = run((tables) => (tables.saves.get(saveId) ? { value: work(tables) } : null));
    if (!done.ok) return done;
    return done.value ? success(done.value.value) : failed('save.not-found');
  }

  function setPaused(saveId: string, paused: boolean): Result<null> {
    const done = withSave(saveId, (tables) => {
      tables.saves.setPaused(saveId, paused);
      // A change with fields of several saves is sent as part of the first one that is not paused.
      const pausedSaves = tables.saves.paused();
      for (const id of tables.outbox.ofSeveralSaves(saveId)) {
        const patch = tables.outbox.get(id)?.patch;
        if (patch) tables.outbox.setSendingSave(id, sendingSave(patch, pausedSaves));
      }
    });
    if (!done.ok) return done;
    if (paused) scheduler.haltSave(saveId);
    return success(null);
  }

  const handlers: Handlers<'saves'> = {
    list: () => listSaves(options),
    results: ({ saveId, ...page }) =>
      withSave(
        saveId,
        ({ saves }) => {
          const counts = Object.values(saves.counts(saveId));
          const total = counts.reduce((sum, count) => sum + count, 0);
          return { total, rows: saves.results(saveId, page) };
        },
        database.read,
      ),
    undo: ({ saveId }) => undo(saveId),
    pause: ({ saveId }) => setPaused(saveId, true),
    resume: ({ saveId }) => setPaused(saveId, false),
    cancel({ saveId, then }) {
      const done = saves.cancel(saveId, then);
      if (!done.ok) return done;
      if (!done.value) return failed('save.not-found');
      scheduler.haltSave(saveId);
      return success(null);
    },
    async retryFailed({ saveId }) {
      const known = withSave(saveId, ({ saves }) => saves.afterCancel(saveId));
      if (!known.ok) return known;
      if (known.value) return failed('save.canceled');
      const retried = await saves.retryFailed(saveId);
      if (!retried.ok) return retried;
      options.retryRefused();
      scheduler.retrySave(saveId);
      return success(null);
    },
    close({ saveId }) {
      const done = withSave(saveId, ({ saves }) => {
        const save = saves.get(saveId);
        if (save && isOpen(save, saves.counts(saveId))) return false;
        saves.close(saveId);
        return true;
      });
      if (!done.ok) return done;
      return done.value ? success(null) : failed('save.not-ended');
    },
    async exportResults({ saveId }) {
      const read = withSave(saveId, ({ saves }) => saves.results(saveId), database.read);
      return read.ok ? options.saveResults(read.value) : read;
    },
  };

  return {
    /** Continues interrupted saves. Call when the codes of earlier runs can be checked. */
    start: saves.start,
    stop: saves.stop,
    handlers,
  };
}

/** The handlers, and the background work on saves. */
export type Saves = ReturnType<typeof createSaves>;
