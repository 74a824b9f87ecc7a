/**
 * Cancels saves, retries what was refused in them, and submits imports; all in slices, so that main stays responsive with
 * thousands of organizations. An import is stored with its plan first. From then on it is durable: the next launch
 * continues what a quit or a crash interrupted, and so it does with a cancel. No change of an import is sent before all
 * of them are in the outbox.
 */
import type { AfterCancel } from '../../shared/saves';
import { failed, success, type Outcome } from '../../shared/outcome';
import { touchedFields } from '../../shared/patch';
import { FIELD_NAMES } from '../../shared/profile';
import { applyEvent, cancelSave, planToDrafts, trustOf } from '../changes';
import { ITEMS_PER_CLOCK_CHECK, processSlice, SLICE_MS } from '../lib/slices';
import type { Timers } from '../lib/timers';
import { wakeable } from '../lib/wakeable';
import { afterCancelOf, CANCELED_STAGES } from '../database';
import type { SaveItemRow, SaveRow, Database, Tables } from '../database';
import type { StoredPlan } from './plan';

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

/** The plan's items for these organizations, without those that have no edits. */
function itemsOf(plan: StoredPlan, entryIds: readonly string[]): SaveItemRow[] {
  return [...new Set(entryIds)].flatMap((entryId) => {
    const planned = plan.rows.get(entryId);
    if (!planned || touchedFields(planned.edits).length === 0) return [];
    return { entryId, plan: planned.edits };
  });
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
  more: boolean;
  /** The organizations that are still to be processed of a save that is being canceled. */
  canceling?: { save: string; rest: readonly string[] } | null;
}

