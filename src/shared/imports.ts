/**
 * An import: a table from a file or the clipboard, which entries its rows match, which fields its columns are imported into,
 * and what would change. Main keeps the table; the window gets only its columns.
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
const metadataNames = v.pipe(v.array(shortTextSchema), v.maxLength(MAX_METADATA_NAMES));

/** Schema of a table to import. Main keeps one, until the next is read. */
export const importedTableSchema = v.object({
  importId: shortTextSchema,
  /** The name of its file; null: it is from the clipboard. */
  title: v.nullable(v.pipe(v.string(), v.maxLength(MAX_PATH_LENGTH))),
  /** The sheet that was read, and others with known headings; null for CSV. */
  sheets: v.nullable(
    v.object({ read: shownCell, others: v.pipe(v.array(shownCell), v.maxLength(MAX_SHEETS)) }),
  ),
  columns: v.pipe(
    v.array(
      v.object({
        /** Truncated. */
        heading: shownCell,
        /** The first text in the column, truncated. */
        sample: shownCell,
        /** What the heading stands for; null: it is unknown. */
        meaning: v.nullable(v.picklist(COLUMNS)),
      }),
    ),
    v.maxLength(MAX_IMPORT_COLUMNS),
  ),
  /** How many more columns there are, which were not read. */
  moreColumns: count,
  rows: count,
  /** Names of metadata entries, the most frequent ones first. */
  metadataNames,
});

/** A table to import. */
export type ImportedTable = v.InferOutput<typeof importedTableSchema>;

/** Schema of what rows are matched by: the column that is compared, with the ID, the name, or a metadata value of entries. */
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
  /** The columns that are imported. If two have the same field, the last one counts. */
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

/** Schema of what an import would change. */
export const importCountsSchema = v.object({
  matched: count,
  /** Entries in which a draft would be made. */
  changes: count,
  /** Entries with a draft in such a field, which is replaced with `alsoOverDrafts`. */
  drafts: count,
  /** Entries that match a row with other texts, and whose sign-in is read-only. */
  readOnly: count,
  /** The same, whose pending change waits for a decision. */
  decide: count,
  /** Entries that match a row and were not read yet. */
  unread: count,
  /** Entries that wait for their first read, if rows are matched by metadata: until then, matching is incomplete. */
  waits: count,
  /** Entries that match a row, or might by their metadata, and cannot be read. */
  unreadable: count,
  /** Rows and cells that cannot be used. */
  notImported: count,
  /** Whether texts to import, or the names in rows without a match, look as if the encoding was guessed wrong. */
  isGuessed: v.boolean(),
  /** Names of metadata entries, the most frequent ones first. There are more of them once more entries are read. */
  metadataNames,
});

/** What an import would change. */
export type ImportCounts = v.InferOutput<typeof importCountsSchema>;
