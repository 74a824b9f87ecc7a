/**
 * The review of all drafts: which there are, where they come from, and which of them are ticked. It keeps only their
 * numbers, not their texts. What is then submitted or discarded is exactly what was reviewed: a draft that changed since
 * has another number and stays.
 */
import { randomUUID } from 'node:crypto';
import {
  type DraftGroup,
  type Review,
  type ReviewRow,
  type RowText,
  type TickedTotals,
  type Ticks,
} from '../../shared/changes';
import { entryNameOf } from '../../shared/organization';
import { failed, success, type Result } from '../../shared/result';
import { applyPatches } from '../../shared/patch';
import { FIELD_NAMES, type FieldName } from '../../shared/profile';
import {
  RECOVERED,
  type Database,
  type DraftSummary,
  type ListEntry,
  type Tables,
} from '../database';
import { rowText, rowTexts } from './row-text';

/** How many drafts are read before yielding to the event loop: takes a few milliseconds. */
const PAGE_SIZE = 1_000;

/** Dependencies of reviews. */
export interface ReviewOptions {
  database: Database;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

type ReviewedField = Pick<DraftSummary, 'field' | 'seq' | 'isCleared'>;

/** A row of a review: the drafts of one entry that have one origin. */
interface ReviewedRow {
  entryId: string;
  groupId: string;
  fields: ReviewedField[];
  startsUnticked: boolean;
}

/** The last review. */
interface KeptReview {
  id: string;
  rows: readonly ReviewedRow[];
  /** The `seq` of the newest draft when it began. */
  last: number;
}

/** The drafts of an entry to submit or discard: the `seq` of each field's. */
export type TickedFields = Map<FieldName, number>;

/** Where drafts come from, without their counts. */
type Origin = Pick<DraftGroup, 'id' | 'kind' | 'titleTexts' | 'at' | 'source' | 'notImported'>;

const NO_IMPORT = { source: null, notImported: 0 };

/** The act that made drafts of this origin; null if it is not known any more. */
function originOf(tables: Tables, id: string): Origin | null {
  const batch = tables.batches.get(id);
  if (batch) {
    const { kind, titleTexts, at, source } = batch;
    const notImported = source ? tables.batches.countNotImported(id) : 0;
    return { id, kind, titleTexts, at, source, notImported };
  }
  const save = tables.saves.get(id);
  const other = { titleTexts: [], ...NO_IMPORT };
  return save && { id, kind: 'canceled', at: save.at, ...other };
}

/** Ticked groups come first. Among equals, the newest comes first, and what no act made last. */
function byPlace(one: DraftGroup, other: DraftGroup): number {
  if (one.ticked !== other.ticked) return one.ticked ? -1 : 1;
  return (other.at ?? -Infinity) - (one.at ?? -Infinity) || 0;
}

/** Collects the drafts of a review by where they come from. */
class Collected {
  readonly #groups = new Map<string, DraftGroup>();
  readonly #rows = new Map<string, ReviewedRow>();
  readonly notReviewed = { readOnly: new Set<string>(), decide: new Set<string>() };
  /** The `seq` of the newest draft of earlier runs of the app. */
  readonly #atStart: number;

  constructor(atStart: number) {
    this.#atStart = atStart;
  }

  /** @param act the act that made the draft, or null */
  add(draft: DraftSummary, act: Origin | null): void {
    const { entryId, field, seq, isCleared, isWaiting, notes, notReviewed } = draft;
    if (notReviewed) {
      this.notReviewed[notReviewed].add(entryId);
      return;
    }
    const group = this.#groupOf(draft, act);
    const key = `${group.id} ${entryId}`;
    const known = this.#rows.get(key);
    const row = known ?? { entryId, groupId: group.id, fields: [], startsUnticked: false };
    if (!known) {
      this.#rows.set(key, row);
      group.rows += 1;
    }
    row.fields.push({ field, seq, isCleared });
    const isDoubtful = notes.includes('number') || notes.includes('cut');
    if (!row.startsUnticked && (isWaiting || isDoubtful)) {
      row.startsUnticked = true;
      group.startUnticked += 1;
    }
    group.changes += 1;
  }

