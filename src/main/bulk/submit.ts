/**
 * Submits, applies and cancels jobs in slices, so that main stays responsive with thousands of organizations.
 * Submitting stores the job with its plan first. From then on the job is durable: the next launch continues
 * what a quit or a crash interrupted. No change of a job is sent before all of them are in the outbox.
 */
import type { AfterCancel } from '../../shared/bulk';
import { isUnverified } from '../../shared/failure';
import { failed, success, type Outcome } from '../../shared/outcome';
import { touchedFields } from '../../shared/patch';
import { FIELD_NAMES } from '../../shared/profile';
import { applyEvent, cancelJob } from '../changes';
import { ITEMS_PER_CLOCK_CHECK, processSlice, SLICE_MS } from '../lib/slices';
import type { Timers } from '../lib/timers';
import { wakeable } from '../lib/wakeable';
import { afterCancelOf, CANCELED_STAGES } from '../database';
import type { BulkItemRow, BulkJobRow, Database, Tables } from '../database';
import type { StoredPlan } from './plan';

/** Delay before a slice is retried whose transaction failed, in ms. */
const RETRY_MS = 2_000;

/** Dependencies of the work on jobs. */
export interface JobRunnerOptions {
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

/** The plan's items for these organizations, without those that have no edits. */
function itemsOf(plan: StoredPlan, entryIds: readonly string[]): BulkItemRow[] {
  return [...new Set(entryIds)].flatMap((entryId) => {
    const planned = plan.rows.get(entryId);
    if (!planned || touchedFields(planned.edits).length === 0) return [];
    return { entryId, plan: planned.edits };
  });
}

/** Requeues a refused change of a job. False if it was not refused, or if the job does not own all its fields. */
function retryOne(tables: Tables, job: string, entryId: string, at: number): boolean {
  const row = tables.outbox.get(entryId);
  // The person has to look at every field of a change that could not be checked.
  if (!row || isUnverified(row.failure)) return false;
  const { version, remote } = row;
  const event = { type: 'retry', version, remote, save: job } as const;
  return applyEvent(tables, entryId, event, { at, isPageOpen: true })?.changed === true;
}

/** The result of a slice. */
interface Slice {
  /** The organizations whose pending change changed. */
  ids: string[];
  more: boolean;
  /** The organizations that are still to be processed of a job that is being canceled. */
  canceling?: { job: string; rest: readonly string[] } | null;
}

/** Creates the work on jobs. Unfinished jobs of an earlier run of the app continue with `start`. */
export function createJobRunner(options: JobRunnerOptions) {
  const { database, now, timers, yieldToEventLoop, isWriting, onChanged } = options;
  let stopped = false;
  let timer: unknown = null;
  /** The organizations that are still to be processed of the job that is being canceled. */
  let canceling: { job: string; rest: readonly string[] } | null = null;

  /** Applies some items of a job. */
  function applySlice(tables: Tables, { id, at }: BulkJobRow): Pick<Slice, 'ids' | 'more'> {
    const ids: string[] = [];
    const start = performance.now();
    while (performance.now() - start < SLICE_MS) {
      const items = tables.bulk.unapplied(id, ITEMS_PER_CLOCK_CHECK);
      for (const { entryId, plan, failure } of items) {
        if (failure) {
          tables.bulk.applied(id, entryId, failure);
          continue;
        }
        const event = { type: 'submitJob', save: id, edits: plan } as const;
        const result = applyEvent(tables, entryId, event, { at, isPageOpen: true });
        // An unreadable plan (no fields) is skipped, too.
        const isSkipped = result?.skipped === true || touchedFields(plan).length === 0;
        tables.bulk.applied(id, entryId, isSkipped ? { code: 'change.outdated' } : null);
        if (result?.changed) ids.push(entryId);
      }
      if (items.length < ITEMS_PER_CLOCK_CHECK) return { ids, more: false };
    }
    return { ids, more: true };
  }

  /** Withdraws some changes of a job, except those being written. */
  function cancelSlice(tables: Tables, { id }: BulkJobRow, then: AfterCancel): Slice {
    const ids: string[] = [];
    // Read once per job, because it searches all patches, which takes a few milliseconds.
    const from = canceling?.job === id ? canceling.rest : tables.outbox.ofJob(id);
    const rest = processSlice(from, (entryId) => {
      const event = { type: 'cancelSave', save: id, writing: isWriting(entryId) } as const;
      if (cancelJob(tables, entryId, event, then, now())) ids.push(entryId);
    });
    const more = rest.length > 0;
    if (!more) {
      // A running write is not aborted. If it fails, `withdrawCanceled` withdraws its fields then.
      tables.bulk.setStage(id, CANCELED_STAGES[then][1]);
      tables.bulk.setPaused(id, false);
    }
    return { ids, more, canceling: more ? { job: id, rest } : null };
  }

  /** Processes one slice of a job. One that is canceled is applied to the end first, so that no text of it is lost. */
  function jobSlice(tables: Tables, job: BulkJobRow): Slice {
    const then = afterCancelOf(job.stage);
    if (then && canceling?.job === job.id) return cancelSlice(tables, job, then);
    const applied = applySlice(tables, job);
    if (applied.more) return applied;
    if (then) {
      const canceled = cancelSlice(tables, job, then);
      return { ...canceled, ids: [...applied.ids, ...canceled.ids] };
    }
    tables.bulk.setStage(job.id, 'sending');
    return applied;
  }

  /** Processes one slice. Null if there is nothing to do. */
  function nextSlice(): Outcome<Slice | null> {
    return database.write((tables) => {
      const stages = ['canceling', 'discarding', 'applying'] as const;
      const jobs = stages.flatMap((stage) => tables.bulk.inStage(stage));
      const next = jobs.find(({ id }) => !tables.bulk.mustWait(id));
      return next ? jobSlice(tables, next) : null;
    }, 'bulk');
  }

  /** Continues jobs of an earlier run that could not be checked before. */
  const wake = wakeable(async () => {
    timers.clear(timer);
    for (;;) {
      if (stopped) return;
      const done = nextSlice();
      if (!done.ok) {
        timer = timers.set(wake, RETRY_MS);
        return;
      }
      if (!done.value) return;
      // Only after the commit, because the transaction of a slice may fail as a whole.
      canceling = done.value.canceling ?? null;
      onChanged(done.value.ids);
      await yieldToEventLoop();
    }
  });

  return {
    /** Turns a plan into a job. The job is durable when this resolves. */
    async submit(
      plan: StoredPlan,
      entryIds: readonly string[],
      { id, at }: { id: string; at: number },
    ): Promise<Outcome<null>> {
      const items = itemsOf(plan, entryIds);
      if (items.length === 0) return failed('change.not-found');
      const changed = new Set(items.flatMap((item) => touchedFields(item.plan)));
      const fields = FIELD_NAMES.filter((field) => changed.has(field));
      const row: BulkJobRow = { id, kind: plan.kind, at, fields, stage: 'planning', paused: false };
      const added = database.write(({ bulk }) => bulk.add(row));
      if (!added.ok) return added;
      for (let rest: readonly BulkItemRow[] = items; rest.length > 0;) {
        const written = database.write(
          ({ bulk, organizations }) =>
            processSlice(rest, (item) => {
              if (organizations.get(item.entryId)) bulk.addItems(id, [item]);
            }),
          'bulk',
        );
        if (!written.ok) {
          database.write(({ bulk }) => bulk.remove(id));
          return written;
        }
        rest = written.value;
        await yieldToEventLoop();
      }
      const ready = database.write(({ bulk }) => bulk.setStage(id, 'applying'));
      if (!ready.ok) return ready;
      wake();
      return success(null);
    },
    /**
     * Starts withdrawing the unsent changes of a job. The decision is durable when this returns, and the first one
     * stands. False if the job does not exist.
     */
    cancel(job: string, then: AfterCancel): Outcome<boolean> {
      const done = database.write(({ bulk }) => {
        if (!bulk.get(job)) return false;
        if (!bulk.afterCancel(job)) bulk.setStage(job, CANCELED_STAGES[then][0]);
        return true;
      });
      if (done.ok && done.value) wake();
      return done;
    },
    /**
     * Requeues the job's changes that were refused; they stay the job's. A change that also has fields of the person or
     * of another job, and one that Cloudflare stored differently, waits for the person's decision on its page.
     */
    async retryFailed(job: string): Promise<Outcome<null>> {
      const all = database.read(({ outbox }) => outbox.ofJob(job));
      if (!all.ok) return all;
      for (let rest: readonly string[] = all.value; rest.length > 0;) {
        const ids: string[] = [];
        const written = database.write(
          (tables) =>
            processSlice(rest, (id) => {
              if (retryOne(tables, job, id, now())) ids.push(id);
            }),
          'bulk',
        );
        if (!written.ok) return written;
        onChanged(ids);
        rest = written.value;
        await yieldToEventLoop();
      }
      return success(null);
    },
    /** Continues jobs that an earlier run of the app left unfinished. */
    start(): void {
      // A job still in stage `planning` was never acknowledged to the window, so remove it.
      database.write(({ bulk }) => {
        for (const { id } of bulk.inStage('planning')) bulk.remove(id);
      });
      wake();
    },
    wake,
    stop(): void {
      stopped = true;
      timers.clear(timer);
    },
  };
}
