/**
 * Handlers of the namespace `bulk`. A job changes many organizations: it is planned (previewed) and submitted,
 * and can then be paused, canceled or retried. A job sends nothing itself. It adds its changes to the outbox,
 * and the scheduler sends them.
 */
import { randomUUID } from 'node:crypto';
import type { Handlers } from '../../shared/contract/bridge';
import type { BulkResult } from '../../shared/bulk';
import { failed, success, type Outcome } from '../../shared/outcome';
import { restoreLineEnds } from '../../shared/profile';
import { sendingJob } from '../changes';
import type { Timers } from '../lib/timers';
import type { Tables } from '../database';
import type { SendStatus } from '../changes';
import type { Scheduler } from '../sync';
import type { Plans } from './plan';
import { isOpen, listJobs, type JobListOptions } from './jobs';
import { createJobRunner } from './submit';

/** Dependencies of the handlers. */
export interface BulkOptions extends JobListOptions {
  plans: Plans;
  /** The ids of the selected organizations, in list order. */
  selected: () => Outcome<string[]>;
  scheduler: Pick<Scheduler, 'haltJob' | 'retryJob'>;
  sendStatus: Pick<SendStatus, 'isWriting' | 'edited'>;
  now: () => number;
  timers: Timers;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
  /** Tries failed sign-ins again. */
  retryRefused: () => void;
  /** Writes results to a file that the person chooses. */
  saveResults: (results: readonly BulkResult[]) => Promise<Outcome<{ exportId: string | null }>>;
}

/** Creates the handlers. */
export function createBulk(options: BulkOptions) {
  const { database, plans, scheduler, sendStatus, now } = options;
  const jobs = createJobRunner({
    database,
    now,
    timers: options.timers,
    yieldToEventLoop: options.yieldToEventLoop,
    isWriting: sendStatus.isWriting,
    onChanged(ids) {
      for (const id of ids) sendStatus.edited(id);
    },
  });

  /** Runs `work` in one transaction. Fails with `bulk.not-found` if the job does not exist. */
  function withJob<T>(jobId: string, work: (tables: Tables) => T): Outcome<T> {
    const done = database.write((tables) =>
      tables.bulk.get(jobId) ? { value: work(tables) } : null,
    );
    if (!done.ok) return done;
    return done.value ? success(done.value.value) : failed('bulk.not-found');
  }

  function setPaused(jobId: string, paused: boolean): Outcome<null> {
    const done = withJob(jobId, (tables) => {
      tables.bulk.setPaused(jobId, paused);
      // A change with fields of several jobs is sent as part of the first one that is not paused.
      const pausedJobs = tables.bulk.paused();
      for (const id of tables.outbox.ofSeveralJobs(jobId)) {
        const patch = tables.outbox.get(id)?.patch;
        if (patch) tables.outbox.setSendingJob(id, sendingJob(patch, pausedJobs));
      }
    });
    if (!done.ok) return done;
    if (paused) scheduler.haltJob(jobId);
    return success(null);
  }

  const results = (jobId: string): Outcome<BulkResult[]> => {
    const read = database.read(({ bulk }) => (bulk.get(jobId) ? bulk.results(jobId) : null));
    if (!read.ok) return read;
    return read.value ? success(read.value) : failed('bulk.not-found');
  };

  const handlers: Handlers<'bulk'> = {
    plan({ edits }) {
      const selected = options.selected();
      if (!selected.ok) return selected;
      const wanted = selected.value.map((entryId) => ({ entryId, edits }));
      return plans.make('change', wanted, restoreLineEnds);
    },
    async submit({ planId, entryIds }) {
      const plan = plans.get(planId);
      if (!plan) return failed('bulk.plan-outdated');
      const job = { id: randomUUID(), at: now() };
      const submitted = await jobs.submit(plan, entryIds, job);
      if (!submitted.ok) return submitted;
      plans.forget(planId);
      return success({ jobId: job.id });
    },
    list: () => listJobs(options),
    results: ({ jobId }) => results(jobId),
    pause: ({ jobId }) => setPaused(jobId, true),
    resume: ({ jobId }) => setPaused(jobId, false),
    cancel({ jobId, then }) {
      const done = jobs.cancel(jobId, then);
      if (!done.ok) return done;
      if (!done.value) return failed('bulk.not-found');
      scheduler.haltJob(jobId);
      return success(null);
    },
    async retryFailed({ jobId }) {
      const known = withJob(jobId, ({ bulk }) => bulk.afterCancel(jobId));
      if (!known.ok) return known;
      if (known.value) return failed('bulk.canceled');
      const retried = await jobs.retryFailed(jobId);
      if (!retried.ok) return retried;
      options.retryRefused();
      scheduler.retryJob(jobId);
      return success(null);
    },
    dismiss({ jobId }) {
      const done = withJob(jobId, ({ bulk }) => {
        const job = bulk.get(jobId);
        if (job && isOpen(job, bulk.counts(jobId))) return false;
        bulk.dismiss(jobId);
        return true;
      });
      if (!done.ok) return done;
      return done.value ? success(null) : failed('bulk.not-ended');
    },
    async exportResults({ jobId }) {
      const read = results(jobId);
      return read.ok ? options.saveResults(read.value) : read;
    },
  };

  return {
    /** Continues interrupted jobs. */
    start: jobs.start,
    /** Continues jobs of an earlier run that could not be checked before. */
    wake: jobs.wake,
    stop: jobs.stop,
    handlers,
  };
}

/** The handlers, and the background work on jobs. */
export type Bulk = ReturnType<typeof createBulk>;
