/** Sample reviews, rows and batches, and a main that answers about them like the real one. */
import type {
  Batch,
  DraftGroup,
  Review,
  ReviewRow,
  RowText,
  Ticks,
} from '../../../src/shared/changes';
import { failed, success } from '../../../src/shared/result';
import type { FakeApi } from '../fake-api';
import { entryName, id } from '../samples';

/** A changed phone number. */
export function phone(more: Partial<RowText> = {}): RowText {
  return {
    field: 'business_phone',
    before: '+49 1',
    after: '+49 2',
    replacesWaiting: null,
    notes: [],
    ...more,
  };
}

/** A row of a review. */
export function reviewRow(n: number, name: string, groupId: string, texts = [phone()]): ReviewRow {
  const startsUnticked = texts.some(
    ({ replacesWaiting, notes }) => replacesWaiting !== null || notes.includes('number'),
  );
  return { entryId: id(n), ...entryName(name), groupId, texts, startsUnticked };
}

/** A group that is ticked at first. Its numbers are those of its rows. */
export function group(groupId: string, more: Partial<DraftGroup> = {}): DraftGroup {
  return {
    id: groupId,
    kind: 'typed',
    fields: [],
    titleTexts: [],
    at: null,
    rows: 0,
    changes: 0,
    ticked: true,
    startUnticked: 0,
    source: null,
    notImported: 0,
    ...more,
  };
}

/** A batch that is done: it made two drafts. */
export function sampleBatch(more: Partial<Batch> = {}): Batch {
  return {
    id: 'batch-1',
    kind: 'fill',
    fields: ['business_phone'],
    titleTexts: [],
    at: Date.now(),
    stage: 'done',
    done: 2,
    total: 2,
    made: 2,
    leftOut: [],
    undoable: true,
    failure: null,
    reading: null,
    source: null,
    notImported: 0,
    ...more,
  };
}

/** The drafts of a main: rows in groups. Each review is one of the rows at that moment. */
export class Drafts {
  rows: ReviewRow[];
  groups: DraftGroup[];
  notReviewed: Review['notReviewed'] = { readOnly: 0, decide: 0 };
  /** Rows that the next save leaves out because they changed. */
  changed: string[] = [];
  /** In how many of them a change waits that cannot be checked. */
  uncheckable = 0;
  /** What the next review waits for. */
  held: Promise<unknown> | null = null;
  #reviews = 0;
  #reviewed: ReviewRow[] = [];

  constructor(fake: FakeApi, groups: DraftGroup[], rows: ReviewRow[]) {
    this.rows = rows;
    this.groups = groups;
    fake
      .answer('changes', 'review', async () => {
        await this.held;
        this.#reviewed = this.groups.flatMap((one) => this.#of(one.id));
        return success({
          reviewId: `review-${++this.#reviews}`,
          groups: this.groups
            .map((one) => {
              const rows = this.#of(one.id);
              const startUnticked = rows.filter((row) => row.startsUnticked).length;
              return { ...one, rows: rows.length, startUnticked };
            })
            .filter((one) => one.rows > 0),
          rows: this.#reviewed.length,
          notReviewed: this.notReviewed,
        });
      })
      .answer('changes', 'reviewRows', ({ reviewId, offset, limit }) =>
        this.#isOld(reviewId)
          ? failed('review.outdated')
          : success({ rows: this.#reviewed.slice(offset, offset + limit) }),
      )
      .answer('changes', 'ticked', (ticks) => {
        if (this.#isOld(ticks.reviewId)) return failed('review.outdated');
        const texts = this.#tickedRows(ticks).flatMap((row) => row.texts);
        const phones = texts.filter(({ after }) => after === '').length;
        return success({
          changes: texts.length,
          organizations: this.#tickedRows(ticks).length,
          clears: phones === 0 ? [] : [{ field: 'business_phone' as const, count: phones }],
          metadata: texts.filter(({ field }) => field === 'external_metadata').length,
          newer: this.rows.filter((row) => !this.#reviewed.includes(row)).length,
        });
      })
      .answer('changes', 'submitMany', (ticks) => {
        if (this.#isOld(ticks.reviewId)) return failed('review.outdated');
        const ticked = this.#tickedRows(ticks);
        const submitted = ticked.filter(({ name }) => !this.changed.includes(name));
        this.rows = this.rows.filter((row) => !submitted.includes(row));
        const { uncheckable } = this;
        const stayed = ticked.length - submitted.length;
        return success({ saveId: 'save-1', submitted: submitted.length, stayed, uncheckable });
      })
      .answer('drafts', 'discardMany', (ticks) => {
        const ticked = this.#tickedRows(ticks);
        this.rows = this.rows.filter((row) => !ticked.includes(row));
        return success({ discarded: ticked.length });
      });
  }

  /** The next call about the review that is shown fails: there was a later one. */
  outdate(): void {
    this.#reviews += 1;
  }

  #isOld(reviewId: string): boolean {
    return reviewId !== `review-${this.#reviews}`;
  }

  #of(groupId: string): ReviewRow[] {
    return this.rows.filter((row) => row.groupId === groupId);
  }

  #tickedRows({ groups, whole, except }: Ticks): ReviewRow[] {
    return this.#reviewed.filter(({ groupId, startsUnticked }, index) => {
      const atFirst = whole.includes(groupId) || (groups.includes(groupId) && !startsUnticked);
      return atFirst !== except.includes(index);
    });
  }
}
