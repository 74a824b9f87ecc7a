/**
 * Submits, applies and cancels jobs in slices, so that main never stops answering for thousands of
 * organizations. The job and its plan are committed first: from then on it is durable, and what a quit or
 * a crash interrupts is continued at the next start. Nothing of a job is sent before its last slice.
 */
import { unsendable } from '../../shared/advice';
import { failed, success, type FailureCode, type Outcome } from '../../shared/failure';
import { touchedFields } from '../../shared/patch';
import { FIELD_NAMES } from '../../shared/profile';
import { applyEvent } from '../changes/repository';
import type { Timers } from '../lib/timers';
import type { BulkItemRow, BulkJobRow, Store, Tables } from '../database/tables';
import type { KeptPlan } from './plan';

/** How long one slice may hold main, in ms; its commit takes some more. */
const SLICE_MS = 2;
/** Items of a slice are looked up in groups of so many. */
const GROUP = 8;
/** Pause before a slice that the database refused is retried, in ms. */
const RETRY_MS = 2_000;

/** What this needs. */
export interface JobsOptions {
  store: Store;
  now: () => number;
  timers: Timers;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
  /** Whether a change is being written or read back right now. */
  isWriting: (organizationId: string) => boolean;
  /** Called with the organizations whose change is a different one now. */
  onChanged: (organizationIds: readonly string[]) => void;
}

/** The jobs. */
export interface Jobs {
  /** Makes a plan a job; durable when it resolves. */
  submit(
    plan: KeptPlan,
    organizationIds: readonly string[],
    job: { id: string; at: number },
  ): Promise<Outcome<null>>;
  /** Starts to withdraw unsent changes; durable when it returns. False: there is no such job. */
  cancel(job: string): Outcome<boolean>;
  /**
   * Queues what was refused or stored differently again. A change that has a field of someone else, too,
   * waits for the person's decision on its page: a job repeats only its own fields.
   */
  retryFailed(job: string): Promise<Outcome<null>>;
  /** Continues what was interrupted. */
  start(): void;
  stop(): void;
}

/** The items of a plan for these organizations, without those that change nothing or cannot. */
function itemsOf(plan: KeptPlan, organizationIds: readonly string[]): BulkItemRow[] {
  return [...new Set(organizationIds)].flatMap((organizationId) => {
    const planned = plan.rows.get(organizationId);
    if (!planned || touchedFields(planned.edits).length === 0) return [];
    return { organizationId, plan: planned.edits };
  });
}

/** Why these items cannot be a job, or null. */
function refusal(items: readonly BulkItemRow[]): FailureCode | null {
  if (items.length === 0) return 'change.none';
  const isUnsendable = ({ plan }: BulkItemRow): boolean =>
    FIELD_NAMES.some((field) => unsendable(plan[field]?.text ?? ''));
  return items.some(isUnsendable) ? 'profile.unsendable' : null;
}

/** Works on items until the time of a slice is over; returns the rest. */
function forSlice<T>(items: readonly T[], work: (item: T) => void): readonly T[] {
  const start = performance.now();
  for (const [index, item] of items.entries()) {
    if (index % GROUP === 0 && performance.now() - start > SLICE_MS) return items.slice(index);
    work(item);
  }
  return [];
}

/** Queues a failed change of a job again; false where it did not fail, or is not the job's alone. */
function retryOne(tables: Tables, job: string, organizationId: string, at: number): boolean {
  const row = tables.outbox.get(organizationId);
  if (row?.state !== 'refused' && row?.state !== 'differs') return false;
  if (touchedFields(row.patch).some((field) => row.patch[field]?.job !== job)) return false;
  const { version, remote } = row;
  const event = { type: 'retry', version, remote } as const;
  return applyEvent(tables, organizationId, event, { at, looking: true })?.changed === true;
}

/** What a slice came to. */
interface Slice {
  /** The organizations whose change is another one now. */
  ids: string[];
  more: boolean;
  /** What is left of a job that is being cancelled. */
  leaving?: { job: string; rest: readonly string[] } | null;
}

