/**
 * Submits or discards the ticked drafts of a review, in slices, so that main stays responsive with thousands of them.
 * What is submitted belongs to one save, whose changes are sent after the last slice. If the app is killed in between, the
 * rest stays as drafts, and what was submitted is sent after the next launch.
 */
import { randomUUID } from 'node:crypto';
import type { Ticks } from '../../shared/changes';
import { failed, success, type Result } from '../../shared/result';
import { FIELD_NAMES } from '../../shared/profile';
import type { Database, DraftSummary, ListEntry, Tables } from '../database';
import { processGroups } from '../lib/slices';
import type { Timers } from '../lib/timers';
import { applyEvent, stateOf, trustOf } from './repository';
import type { Reviews, TickedFields } from './review';

/** Delay before retrying to finish a save, after a transaction failed, in ms. */
const RETRY_MS = 2_000;
/** How long a slice works, in ms. Updating the list takes half as long, because no text that it shows changes. */
const SLICE_MS = 5;

/** Dependencies of submitting and discarding many. */
export interface SubmitManyOptions {
  database: Database;
  reviews: Pick<Reviews, 'tickedFields'>;
  now: () => number;
  timers: Timers;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
  /** Called with the entries whose draft or pending change changed. */
  onChanged: (entryIds: readonly string[]) => void;
}

type TickedEntry = [entryId: string, fields: TickedFields];

/** An entry, and its ticked drafts that are still the reviewed ones. */
interface Unchanged {
  entry: ListEntry;
  drafts: readonly DraftSummary[];
  /** Whether those are all that are ticked. */
  isWhole: boolean;
}

/** The ticked entries that still have reviewed drafts, in this order. */
function unchanged(tables: Tables, ticked: readonly TickedEntry[]): Unchanged[] {
  const ids = ticked.map(([id]) => id);
  const found = tables.organizations.entries(ids);
  const entries = new Map(found.map((entry) => [entry.organization.id, entry]));
  const summaries = tables.drafts.summariesOf(ids);
  return ticked.flatMap(([id, fields]) => {
    const entry = entries.get(id);
    const all = summaries.get(id) ?? [];
    const drafts = all.filter(({ field, seq }) => fields.get(field) === seq);
    return entry && drafts.length > 0
      ? { entry, drafts, isWhole: drafts.length === fields.size }
      : [];
  });
}

