/**
 * An import: a table from a file or the clipboard, how its rows are matched with entries and its columns with fields, and
 * what would come of that. Main keeps the table; the window sees its columns.
 */
import * as v from 'valibot';
import { COLUMNS } from './headings';
import {
  MAX_IMPORT_COLUMNS,
  MAX_METADATA_NAMES,
  MAX_PATH_LENGTH,
  MAX_SHEETS,
  MAX_SHOWN_CELL,
  shortTextSchema,
} from './limits';
import { FIELD_NAMES, fieldNameSchema } from './profile';

const shownCell = v.pipe(v.string(), v.maxLength(MAX_SHOWN_CELL));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const column = v.pipe(count, v.maxValue(MAX_IMPORT_COLUMNS));

/** Schema of a table to import, until the next one is read. */
export const importedTableSchema = v.object({
  importId: shortTextSchema,
  /** The name of its file; null: it is from the clipboard. */
  title: v.nullable(v.pipe(v.string(), v.maxLength(MAX_PATH_LENGTH))),
  /** The encoding. Anything but UTF-8 is a guess that the person should check. */
  encoding: v.picklist(['utf-8', 'utf-16', 'windows-1252']),
  /** The sheet of a workbook that was read, and others that may be meant; null for CSV. */
  sheets: v.nullable(
    v.object({ read: shownCell, others: v.pipe(v.array(shownCell), v.maxLength(MAX_SHEETS)) }),
  ),
  columns: v.pipe(
    v.array(
      v.object({
        /** Shortened, like the first text below it. */
        heading: shownCell,
        sample: shownCell,
        /** What the heading stands for; null: nothing that is known. */
        meaning: v.nullable(v.picklist(COLUMNS)),
      }),
    ),
    v.maxLength(MAX_IMPORT_COLUMNS),
  ),
  /** How many further columns are not read. */
  moreColumns: count,
  rows: count,
  /** Names of metadata entries, the most frequent ones first. */
  metadataNames: v.pipe(v.array(shortTextSchema), v.maxLength(MAX_METADATA_NAMES)),
});

/** A table to import. */
export type ImportedTable = v.InferOutput<typeof importedTableSchema>;

/** Schema of what rows are matched by: the cell in a column is the ID of an entry, its name, or an entry of its metadata. */
export const importKeySchema = v.variant('by', [
  v.object({ by: v.literal('id'), column }),
  v.object({ by: v.literal('name'), column }),
  v.object({ by: v.literal('metadata'), column, name: shortTextSchema }),
]);

/** What rows are matched by. */
export type ImportKey = v.InferOutput<typeof importKeySchema>;

/** Schema of how a table is imported. */
export const importChoicesSchema = v.object({
  importId: shortTextSchema,
  key: importKeySchema,
  /** The columns that are imported. Of two into one field, the last one counts. */
  fields: v.pipe(
    v.array(v.object({ column, field: fieldNameSchema })),
    v.maxLength(FIELD_NAMES.length),
  ),
  /** What an empty cell means. */
  empty: v.picklist(['leave', 'clear']),
  alsoOverDrafts: v.boolean(),
});

/** How a table is imported. */
export type ImportChoices = v.InferOutput<typeof importChoicesSchema>;

/** Schema of what an import would do. The first four count all rows. */
export const importCountsSchema = v.object({
  matched: count,
  notMatched: count,
  /** Rows that fit several entries. */
  several: count,
  /** Rows of which another one is about the same entry. */
  twice: count,
  /** Entries in which a text would change. */
  changes: count,
  /** Of those, the ones with a draft of such a field. */
  drafts: count,
  /** Entries that fit a row and were never read. */
  unread: count,
  /** Entries that wait for their first read, if the metadata decides: until then, a row may seem not to fit. */
  waits: count,
});

/** What an import would do. */
export type ImportCounts = v.InferOutput<typeof importCountsSchema>;