  /** The groups, and the rows by group and then like `entryIds`, the entries in the order of the list. */
  sorted(entryIds: readonly string[]): { groups: DraftGroup[]; rows: ReviewedRow[] } {
    const groups = [...this.#groups.values()].sort(byPlace);
    const groupPlaces = new Map(groups.map(({ id }, at) => [id, at]));
    const places = new Map(entryIds.map((id, at) => [id, at]));
    const end = places.size;
    const placeOf = ({ entryId, groupId }: ReviewedRow): number =>
      (groupPlaces.get(groupId) ?? 0) * (end + 1) + (places.get(entryId) ?? end);
    const placed = [...this.#rows.values()].map((row) => ({ row, place: placeOf(row) }));
    const rows = placed.sort((one, other) => one.place - other.place).map(({ row }) => row);
    return { groups, rows };
  }

  #groupOf({ seq, field, origin }: DraftSummary, act: Origin | null): DraftGroup {
    const isEarlier = seq <= this.#atStart || origin === RECOVERED;
    const kind = isEarlier ? 'earlier' : 'typed';
    const from = act ?? { id: kind, kind, titleTexts: [], at: null, ...NO_IMPORT };
    const known = this.#groups.get(from.id);
    const ticked = !isEarlier && from.kind !== 'canceled';
    const group = known ?? { ...from, fields: [], rows: 0, changes: 0, ticked, startUnticked: 0 };
    // A group with any draft from before this run starts unticked as a whole.
    group.ticked &&= ticked;
    // Fields that the act left out are not in it.
    if (!group.fields.includes(field)) {
      group.fields = FIELD_NAMES.filter((one) => one === field || group.fields.includes(one));
    }
    this.#groups.set(from.id, group);
    return group;
  }
}

/** The texts of a row whose drafts are still those that were reviewed. */
function textsOf(
  { fields }: ReviewedRow,
  entry: ListEntry,
  drafts: readonly DraftSummary[],
): RowText[] {
  const under = applyPatches(entry.profile?.fields ?? null, entry.change?.patch);
  return FIELD_NAMES.flatMap((field): RowText | [] => {
    const reviewed = fields.find((one) => one.field === field);
    const draft = drafts.find((one) => one.field === field && one.seq === reviewed?.seq);
    const edit = entry.draft?.patch[field];
    if (!reviewed || !draft || !edit) return [];
    const waiting = entry.change?.patch[field]?.text;
    return {
      field,
      ...rowTexts(under[field], edit.text),
      replacesWaiting: waiting === undefined ? null : rowText(waiting),
      notes: draft.notes,
    };
  });
}

/** Creates what lists drafts and knows which of them are ticked. */
export function createReviews({ database, yieldToEventLoop }: ReviewOptions) {
  let kept: KeptReview | null = null;

  /** Some drafts, and the acts that made them. */
  const readPage = (after: number) =>
    database.read((tables) => {
      const { drafts, last } = tables.drafts.summaries(after, PAGE_SIZE);
      const origins = new Map<string | null, Origin | null>();
      for (const { origin } of drafts) {
        if (origin !== null && !origins.has(origin)) origins.set(origin, originOf(tables, origin));
      }
      return { drafts, last, origins };
    });

  /** The last review, if it is this one. */
  const reviewed = (reviewId: string): KeptReview | null => (kept?.id === reviewId ? kept : null);

  /** The ticked rows; null if there was a later review. */
  function tickedRows(ticks: Ticks): ReviewedRow[] | null {
    const [groups, whole] = [new Set(ticks.groups), new Set(ticks.whole)];
    const except = new Set(ticks.except);
    const isTicked = ({ groupId, startsUnticked }: ReviewedRow, at: number): boolean =>
      (whole.has(groupId) || (groups.has(groupId) && !startsUnticked)) !== except.has(at);
    return reviewed(ticks.reviewId)?.rows.filter(isTicked) ?? null;
  }

  return {
    /** Lists all drafts, and keeps which they are until the next review. */
    async review(): Promise<Result<Review>> {
      const start = database.read(({ drafts }) => ({
        last: drafts.sequence.last(),
        atStart: drafts.sequence.atStart(),
      }));
      if (!start.ok) return start;
      const { last, atStart } = start.value;
      const collected = new Collected(atStart);
      for (let after: number | null = 0; after !== null;) {
        const page = readPage(after);
        if (!page.ok) return page;
        const { drafts, origins } = page.value;
        for (const draft of drafts) {
          // What was made since the review began is in the next one.
          if (draft.seq <= last) collected.add(draft, origins.get(draft.origin) ?? null);
        }
        after = page.value.last;
        await yieldToEventLoop();
      }
      // While the list is being built, the order in which they were made.
      const inOrder = database.read(({ list }) => list.withDraft());
      if (!inOrder.ok) return inOrder;
      await yieldToEventLoop();
      const { groups, rows } = collected.sorted(inOrder.value);
      const { readOnly, decide } = collected.notReviewed;
      kept = { id: randomUUID(), rows, last };
      return success({
        reviewId: kept.id,
        groups,
        rows: rows.length,
        notReviewed: { readOnly: readOnly.size, decide: decide.size },
      });
    },
    /** Rows of the last review, without the texts of drafts that changed since. */
    rows(reviewId: string, offset: number, limit: number): Result<{ rows: ReviewRow[] }> {
      const review = reviewed(reviewId);
      if (!review) return failed('review.outdated');
      const rows = review.rows.slice(offset, offset + limit);
      return database.read((tables) => {
        const ids = rows.map(({ entryId }) => entryId);
        const found = tables.organizations.entries(ids);
        const entries = new Map(found.map((entry) => [entry.organization.id, entry]));
        const drafts = tables.drafts.summariesOf(ids);
        const withTexts = rows.map((row): ReviewRow => {
          const { entryId, groupId, startsUnticked } = row;
          const entry = entries.get(entryId);
          // The entry was removed meanwhile.
          const removed = { name: entryId, organizationName: null, texts: [] };
          if (!entry) return { entryId, groupId, ...removed, startsUnticked };
          const texts = textsOf(row, entry, drafts.get(entryId) ?? []);
          return { entryId, groupId, ...entryNameOf(entry.organization), texts, startsUnticked };
        });
        return { rows: withTexts };
      });
    },
    /** What saving the ticked rows would do. */
    ticked(ticks: Ticks): Result<TickedTotals> {
      const rows = tickedRows(ticks);
      const last = reviewed(ticks.reviewId)?.last;
      if (!rows || last === undefined) return failed('review.outdated');
      const newer = database.read(({ drafts }) => drafts.countNewer(last));
      if (!newer.ok) return newer;
      const clears = new Map<FieldName, number>();
      let [changes, metadata] = [0, 0];
      for (const { fields } of rows) {
        changes += fields.length;
        for (const { field, isCleared } of fields) {
          if (isCleared) clears.set(field, (clears.get(field) ?? 0) + 1);
          if (field === 'external_metadata') metadata += 1;
        }
      }
      return success({
        changes,
        organizations: new Set(rows.map(({ entryId }) => entryId)).size,
        clears: FIELD_NAMES.flatMap((field) => {
          const count = clears.get(field);
          return count === undefined ? [] : { field, count };
        }),
        metadata,
        newer: newer.value,
      });
    },
    /** The ticked drafts by entry; null if there was a later review. */
    tickedFields(ticks: Ticks): Map<string, TickedFields> | null {
      const rows = tickedRows(ticks);
      if (!rows) return null;
      const byEntry = new Map<string, TickedFields>();
      for (const { entryId, fields } of rows) {
        const known = byEntry.get(entryId) ?? new Map<FieldName, number>();
        for (const { field, seq } of fields) known.set(field, seq);
        byEntry.set(entryId, known);
      }
      return byEntry;
    },
  };
}

/** Lists drafts and knows which of them are ticked. */
export type Reviews = ReturnType<typeof createReviews>;
