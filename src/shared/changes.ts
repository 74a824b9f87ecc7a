/**
 * What is not at Cloudflare yet, over all organizations: drafts to save, changes that wait, changes that need a
 * decision; and the batches that made drafts in many organizations at once.
 */
import * as v from 'valibot';
import { failureSchema } from './failure';
import {
  MAX_AT_ONCE,
  MAX_PATH_LENGTH,
  MAX_SHOWN_CELL,
  MAX_SMALL_LIST,
  shortTextSchema,
} from './limits';
import { authorSchema } from './history';
import { DECISION_STATES, entryNameSchema, entryIdSchema } from './organization';
import { fieldNameSchema, fieldNamesSchema, fieldTextSchema } from './profile';

/** Most rows in one answer. */
export const CHANGES_PER_PAGE = 100;

/** Most texts that the title of a batch names, and the longest of them, in characters. A longer one is cut. */
export const MAX_TITLE_TEXTS = 2;
export const MAX_TITLE_TEXT_LENGTH = 100;

/** Longest text of a row, in characters. A longer one is cut at its end. */
export const MAX_ROW_TEXT = 2_000;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** The texts that the title of a batch names, shortened. */
const titleTexts = v.pipe(
  v.array(v.pipe(v.string(), v.maxLength(MAX_TITLE_TEXT_LENGTH))),
  v.maxLength(MAX_TITLE_TEXTS),
);

/** How many organizations have something that is not at Cloudflare yet. */
export const changeCountsSchema = v.object({
  /** Organizations in any of the three. */
  all: count,
  /** Organizations with a draft. */
  toSave: count,
  /** Organizations with a change that is sent automatically, now or later. */
  waiting: count,
  /** Organizations with a change that waits for the person's decision. */
  decide: count,
});
/** How many organizations have something that is not at Cloudflare yet. */
export type ChangeCounts = v.InferOutput<typeof changeCountsSchema>;

/**
 * What makes a batch. `clear`: texts were emptied, or cut. `set-entry`: one entry of a JSON text was set.
 * `save-undone`: a save was undone.
 */
export const BATCH_KINDS = [
  'fill',
  'paste',
  'clear',
  'replace',
  'set-entry',
  'import',
  'save-undone',
] as const;
/** What kind of act made a batch. */
export type BatchKind = (typeof BATCH_KINDS)[number];

/** Where the drafts of a group come from: typed in this run, there before it, a save that was canceled, or a batch. */
const DRAFT_GROUP_KINDS = ['typed', 'earlier', 'canceled', ...BATCH_KINDS] as const;

/** Schema of what a batch imported. */
export const batchSourceSchema = v.object({
  /** The name of the file; null: a table from the clipboard. */
  title: v.nullable(v.pipe(v.string(), v.maxLength(MAX_PATH_LENGTH))),
  /** Whether it had the column that tells which cells were edited. */
  hasCheck: v.boolean(),
});

/** Schema of the drafts that have one origin. */
export const draftGroupSchema = v.object({
  /** `typed`, `earlier`, or the id of the batch or of the canceled save. */
  id: shortTextSchema,
  kind: v.picklist(DRAFT_GROUP_KINDS),
  /** Those of its drafts. */
  fields: fieldNamesSchema,
  titleTexts,
  /** When it was made, ms since the epoch; null for `typed` and `earlier`. */
  at: v.nullable(v.number()),
  rows: count,
  changes: count,
  /** Whether its rows are ticked at first, but for those that start unticked. */
  ticked: v.boolean(),
  /** How many of its rows start unticked; see `reviewRowSchema`. */
  startUnticked: count,
  /** Of an import; else null. */
  source: v.nullable(batchSourceSchema),
  /** How many rows and cells of an import could not be used. */
  notImported: count,
});
/** The drafts that have one origin. */
export type DraftGroup = v.InferOutput<typeof draftGroupSchema>;

/** Schema of a review of all drafts. Main keeps what it covers until the next review. */
export const reviewSchema = v.object({
  reviewId: shortTextSchema,
  /** In the order of their rows. */
  groups: v.pipe(v.array(draftGroupSchema), v.maxLength(MAX_SMALL_LIST)),
  rows: count,
  /** Organizations whose drafts have no row: their sign-in is read-only, or their pending change waits for a decision. */
  notReviewed: v.object({ readOnly: count, decide: count }),
});
/** A review of all drafts. */
export type Review = v.InferOutput<typeof reviewSchema>;

/**
 * What a person should know of an imported text. `number`: it was a number in the workbook. `cut`: it is as long as the
 * longest cell of a spreadsheet program, so its end may be missing. `changed-since`: the text under it is another one than was
 * exported.
 */