/** Creates what submits and discards ticked drafts. */
export function createSubmitMany(options: SubmitManyOptions) {
  const { database, reviews, now, timers, yieldToEventLoop, onChanged } = options;
  /** The saves whose drafts are being submitted. */
  const running = new Set<string>();
  /** For each save whose drafts are all submitted, until that is stored: in how many entries they are. */
  const submittedIn = new Map<string, number>();
  let timer: unknown = null;
  let stopped = false;

  /** Releases the saves whose drafts are all submitted, including those of a run of the app that was killed. */
  function finish(): Result<void> {
    timers.clear(timer);
    const done = database.write(({ saves }) => {
      for (const [id, submitted] of submittedIn) {
        if (submitted === 0) saves.remove(id);
        else saves.endSubmitting(id);
      }
      for (const { id } of saves.inStage('submitting')) {
        // One of an earlier run may be someone else's, until its MAC can be checked.
        if (!running.has(id) && saves.trust(id) === 'ours') saves.setStage(id, 'sending');
      }
    });
    if (done.ok) submittedIn.clear();
    else if (!stopped) timer = timers.set(finish, RETRY_MS);
    return done;
  }

  /**
   * Calls `work` with each entry that still has reviewed drafts, in slices, which the caller makes durable.
   * @param work returns whether it did something with them
   * @param isEnded whether the rest is left as it is
   * @returns `done`: with how many entries it did something; `stayed`: how many kept some or all of their ticked drafts
   */
  async function forEachTicked(
    ticked: readonly TickedEntry[],
    work: (tables: Tables, entry: Unchanged) => boolean,
    isEnded: (tables: Tables) => boolean = () => false,
  ): Promise<Result<{ done: number; stayed: number }>> {
    let done = 0;
    let stayed = ticked.length;
    // The caller has just read all drafts.
    await yieldToEventLoop();
    for (let rest = ticked; rest.length > 0;) {
      const slice = database.writeSlice((tables) => {
        const ids: string[] = [];
        let whole = 0;
        if (isEnded(tables)) return { ids, whole, next: [] };
        const each = (group: readonly TickedEntry[]): void => {
          for (const one of unchanged(tables, group)) {
            if (!work(tables, one)) continue;
            ids.push(one.entry.organization.id);
            if (one.isWhole) whole += 1;
          }
        };
        return { next: processGroups(rest, each, SLICE_MS), ids, whole };
      });
      if (!slice.ok) return slice;
      done += slice.value.ids.length;
      stayed -= slice.value.whole;
      onChanged(slice.value.ids);
      rest = slice.value.next;
      await yieldToEventLoop();
    }
    return success({ done, stayed });
  }

  return {
    /**
     * Submits the ticked drafts as one save. The others stay drafts: in `stayed` entries, because they changed, and in
     * `uncheckable`, because of what waits there.
     */
    async submit(
      ticks: Ticks,
    ): Promise<Result<{ saveId: string; submitted: number; stayed: number; uncheckable: number }>> {
      const byEntry = reviews.tickedFields(ticks);
      if (!byEntry) return failed('review.outdated');
      const ticked = [...byEntry];
      if (ticked.length === 0) return failed('change.not-found');
      const [id, at] = [randomUUID(), now()];
      const all = new Set(ticked.flatMap(([, fields]) => [...fields.keys()]));
      const fields = FIELD_NAMES.filter((field) => all.has(field));
      const row = { id, at, fields, stage: 'submitting', paused: false } as const;
      const added = database.write(({ saves }) =>
        saves.add({ ...row, leftToSubmit: ticked.length }),
      );
      if (!added.ok) return added;
      running.add(id);
      let uncheckable = 0;
      const submitted = await forEachTicked(
        ticked,
        (tables, { entry, drafts }) => {
          const entryId = entry.organization.id;
          if (drafts.some(({ notReviewed }) => notReviewed !== null)) return false;
          // What waits may be someone else's, so it is not replaced.
          const trust = trustOf(tables, entryId, entry.change !== null);
          if (trust === 'unknown') uncheckable += 1;
          if (trust !== 'ours') return false;
          const own = drafts.map(({ field }) => field);
          tables.saves.addSubmitted(id, entryId, own);
          const event = { type: 'submit', save: id, fields: own } as const;
          const state = stateOf(tables, entryId, entry);
          applyEvent(tables, entryId, event, { at, isPageOpen: true }, state);
          return true;
        },
        // It may have been canceled meanwhile.
        ({ saves }) => saves.get(id)?.stage !== 'submitting',
      );
      running.delete(id);
      if (submitted.ok) submittedIn.set(id, submitted.value.done);
      const finished = finish();
      if (!submitted.ok) return submitted;
      if (!finished.ok) return finished;
      return success({
        saveId: id,
        submitted: submitted.value.done,
        stayed: submitted.value.stayed - uncheckable,
        uncheckable,
      });
    },
    /** Discards the ticked drafts. Their texts go to the history. `discarded`: in how many entries. */
    async discard(ticks: Ticks): Promise<Result<{ discarded: number }>> {
      const byEntry = reviews.tickedFields(ticks);
      if (!byEntry) return failed('review.outdated');
      const discarded = await forEachTicked([...byEntry], (tables, { entry, drafts }) => {
        const { id } = entry.organization;
        const fields = drafts.map(({ field }) => field);
        const event = { type: 'discardDraft', fields, remember: true } as const;
        const state = stateOf(tables, id, entry);
        applyEvent(tables, id, event, { at: now(), isPageOpen: true }, state);
        return true;
      });
      // What is discarded before a failure is shown already.
      const flushed = database.flush();
      if (!discarded.ok) return discarded;
      return flushed.ok ? success({ discarded: discarded.value.done }) : flushed;
    },
    /** Sends what a run of the app submitted before it was killed. Call when its MACs can be checked. */
    start: finish,
    stop(): void {
      stopped = true;
      timers.clear(timer);
    },
  };
}
