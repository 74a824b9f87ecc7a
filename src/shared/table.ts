/**
 * The table: the same query as the list, with a row for each entry and a column for each field. Main numbers the entries
 * that a table shows in a snapshot; the window asks for rows of it by number, and a range is a snapshot, rows and columns.
 * So nothing that happens meanwhile moves a row, and what a person selected stays what they selected.
 */
import * as v from 'valibot';
import { findSchema, MAX_FIND_LENGTH } from './find-text';
import { labelsSchema } from './labels';
import { MAX_ORGANIZATIONS } from './limits';
import { LIST_LIMIT, listGroupSchema, listQuerySchema, selectionSchema } from './list-query';
import { entryIdSchema, rowSchema } from './organization';
import {
  FIELD_NAMES,
  fieldNameSchema,
  fieldNamesSchema,
  fieldTextSchema,
  type FieldName,
} from './profile';

/** The columns, in their order: the name of the entry, its fields, its labels, its state, and when it was last read. */
export const TABLE_COLUMNS = [
  'name',
  'business_name',
  'business_email',
  'business_phone',
  'business_address',
  'external_metadata',
  'labels',
  'state',
  'checked',
] as const satisfies readonly (FieldName | 'name' | 'labels' | 'state' | 'checked')[];

/** A column of the table. */
export type TableColumn = (typeof TABLE_COLUMNS)[number];

/** What the table is ordered by: as the query says, or by the last read, the newest first. */
const TABLE_ORDERS = ['query', 'checked'] as const;

/** Most filters of columns. The window sends one per field. */
const MAX_FILTERS = 50;

/** Most cells that can be copied, or changed, at once. */
export const MAX_CELLS = 50_000;

/** Most separate runs of rows in a range: folded groups leave gaps. */
const MAX_RANGE_RUNS = 10_000;

/** The longest text of a cell that a row carries, in UTF-16 units; a longer one is cut. */
export const MAX_CELL_TEXT = 300;

/** Smallest and largest width of a column, in CSS px. The largest is that of a long text on a very large screen. */
export const COLUMN_WIDTH = { min: 80, max: 2000 } as const;

/** Schema of a filter of a column. Several are combined: a row must match all of them. */
export const tableFilterSchema = v.variant('kind', [
  /** The profile was read, and the text shown is empty. */
  v.object({ kind: v.literal('empty'), field: fieldNameSchema }),
  /** The text shown contains this, in any case and without accents. */
  v.object({
    kind: v.literal('contains'),
    field: fieldNameSchema,
    text: v.pipe(v.string(), v.minLength(1), v.maxLength(500)),
  }),
  /** There is a draft of the field, or a change that Cloudflare has not confirmed. */
  v.object({ kind: v.literal('changed'), field: fieldNameSchema }),
  /** The import that is being set up would change the entry. */
  v.object({ kind: v.literal('planned'), field: v.literal('name') }),
]);

/** A filter of a column. */
export type TableFilter = v.InferOutput<typeof tableFilterSchema>;

/** Schema of what a table shows. */
export const tableQuerySchema = v.object({
  query: listQuerySchema,
  filters: v.pipe(v.array(tableFilterSchema), v.maxLength(MAX_FILTERS)),
  order: v.picklist(TABLE_ORDERS),
});

/** What a table shows. */
export type TableQuery = v.InferOutput<typeof tableQuerySchema>;

/** The number of a row in its snapshot, from 0. */
const rowNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_ORGANIZATIONS));

/** Schema of rows that follow each other: from `first` up to, but not including, `end`. */
const rowsSchema = v.object({ first: rowNumber, end: rowNumber });

/** Rows of a snapshot that follow each other: from `first` up to, but not including, `end`. */
export type RowRun = v.InferOutput<typeof rowsSchema>;

/** Schema of the rows of a range, as runs that follow each other; nothing is in two of them. */
const runsSchema = v.pipe(v.array(rowsSchema), v.maxLength(MAX_RANGE_RUNS));

/** Schema of a snapshot. */
export const tableSnapshotSchema = v.object({
  /** Its number. Any later snapshot has another one. */
  snapshot: v.number(),
  /** How many rows it has. */
  length: v.number(),
  /** The number of the first row of each group, ascending; empty if the query is not grouped. */
  groups: v.pipe(v.array(v.number()), v.maxLength(MAX_ORGANIZATIONS)),
  /** How many entries the filters of the columns left out because they were never read. */
  unread: v.number(),
});

/** The rows of a table, numbered. */
export type TableSnapshot = v.InferOutput<typeof tableSnapshotSchema>;