export const DRAFT_NOTES = ['number', 'cut', 'changed-since'] as const;
/** What a person should know of an imported text. */
export type DraftNote = (typeof DRAFT_NOTES)[number];

/** Schema of one changed text of a row. */
export const rowTextSchema = v.object({
  field: fieldNameSchema,
  /** The text under the draft, or Cloudflare's; cut like `after`. */
  before: fieldTextSchema,
  after: fieldTextSchema,
  /** The person's own waiting text that saving this one replaces; null: none. */
  replacesWaiting: v.nullable(fieldTextSchema),
  notes: v.pipe(v.array(v.picklist(DRAFT_NOTES)), v.maxLength(DRAFT_NOTES.length)),
});
/** One changed text of a row. */
export type RowText = v.InferOutput<typeof rowTextSchema>;

const rowTexts = v.pipe(v.array(rowTextSchema), v.maxLength(5));

/** Schema of a row of a review: the drafts of one organization that have one origin. */
export const reviewRowSchema = v.object({
  entryId: entryIdSchema,
  ...entryNameSchema.entries,
  groupId: shortTextSchema,
  texts: rowTexts,
  /**
   * Whether it is not ticked with its group: when it was reviewed, it replaced a waiting change, or had a number of a
   * workbook or a text that may be cut.
   */
  startsUnticked: v.boolean(),
});
/** A row of a review. */
export type ReviewRow = v.InferOutput<typeof reviewRowSchema>;

/**
 * Schema of what is ticked in a review. A row is ticked if its group is in `whole`, or is in `groups` and the row does not
 * start unticked; the rows in `except`, by index, are the other way round.
 */
export const ticksSchema = v.object({
  reviewId: shortTextSchema,
  groups: v.pipe(v.array(shortTextSchema), v.maxLength(MAX_SMALL_LIST)),
  whole: v.pipe(v.array(shortTextSchema), v.maxLength(MAX_SMALL_LIST)),
  except: v.pipe(v.array(count), v.maxLength(100_000)),
});
/** What is ticked in a review. */
export type Ticks = v.InferOutput<typeof ticksSchema>;

/** Schema of what saving the ticked rows would do. */
export const tickedTotalsSchema = v.object({
  changes: count,
  organizations: count,
  /** In how many organizations each of these fields would be cleared. */
  clears: v.pipe(v.array(v.object({ field: fieldNameSchema, count })), v.maxLength(5)),
  /** In how many organizations metadata would change, which other software uses. */
  metadata: count,
  /** Drafts made since the review. They are in none of its rows. */
  newer: count,
});
/** What saving the ticked rows would do. */
export type TickedTotals = v.InferOutput<typeof tickedTotalsSchema>;

/**
 * Why a batch made no draft of a text. `unchanged`: the organization has this text already. `changed`: it was made again, and
 * the organization has another text than the first time. `newer`: the cell of an export was not edited, and the organization
 * has another text by now. `empty`: the cell is empty, which changes nothing, and the text of the organization is not.
 * `draft`: the field is edited already. `no-json`: its text is not a JSON object, so no entry of it can be set. `nested`: the
 * entry is a list or an object.
 */
export const LEFT_OUT = [
  'unchanged',
  'changed',
  'newer',
  'empty',
  'unread',
  'read-only',
  'decide',
  'draft',
  'too-long',
  'no-json',
  'nested',
  'removed',
] as const;
/** Why a batch made no draft of a text. */
export type LeftOut = (typeof LEFT_OUT)[number];

/** Schema of an organization in which a batch made no draft of a text. */
export const leftOutRowSchema = v.object({ entryId: entryIdSchema, ...entryNameSchema.entries });
/** An organization in which a batch made no draft of a text. */
export type LeftOutRow = v.InferOutput<typeof leftOutRowSchema>;

/**
 * Why a row or a cell of an imported table cannot be used. `no-key`: the cell that says which entry it is is empty.
 * `several-matches`: it matches several entries. `duplicate`: another row is about the same entry. `not-text`: a number with a
 * format, a date, or the like.
 */
export const NOT_IMPORTED = [
  'no-key',
  'no-match',
  'several-matches',
  'duplicate',
  'too-many-cells',
  'too-long',
  'not-text',
] as const;

/** Schema of a row or a cell of an imported table that cannot be used. */
export const notImportedSchema = v.object({
  /** The number of the row in a spreadsheet program, from 1. */
  number: v.number(),
  /** The cell that says which entry it is, shortened. */
  value: v.pipe(v.string(), v.maxLength(MAX_SHOWN_CELL)),
  /** Of a cell; null: the whole row. */
  field: v.nullable(fieldNameSchema),
  reason: v.picklist(NOT_IMPORTED),
});
/** A row or a cell of an imported table that cannot be used. */
export type NotImported = v.InferOutput<typeof notImportedSchema>;

