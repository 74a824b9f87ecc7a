/**
 * The calls of the namespace `bulk`: planning and submitting a change of many organizations, and what a
 * person may do with the job while it is sent. A job sends nothing itself: its changes are in the outbox
 * like every other, and the scheduler sends them in turn.
 */
import { randomUUID } from 'node:crypto';
import { unsendable } from '../../shared/advice';
import type { Handlers } from '../../shared/contract/bridge';
import type { BulkResult } from '../../shared/bulk';
import { failed, success, type Outcome } from '../../shared/failure';
import { FIELD_NAMES, fromTyped } from '../../shared/profile';
import { turnOf } from '../changes/repository';
import type { Timers } from '../lib/timers';
import type { Tables } from '../database/tables';
import type { Progress } from '../sync/status';
import type { Scheduler } from '../sync/scheduler';
import type { Plans } from './plan';
import { listRuns, type RunsOptions } from './jobs';
import { createJobs } from './submit';

/** What the calls need. */
export interface BulkOptions extends RunsOptions {
  plans: Plans;
  /** The selected organizations, in the order of the list. */
  selected: () => Outcome<string[]>;
  scheduler: Pick<Scheduler, 'haltRun' | 'retryRun'>;
  progress: Pick<Progress, 'of' | 'edited'>;
  now: () => number;
  timers: Timers;
  /** Yields to the event loop. */
  breathe: () => Promise<void>;
  /** Checks failed sign-ins again. */
  askAgain: () => void;
  /** Writes results to a file the person chooses. */
  saveResults: (results: readonly BulkResult[]) => Promise<Outcome<{ saved: boolean }>>;
}

/** The calls, and what is continued after a start. */
export interface Bulk {
  handlers: Handlers<'bulk'>;
  /** Continues jobs that were interrupted. */
  start(): void;
  stop(): void;
}

/** Builds the calls. */
export function createBulk(options: BulkOptions): Bulk {
  const { store, plans, scheduler, progress, now } = options;
  const isWriting = (id: string): boolean =>
    ['writing', 'confirming'].includes(progress.of(id).step ?? '');
  const jobs = createJobs({
    store,
    now,
    timers: options.timers,
    breathe: options.breathe,
    isWriting,
    onChanged(ids) {
      for (const id of ids) progress.edited(id);
    },
  });

  /** Does something with a job, in one transaction, if it is there. */
  function withRun<T>(runId: string, work: (tables: Tables) => T): Outcome<T> {
    const done = store.write((tables) => (tables.bulk.get(runId) ? { value: work(tables) } : null));
    if (!done.ok) return done;
    return done.value ? success(done.value.value) : failed('bulk.none');
  }

  function setPaused(runId: string, paused: boolean): Outcome<null> {
    const done = withRun(runId, (tables) => {
      tables.bulk.setPaused(runId, paused);
      // A change that also belongs to another job is sent in the turn of the one that is not paused.
      const jobs = tables.bulk.paused();
      for (const id of tables.outbox.ofSeveralJobs(runId)) {
        const patch = tables.outbox.get(id)?.patch;
        if (patch) tables.outbox.setTurn(id, turnOf(patch, jobs));
      }
    });
    if (!done.ok) return done;
    if (paused) scheduler.haltRun(runId);
    return success(null);
  }

  const results = (runId: string): Outcome<BulkResult[]> => {
    const read = store.read(({ bulk }) => (bulk.get(runId) ? bulk.results(runId) : null));
    if (!read.ok) return read;
    return read.value ? success(read.value) : failed('bulk.none');
  };

  return {
    start: jobs.start,
    stop: jobs.stop,
    handlers: {
      plan({ edits }) {
        if (FIELD_NAMES.some((field) => unsendable(edits[field] ?? ''))) {
          return failed('profile.unsendable');
        }
        const selected = options.selected();
        if (!selected.ok) return selected;
        const wanted = selected.value.map((organizationId) => ({ organizationId, edits }));
        return plans.make('change', wanted, fromTyped);
      },
      async submit({ planId, organizationIds }) {
        const plan = plans.get(planId);
        if (!plan) return failed('bulk.plan-gone');
        const job = { id: randomUUID(), at: now() };
        const submitted = await jobs.submit(plan, organizationIds, job);
        if (!submitted.ok) return submitted;
        plans.forget(planId);
        return success({ runId: job.id });
      },
      list: () => listRuns(options),
      results: ({ runId }) => results(runId),
      pause: ({ runId }) => setPaused(runId, true),
      resume: ({ runId }) => setPaused(runId, false),
      cancel({ runId }) {
        const done = jobs.cancel(runId);
        if (!done.ok) return done;
        if (!done.value) return failed('bulk.none');
        scheduler.haltRun(runId);
        return success(null);
      },
      async retryFailed({ runId }) {
        const known = withRun(runId, () => null);
        if (!known.ok) return known;
        const retried = await jobs.retryFailed(runId);
        if (!retried.ok) return retried;
        options.askAgain();
        scheduler.retryRun(runId);
        return success(null);
      },
      dismiss({ runId }) {
        const done = withRun(runId, ({ bulk }) => {
          const { waiting, failed: open } = bulk.counts(runId);
          if (waiting > 0 || (bulk.get(runId)?.paused && open > 0)) return false;
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