const cellText = v.pipe(v.string(), v.maxLength(MAX_CELL_TEXT));

const cellTexts = v.object({
  business_name: cellText,
  business_email: cellText,
  business_phone: cellText,
  business_address: cellText,
  external_metadata: cellText,
});

/** Schema of a row. */
export const tableRowSchema = v.object({
  ...rowSchema.entries,
  labels: labelsSchema,
  /** Whether the entry is in the selection that the list has, too. */
  ticked: v.boolean(),
  /**
   * The texts shown: draft, or else the change, or else the saved copy. Null: never read. Longer ones than `MAX_CELL_TEXT` are
   * cut; of an address in JSON, its lines are.
   */
  texts: v.nullable(cellTexts),
  /** The fields with a draft, or with a change that Cloudflare has not confirmed. */
  drafted: fieldNamesSchema,
  waiting: fieldNamesSchema,
  /** The texts under the drafts and changes, cut alike: those of the saved copy. Only of these fields. */
  saved: v.partial(cellTexts),
  /** The texts that the import that is being set up would put there, cut alike. */
  planned: v.optional(v.partial(cellTexts)),
  /** Whether the sign-in must not change anything. */
  readOnly: v.boolean(),
  /** When the profile was last read, ms since the epoch; null: never. */
  checkedAt: v.nullable(v.number()),
});

/** A row of the table. */
export type TableRow = v.InferOutput<typeof tableRowSchema>;

/** Schema of the heading of a group. */
const tableGroupSchema = v.object({
  group: listGroupSchema,
  /** How many of its entries are ticked, and how many can be: those that were removed cannot. */
  ticked: v.number(),
  size: v.number(),
});

/** The heading of a group. */
export type TableGroup = v.InferOutput<typeof tableGroupSchema>;

/** Schema of the columns shown, in order, with their widths in CSS px. The name is always the first. */
export const shownColumnsSchema = v.pipe(
  v.array(
    v.object({
      column: v.picklist(TABLE_COLUMNS),
      width: v.pipe(
        v.number(),
        v.integer(),
        v.minValue(COLUMN_WIDTH.min),
        v.maxValue(COLUMN_WIDTH.max),
      ),
    }),
  ),
  v.maxLength(TABLE_COLUMNS.length),
);

/** The columns shown, in order, with their widths in CSS px. */
export type ShownColumns = v.InferOutput<typeof shownColumnsSchema>;

/** The width of each column until the person changes it, in CSS px. */
export const DEFAULT_WIDTHS: Record<TableColumn, number> = {
  name: 230,
  business_name: 220,
  business_email: 220,
  business_phone: 160,
  business_address: 260,
  external_metadata: 260,
  labels: 180,
  state: 130,
  checked: 190,
};

/** The columns shown until the person chooses others. Metadata are for other software, so they are not among them. */
export const DEFAULT_COLUMNS: ShownColumns = TABLE_COLUMNS.filter(
  (column) => column !== 'external_metadata' && column !== 'labels',
).map((column) => ({ column, width: DEFAULT_WIDTHS[column] }));

const snapshot = v.number();

/** Schema of a range of cells that can be changed: rows of a snapshot, and fields. */
export const cellRangeSchema = v.object({
  snapshot,
  rows: runsSchema,
  fields: v.pipe(v.array(fieldNameSchema), v.minLength(1), v.maxLength(FIELD_NAMES.length)),
});

/** Cells that can be changed. */
export type CellRange = v.InferOutput<typeof cellRangeSchema>;

/** Schema of texts for cells: row by row, one for each field; or those of one row, which every row gets. */
export const cellTextsSchema = v.object({
  ...cellRangeSchema.entries,
  /** `fill`: typed for all of them. `clear`: emptied, or cut. */
  kind: v.picklist(['paste', 'fill', 'clear']),
  /** Null: the text is too long, and the cell stays as it is. */
  texts: v.pipe(v.array(v.nullable(fieldTextSchema)), v.minLength(1), v.maxLength(MAX_CELLS)),
});

/** Texts for cells. */
export type CellTexts = v.InferOutput<typeof cellTextsSchema>;

/** Schema of the cells in which a text was found. */
const foundSchema = v.object({
  cells: v.number(),
  /** In how many entries. */
  entries: v.number(),
  /** Those of the cells that have a draft. */
  drafts: v.number(),
  /** How many entries were not searched, because they were never read. */
  unread: v.number(),
});

/** The cells in which a text was found. */
export type FoundCells = v.InferOutput<typeof foundSchema>;