/** `stopped`: the app ended before it was done, and it is not continued. `undone`: the person took its drafts back. */
export const BATCH_STAGES = ['running', 'stopped', 'done', 'undone'] as const;

/** Schema of a batch: the drafts that one act made in many organizations, until its line is closed. */
export const batchSchema = v.object({
  id: shortTextSchema,
  kind: v.picklist(BATCH_KINDS),
  fields: fieldNamesSchema,
  titleTexts,
  at: v.number(),
  stage: v.picklist(BATCH_STAGES),
  /** Organizations it has gone through, of `total`. */
  done: count,
  total: count,
  /**
   * In how many organizations it made drafts, without those undone. In stage `undone`: in how many they could not be
   * undone.
   */
  made: count,
  leftOut: v.pipe(
    v.array(v.object({ reason: v.picklist(LEFT_OUT), count })),
    v.maxLength(LEFT_OUT.length),
  ),
  /** Whether *Undo* is offered: some of its drafts are still as it made them. */
  undoable: v.boolean(),
  /**
   * The unread organizations that it left out, while *Read these first* reads them or after it did: how many have been
   * read by now. Null: not started, or not in this run of the app.
   */
  reading: v.nullable(v.object({ read: count, total: count, running: v.boolean() })),
  /** Of an import; else null. */
  source: v.nullable(batchSourceSchema),
  /** How many rows and cells of an import could not be used. */
  notImported: count,
  /** Why it is stuck, while it keeps retrying; else null. */
  failure: v.nullable(failureSchema),
});
/** A batch. */
export type Batch = v.InferOutput<typeof batchSchema>;

/** Schema of the batches whose lines are not closed, newest first. */
export const batchesSchema = v.pipe(v.array(batchSchema), v.maxLength(MAX_SMALL_LIST));

/** Schema of a change that is sent automatically. */
export const waitingRowSchema = v.object({
  entryId: entryIdSchema,
  ...entryNameSchema.entries,
  version: v.number(),
  texts: rowTexts,
  /** `sending`: now. `waiting`: for `nextTryAt`. `paused`: for its sign-in, or its save is paused. */
  state: v.picklist(['queued', 'sending', 'waiting', 'paused']),
  /** When it was submitted, ms since the epoch. */
  since: v.number(),
  failure: v.nullable(failureSchema),
  nextTryAt: v.nullable(v.number()),
  /** Whether a paused save of many holds it. */
  isSavePaused: v.boolean(),
});
/** A change that is sent automatically. */
export type WaitingRow = v.InferOutput<typeof waitingRowSchema>;

/** Schema of a change that waits for the person's decision. `texts`: Cloudflare's before, the person's after. */
export const decideRowSchema = v.object({
  entryId: entryIdSchema,
  ...entryNameSchema.entries,
  version: v.number(),
  /** Identifies Cloudflare's copy that the row shows. */
  remoteId: shortTextSchema,
  texts: rowTexts,
  state: v.picklist(DECISION_STATES),
  failure: v.nullable(failureSchema),
  /** In a conflict: the one person who changed all of its fields at Cloudflare; null: several did, or it is not known. */
  remoteAuthor: v.nullable(authorSchema),
  /** The draft that the organization also has, which is saved only after the decision. `before`: Cloudflare's text. */
  draft: rowTexts,
});
/** A change that waits for the person's decision. */
export type DecideRow = v.InferOutput<typeof decideRowSchema>;

/** Schema of the change and the copy that a decision is about. */
export const decidedSchema = v.object({
  entryId: entryIdSchema,
  version: v.number(),
  remoteId: shortTextSchema,
});

/** Schema of the changes that one decision is about. */
export const decidedManySchema = v.pipe(v.array(decidedSchema), v.maxLength(MAX_AT_ONCE));

const page = v.object({
  offset: count,
  limit: v.pipe(count, v.minValue(1), v.maxValue(CHANGES_PER_PAGE)),
});

/** Schema of a part of the organizations that a batch left out for one reason. */
export const leftOutPageSchema = v.object({
  batchId: shortTextSchema,
  reason: v.picklist(LEFT_OUT),
  ...page.entries,
});

/** Schema of a part of the rows and cells that an import cannot use: of the table to import, or of the batch that was made. */
export const notImportedPageSchema = v.object({ importId: shortTextSchema, ...page.entries });

/** Schema of a part of the rows of a review. */
export const reviewPageSchema = v.object({ reviewId: shortTextSchema, ...page.entries });

/** Schema of a part of the changes that wait or need a decision. */
export const changesPageSchema = page;

/** A page of rows, and how many there are. */
export function pageOf<T extends v.GenericSchema>(row: T) {
  return v.object({ total: count, rows: v.pipe(v.array(row), v.maxLength(CHANGES_PER_PAGE)) });
}
