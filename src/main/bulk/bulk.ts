/**
 * The calls of room `bulk`: planning and submitting a change of many organizations, and what a person
 * may do with the job while it is sent. A job sends nothing itself: its changes are in the outbox like
 * every other, and the scheduler takes them in its turn.
 */
import { randomUUID } from 'node:crypto';
import { unsendable } from '../../shared/advice';
import type { Handlers } from '../../shared/bridge';
import type { BulkResult } from '../../shared/bulk';
import { failed, success, type Outcome } from '../../shared/failure';
import { FIELD_NAMES, fromTyped } from '../../shared/profile';
import type { Emit } from '../ipc';
import type { Tables } from '../store/tables';
import type { Progress } from '../sync/progress';
import type { Scheduler } from '../sync/scheduler';
import { cancelIn } from './cancelling';
import type { Plans } from './plans';
import { listRuns, type RunsOptions } from './runs';
import { submitPlan } from './submitting';

/** What the room needs. */
export interface BulkOptions extends RunsOptions {
  plans: Plans;
  scheduler: Pick<Scheduler, 'wake' | 'haltRun' | 'retryRun'>;
  progress: Pick<Progress, 'of'>;
  now: () => number;
  emit: Emit;
  /** Runs a function soon; how soon decides how often the window hears of a job under way. */
  later: (work: () => void) => void;
  /** Told when an organization's change or draft changed. */
  onChanged: (organizationId: string) => void;
  /** Changes were given up: what became of a write of them must be found out. */
  gaveUp: () => void;
  /** Sign-ins that did not work are asked again. */
  askAgain: () => void;
  /** Writes results to a file the person chooses. */
  saveResults: (results: readonly BulkResult[]) => Promise<Outcome<{ saved: boolean }>>;
}

/** The room, and how others say that something about it changed. */
export interface BulkRoom {
  handlers: Handlers<'bulk'>;
  changed(): void;
}

/** Builds the room. */
export function createBulk(options: BulkOptions): BulkRoom {
  const { store, plans, scheduler, progress, now, emit, later, onChanged } = options;
  let due = false;
  let told = '[]';

  function tell(): void {
    due = false;
    const runs = listRuns(options);
    if (!runs.ok) return;
    const text = JSON.stringify(runs.value);
    if (text === told) return;
    told = text;
    emit('bulkChanged', runs.value);
  }

  function changed(): void {
    if (due) return;
    due = true;
    later(tell);
  }

  /** Does something with a job, in one transaction, if it is there. */
  function withRun<T>(runId: string, work: (tables: Tables) => T): Outcome<T> {
    const done = store.write((tables) => (tables.bulk.get(runId) ? { value: work(tables) } : null));
    if (!done.ok) return done;
    if (!done.value) return failed('bulk.none');
    changed();
    return success(done.value.value);
  }

  function setPaused(runId: string, paused: boolean): Outcome<null> {
    const done = withRun(runId, ({ bulk }) => bulk.setPaused(runId, paused));
    if (!done.ok) return done;
    if (paused) scheduler.haltRun(runId);
    else scheduler.wake();
    return success(null);
  }

  const isWritten = (id: string): boolean =>
    ['writing', 'confirming'].includes(progress.of(id).step ?? '');

  const results = (runId: string): Outcome<BulkResult[]> => {
    const read = store.read(({ bulk }) => (bulk.get(runId) ? bulk.results(runId) : null));
    if (!read.ok) return read;
    return read.value ? success(read.value) : failed('bulk.none');
  };

  return {
    changed,
    handlers: {
      plan({ organizationIds, edits }) {
        if (FIELD_NAMES.some((field) => unsendable(edits[field] ?? ''))) {
          return failed('profile.unsendable');
        }
        const wanted = organizationIds.map((organizationId) => ({ organizationId, edits }));
        return plans.make('change', wanted, fromTyped);
      },
      submit({ planId, organizationIds }) {
        const plan = plans.get(planId);
        if (!plan) return failed('bulk.plan-gone');
        const run = { id: randomUUID(), at: now() };
        const done = store.write((tables) => submitPlan(tables, plan, organizationIds, run));
        if (!done.ok) return done;
        if (typeof done.value === 'string') return failed(done.value);
        plans.forget(planId);
        for (const id of done.value.ids) onChanged(id);
        changed();
        scheduler.wake();
        return success({ runId: run.id });
      },
      list: () => listRuns(options),
      results: ({ runId }) => results(runId),
      pause: ({ runId }) => setPaused(runId, true),
      resume: ({ runId }) => setPaused(runId, false),
      cancel({ runId }) {
        const done = withRun(runId, (tables) => cancelIn(tables, runId, isWritten, now()));
        if (!done.ok) return done;
        scheduler.haltRun(runId);
        for (const id of done.value) onChanged(id);
        options.gaveUp();
        return success(null);
      },
      retryFailed({ runId }) {
        const known = withRun(runId, () => null);
        if (!known.ok) return known;
        options.askAgain();
        scheduler.retryRun(runId);
        return success(null);
      },
      dismiss({ runId }) {
        const done = withRun(runId, ({ bulk }) => {
          if (bulk.counts(runId).waiting > 0) return false;
          bulk.dismiss(runId);
          return true;
        });
        if (!done.ok) return done;
        return done.value ? success(null) : failed('bulk.not-over');
      },
      async exportResults({ runId }) {
        const read = results(runId);
        return read.ok ? options.saveResults(read.value) : read;
      },
    },
  };
}
