/**
 * Submits or discards the ticked drafts of a review, in slices, so that main stays responsive with thousands of them.
 * What is submitted belongs to one save, whose changes are sent after the last slice. If the app is killed in between, the
 * rest stays as drafts, and what was submitted is sent after the next launch.
 */
import { randomUUID } from 'node:crypto';
import type { Ticks } from '../../shared/changes';
import { failed, success, type Outcome } from '../../shared/outcome';
import { FIELD_NAMES } from '../../shared/profile';
import type { Database, DraftSummary, Tables } from '../database';
import { DRAFT_SLICE_MS, processSlice } from '../lib/slices';
import type { Timers } from '../lib/timers';
import { applyEvent, pendingOf, trustOf } from './repository';
import type { Reviews, TickedFields } from './review';

/** Delay before a save is finished again whose last transaction failed, in ms. */
const RETRY_MS = 2_000;

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

/** The ticked drafts of an entry that are still the reviewed ones. */
function unchanged(tables: Tables, [entryId, fields]: TickedEntry): DraftSummary[] {
  return tables.drafts.summariesOf(entryId).filter(({ field, seq }) => fields.get(field) === seq);
}

/** Creates what submits and discards ticked drafts. */
export function createSubmitMany(options: SubmitManyOptions) {
  const { database, reviews, now, timers, yieldToEventLoop, onChanged } = options;
  /** The saves whose drafts are being submitted. */
  const running = new Set<string>();
  /** How many entries have a part in the saves that have all of their drafts, until this is stored. */
  const submittedIn = new Map<string, number>();
  let timer: unknown = null;
  let stopped = false;

  /** Lets the saves be sent whose drafts are all submitted, also those of a run of the app that was killed. */
  function finish(): Outcome<void> {
    timers.clear(timer);
    const done = database.write(({ saves }) => {
      for (const [id, submitted] of submittedIn) {
        if (submitted === 0) saves.remove(id);
        else saves.allSubmitted(id);
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
   * Calls `work` with each ticked entry, in slices, which the caller makes durable.
   * @param work returns with how many of its drafts it did something
   * @param isEnded whether the rest is left as it is
   * @returns the number of entries with which it did something, and of those whose ticked drafts are not all among it
   */
  async function forEachTicked(
    ticked: readonly TickedEntry[],
    work: (tables: Tables, ticked: TickedEntry) => number,
    isEnded: (tables: Tables) => boolean = () => false,
  ): Promise<Outcome<{ done: number; stayed: number }>> {
    let done = 0;
    let stayed = ticked.length;
    for (let rest = ticked; rest.length > 0;) {
      const slice = database.writeSlice((tables) => {
        const ids: string[] = [];
        let whole = 0;
        if (isEnded(tables)) return { ids, whole, next: [] };
        const each = (one: TickedEntry): void => {
          const count = work(tables, one);
          if (count > 0) ids.push(one[0]);
          if (count === one[1].size) whole += 1;
        };
        return { next: processSlice(rest, each, DRAFT_SLICE_MS), ids, whole };
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
    ): Promise<
      Outcome<{ saveId: string; submitted: number; stayed: number; uncheckable: number }>
    > {
      const byEntry = reviews.tickedFields(ticks);
      if (!byEntry) return failed('review.outdated');
      const ticked = [...byEntry];
      if (ticked.length === 0) return failed('change.not-found');
      const [id, at] = [randomUUID(), now()];
      const all = new Set(ticked.flatMap(([, fields]) => [...fields.keys()]));
      const fields = FIELD_NAMES.filter((field) => all.has(field));
      const row = { id, at, fields, stage: 'submitting', paused: false } as const;
      const added = database.write(({ saves }) => saves.add({ ...row, intended: ticked.length }));
      if (!added.ok) return added;
      running.add(id);
      let uncheckable = 0;
      const submitted = await forEachTicked(
        ticked,
        (tables, one) => {
          const [entryId] = one;
          const change = tables.outbox.get(entryId);
          if (change && pendingOf(change).status !== 'queued') return 0;
          // What waits may be someone else's, so it is not replaced.
          const trust = trustOf(tables, entryId);
          if (trust === 'unknown') uncheckable += 1;
          if (trust !== 'ours') return 0;
          const drafts = unchanged(tables, one).filter(({ notReviewed }) => notReviewed === null);
          if (drafts.length === 0) return 0;
          const own = drafts.map(({ field }) => field);
          tables.saves.addSubmitted(id, entryId, own);
          const event = { type: 'submit', save: id, fields: own } as const;
          applyEvent(tables, entryId, event, { at, isPageOpen: true });
          return own.length;
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
    async discard(ticks: Ticks): Promise<Outcome<{ discarded: number }>> {
      const byEntry = reviews.tickedFields(ticks);
      if (!byEntry) return failed('review.outdated');
      const discarded = await forEachTicked([...byEntry], (tables, one) => {
        const fields = unchanged(tables, one).map(({ field }) => field);
        const event = { type: 'discardDraft', fields, remember: true } as const;
        applyEvent(tables, one[0], event, { at: now(), isPageOpen: true });
        return fields.length;
      });
      // What is discarded before a failure is shown already.
      const flushed = database.flush();
      if (!discarded.ok) return discarded;
      return flushed.ok ? success({ discarded: discarded.value.done }) : flushed;
    },
    /** Sends what a run of the app submitted that was killed. Call when its MACs can be checked. */
    start: finish,
    stop(): void {
      stopped = true;
      timers.clear(timer);
    },
  };
}