/** Makes it, with nothing under way. */
export function createJobs(options: JobsOptions): Jobs {
  const { store, now, timers, yieldToEventLoop, isWriting, onChanged } = options;
  let working = false;
  let again = false;
  let stopped = false;
  let timer: unknown = null;
  /** What is left of the job that is being cancelled. */
  let leaving: { job: string; rest: readonly string[] } | null = null;

  /** Applies some items of a job; says whether there are more. */
  function applySlice(tables: Tables, { id, at }: BulkJobRow): Slice {
    const ids: string[] = [];
    const start = performance.now();
    while (performance.now() - start < SLICE_MS) {
      const items = tables.bulk.unapplied(id, GROUP);
      for (const { organizationId, plan } of items) {
        const event = { type: 'submitJob', job: id, edits: plan } as const;
        const result = applyEvent(tables, organizationId, event, { at, looking: true });
        // A plan that cannot be read any more is skipped, too.
        const isSkipped = result?.skipped === true || touchedFields(plan).length === 0;
        tables.bulk.applied(id, organizationId, isSkipped ? { code: 'change.moved-on' } : null);
        if (result?.changed) ids.push(organizationId);
      }
      if (items.length < GROUP) {
        tables.bulk.setStage(id, 'sending');
        return { ids, more: false };
      }
    }
    return { ids, more: true };
  }

  /** Withdraws some changes of a job, except those being written. */
  function cancelSlice(tables: Tables, { id }: BulkJobRow): Slice {
    const ids: string[] = [];
    // Read once: looking through all patches takes a few milliseconds.
    const from = leaving?.job === id ? leaving.rest : tables.outbox.ofJob(id);
    const rest = forSlice(from, (organizationId) => {
      const event = { type: 'cancelJob', job: id, writing: isWriting(organizationId) } as const;
      const result = applyEvent(tables, organizationId, event, { at: now(), looking: true });
      if (result?.changed) ids.push(organizationId);
    });
    const more = rest.length > 0;
    if (!more) {
      // A write under way is left to end; if it fails, its field is withdrawn then.
      tables.bulk.setStage(id, 'cancelled');
      tables.bulk.setPaused(id, false);
    }
    return { ids, more, leaving: more ? { job: id, rest } : null };
  }

  /** Works on one slice; null when there is nothing to do. */
  function slice(): Outcome<Slice | null> {
    return store.write((tables) => {
      const [cancelling] = tables.bulk.inStage('cancelling');
      if (cancelling) return cancelSlice(tables, cancelling);
      const [applying] = tables.bulk.inStage('applying');
      return applying ? applySlice(tables, applying) : null;
    }, 'bulk');
  }

  async function work(): Promise<void> {
    for (;;) {
      if (stopped) return;
      const done = slice();
      if (!done.ok) {
        timer = timers.set(wake, RETRY_MS);
        return;
      }
      if (!done.value) return;
      // Only now: the transaction of a slice may fail as a whole.
      leaving = done.value.leaving ?? null;
      onChanged(done.value.ids);
      await yieldToEventLoop();
    }
  }

  function wake(): void {
    timers.clear(timer);
    again = true;
    if (working || stopped) return;
    working = true;
    again = false;
    void work().finally(() => {
      working = false;
      if (again) wake();
    });
  }

  return {
    async submit(plan, organizationIds, { id, at }) {
      const items = itemsOf(plan, organizationIds);
      const refused = refusal(items);
      if (refused) return failed(refused);
      const changed = new Set(items.flatMap((item) => touchedFields(item.plan)));
      const fields = FIELD_NAMES.filter((field) => changed.has(field));
      const run: BulkJobRow = { id, kind: plan.kind, at, fields, stage: 'planning', paused: false };
      const added = store.write(({ bulk }) => bulk.add(run));
      if (!added.ok) return added;
      for (let rest: readonly BulkItemRow[] = items; rest.length > 0;) {
        const written = store.write(
          ({ bulk, organizations }) =>
            forSlice(rest, (item) => {
              if (organizations.get(item.organizationId)) bulk.addItems(id, [item]);
            }),
          'bulk',
        );
        if (!written.ok) {
          store.write(({ bulk }) => bulk.remove(id));
          return written;
        }
        rest = written.value;
        await yieldToEventLoop();
      }
      const ready = store.write(({ bulk }) => bulk.setStage(id, 'applying'));
      if (!ready.ok) return ready;
      wake();
      return success(null);
    },
    cancel(job) {
      const done = store.write(({ bulk }) => {
        if (!bulk.get(job)) return false;
        bulk.cancelUnapplied(job);
        bulk.setStage(job, 'cancelling');
        return true;
      });
      if (done.ok && done.value) wake();
      return done;
    },
    async retryFailed(job) {
      const all = store.read(({ outbox }) => outbox.ofJob(job));
      if (!all.ok) return all;
      for (let rest: readonly string[] = all.value; rest.length > 0;) {
        const ids: string[] = [];
        const written = store.write(
          (tables) =>
            forSlice(rest, (id) => {
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
    start() {
      // The submit of a job that is still in `planning` was never answered.
      store.write(({ bulk }) => {
        for (const { id } of bulk.inStage('planning')) bulk.remove(id);
      });
      wake();
    },
    stop() {
      stopped = true;
      timers.clear(timer);
    },
  };
}