/** Schema of the position from which the next cell is searched. */
const findPositionSchema = v.object({
  row: rowNumber,
  column: v.picklist(TABLE_COLUMNS),
  /** Whether it may be the one that is found. */
  isIncluded: v.boolean(),
});

/** The position from which the next cell is searched. */
export type FindPosition = v.InferOutput<typeof findPositionSchema>;

/** Schema of what is to be replaced in the cells of the table. */
export const replaceSchema = v.object({
  snapshot,
  find: findSchema,
  replacement: v.pipe(v.string(), v.maxLength(MAX_FIND_LENGTH)),
  /** Whether texts of drafts are replaced, too. They then go to the history. */
  alsoOverDrafts: v.boolean(),
});

/** What is to be replaced in the cells of the table. */
export type Replace = v.InferOutput<typeof replaceSchema>;

/**
 * The calls about the table. One that names another snapshot than the last one opened fails with `table.outdated`.
 */
export const tableCalls = {
  table: {
    /**
     * Numbers the entries that a query shows now. This is what *Sort again* does. Waits while the list is being built. Fails
     * with `table.outdated` if the table was opened again, or closed, meanwhile.
     */
    open: {
      request: v.object({
        ...tableQuerySchema.entries,
        /** An entry whose row the window wants to know, to stay there or at the one that was nearest to it; or null. */
        keep: v.nullable(entryIdSchema),
      }),
      /** `kept`: that row; null: there is none. */
      answer: v.object({ ...tableSnapshotSchema.entries, kept: v.nullable(rowNumber) }),
    },
    /** Rows from number `offset`, as they are now; null: the entry was removed. */
    rows: {
      request: v.object({
        snapshot,
        offset: rowNumber,
        limit: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(LIST_LIMIT)),
        /** The groups, by number, whose headings are wanted. */
        groups: v.pipe(v.array(rowNumber), v.maxLength(LIST_LIMIT)),
      }),
      answer: v.object({
        rows: v.pipe(v.array(v.nullable(tableRowSchema)), v.maxLength(LIST_LIMIT)),
        /** The headings of the requested groups. */
        groups: v.pipe(v.array(tableGroupSchema), v.maxLength(LIST_LIMIT)),
        /** How many ticked entries the snapshot does not show. */
        notShown: v.number(),
      }),
    },
    /** Says which rows are in view. Those of them that were never read are read before others, until the next call. */
    view: {
      request: v.object({ snapshot, rows: v.pipe(v.array(rowsSchema), v.maxLength(LIST_LIMIT)) }),
      answer: v.null(),
    },
    /** Forgets the snapshot and what is in view. */
    close: { request: v.null(), answer: v.null() },
    /**
     * Copies a range as text and as an HTML table. Main reads the texts, so the page cannot put a text of its own on the
     * clipboard. Fails with `table.too-many-cells` above `MAX_CELLS`; nothing is copied then.
     */
    copy: {
      request: v.object({
        snapshot,
        rows: runsSchema,
        columns: v.pipe(
          v.array(v.picklist(TABLE_COLUMNS)),
          v.minLength(1),
          v.maxLength(TABLE_COLUMNS.length),
        ),
      }),
      /** `unread` and `removed`: rows whose texts are not known, so that their cells are empty. */
      answer: v.object({
        rows: v.number(),
        columns: v.number(),
        unread: v.number(),
        removed: v.number(),
      }),
    },
    /**
     * Ticks or unticks the entries of rows that follow each other: one, a group, or all. The answer counts what is hidden by
     * `query`, not by the snapshot. Fails with `selection.too-many`.
     */
    tick: {
      request: v.object({
        snapshot,
        ...rowsSchema.entries,
        isTicked: v.boolean(),
        query: listQuerySchema,
      }),
      answer: selectionSchema,
    },
    /** The columns that the person chose, or the default ones. */
    columns: { request: v.null(), answer: shownColumnsSchema },
    /**
     * Counts the cells of a snapshot, folded groups included, that show a text. Counting again after a change only reads what
     * has changed. A later search ends this one with `table.outdated`.
     */
    find: { request: v.object({ snapshot, find: findSchema }), answer: foundSchema },
    /** The next cell that shows a text, row by row and around the end; null: none does. */
    findNext: {
      request: v.object({
        snapshot,
        find: findSchema,
        from: findPositionSchema,
        direction: v.picklist(['next', 'previous']),
      }),
      answer: v.nullable(v.object({ row: rowNumber, field: fieldNameSchema })),
    },
    /** Remembers the columns for the next start. */
    setColumns: { request: v.object({ columns: shownColumnsSchema }), answer: v.null() },
  },
} as const;