/** Creates the work on saves. Unfinished saves of an earlier run of the app continue with `start`. */
export function createSaveRunner(options: SaveRunnerOptions) {
  const { database, now, timers, yieldToEventLoop, isWriting, onChanged } = options;
  let stopped = false;
  let timer: unknown = null;
  /** The saves whose plans are being stored. */
  const planning = new Set<string>();
  /** The organizations that are still to be processed of the save that is being canceled. */
  let canceling: { save: string; rest: readonly string[] } | null = null;

  /**
   * Applies some items of a save. An item that is not ours becomes drafts, and so does one in whose organization something waits that
   * cannot be checked yet: the keychain may stay locked.
   */
  function applySlice(tables: Tables, { id, at }: SaveRow): Pick<Slice, 'ids' | 'more'> {
    const ids: string[] = [];
    const start = performance.now();
    while (performance.now() - start < SLICE_MS) {
      const items = tables.saves.unapplied(id, ITEMS_PER_CLOCK_CHECK);
      for (const { entryId, plan, trust } of items) {
        if (trust !== 'ours' || trustOf(tables, entryId) === 'unknown') {
          planToDrafts(tables, entryId, plan, now());
          tables.saves.applied(id, entryId, { code: 'change.made-draft' });
          ids.push(entryId);
          continue;
        }
        const event = { type: 'submitPlan', save: id, edits: plan } as const;
        const result = applyEvent(tables, entryId, event, { at, isPageOpen: true });
        // An unreadable plan (no fields) is skipped, too.
        const isSkipped = result?.skipped === true || touchedFields(plan).length === 0;
        tables.saves.applied(id, entryId, isSkipped ? { code: 'change.outdated' } : null);
        if (result?.changed) ids.push(entryId);
      }
      if (items.length < ITEMS_PER_CLOCK_CHECK) return { ids, more: false };
    }
    return { ids, more: true };
  }

  /** Withdraws some changes of a save, except those being written. */
  function cancelSlice(tables: Tables, { id }: SaveRow, then: AfterCancel): Slice {
    const ids: string[] = [];
    // Read once per save: what is being written stays in it, and must not be tried again and again.
    const from = canceling?.save === id ? canceling.rest : tables.outbox.ofSave(id);
    const rest = processSlice(from, (entryId) => {
      const event = { type: 'cancelSave', save: id, writing: isWriting(entryId) } as const;
      if (cancelSave(tables, entryId, event, then, now())) ids.push(entryId);
    });
    const more = rest.length > 0;
    if (!more) {
      // A running write is not aborted. If it fails, `withdrawCanceled` withdraws its fields then.
      tables.saves.setStage(id, CANCELED_STAGES[then][1]);
      tables.saves.setPaused(id, false);
    }
    return { ids, more, canceling: more ? { save: id, rest } : null };
  }

  /** Processes one slice of a save. One that is canceled is applied to the end first, so that no text of it is lost. */
  function saveSlice(tables: Tables, save: SaveRow): Slice {
    const then = afterCancelOf(save.stage);
    if (then && canceling?.save === save.id) return cancelSlice(tables, save, then);
    const applied = applySlice(tables, save);
    if (applied.more) return applied;
    if (then) {
      const canceled = cancelSlice(tables, save, then);
      return { ...canceled, ids: [...applied.ids, ...canceled.ids] };
    }
    tables.saves.setStage(save.id, 'sending');
    return applied;
  }

  /** Processes one slice. Null if there is nothing to do. */
  function nextSlice(): Outcome<Slice | null> {
    return database.writeSlice((tables) => {
      const stages = ['canceling', 'discarding', 'applying'] as const;
      const saves = stages.flatMap((stage) => tables.saves.inStage(stage));
      const next = saves.find(({ id }) => tables.saves.trust(id) === 'ours');
      return next ? saveSlice(tables, next) : null;
    });
  }

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

  /** Stores the items of a save. */
  async function storeItems(id: string, items: readonly SaveItemRow[]): Promise<Outcome<null>> {
    for (let rest = items; rest.length > 0;) {
      const written = database.writeSlice(({ saves, organizations }) =>
        processSlice(rest, (item) => {
          if (organizations.get(item.entryId)) saves.addItems(id, [item]);
        }),
      );
      if (!written.ok) return written;
      rest = written.value;
      await yieldToEventLoop();
    }
    return success(null);
  }

  return {
    /** Turns a plan into a save. The save is durable when this resolves. */
    async submit(
      plan: StoredPlan,
      entryIds: readonly string[],
      { id, at }: { id: string; at: number },
    ): Promise<Outcome<null>> {
      const items = itemsOf(plan, entryIds);
      if (items.length === 0) return failed('change.not-found');
      const changed = new Set(items.flatMap((item) => touchedFields(item.plan)));
      const fields = FIELD_NAMES.filter((field) => changed.has(field));
      const row = { id, kind: 'import', at, fields, stage: 'planning', paused: false } as const;
      const added = database.write(({ saves }) => saves.add(row));
      if (!added.ok) return added;
      planning.add(id);
      const stored = await storeItems(id, items);
      planning.delete(id);
      if (!stored.ok) {
        database.write(({ saves }) => saves.remove(id));
        return stored;
      }
      const ready = database.write(({ saves }) => saves.setStage(id, 'applying'));
      if (!ready.ok) return ready;
      wake();
      return success(null);
    },
    /**
     * Starts withdrawing the unsent changes of a save. The decision is durable when this returns, and the first one
     * stands. False if the save does not exist.
     */
    cancel(save: string, then: AfterCancel): Outcome<boolean> {
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
    async retryFailed(save: string): Promise<Outcome<null>> {
      const all = database.read(({ outbox }) => outbox.ofSave(save));
      if (!all.ok) return all;
      for (let rest: readonly string[] = all.value; rest.length > 0;) {
        const ids: string[] = [];
        const written = database.writeSlice((tables) =>
          processSlice(rest, (id) => {
            if (retryOne(tables, save, id, now())) ids.push(id);
          }),
        );
        if (!written.ok) {
          // What was queued again is shown already.
          database.flush();
          return written;
        }
        onChanged(ids);
        rest = written.value;
        await yieldToEventLoop();
      }
      return database.flush();
    },
    /** Continues saves that an earlier run of the app left unfinished. Call when its codes can be checked. */
    start(): void {
      // A save of an earlier run still in stage `planning` was never acknowledged to the window, so remove it.
      database.write(({ saves, outbox }) => {
        for (const { id } of saves.inStage('planning')) if (!planning.has(id)) saves.remove(id);
        // A write that ran when its save was canceled has ended with the app, so its fields can be withdrawn now.
        for (const [canceling, canceled] of Object.values(CANCELED_STAGES)) {
          for (const { id } of saves.inStage(canceled)) {
            if (outbox.ofSave(id).length > 0) saves.setStage(id, canceling);
          }
        }
      });
      wake();
    },
    stop(): void {
      stopped = true;
      timers.clear(timer);
    },
  };
}
