/** Export and import of CSV files and workbooks as the window sees them. Main reads and writes the files. */
import * as v from 'valibot';
import { planSchema } from './saves';
import {
  MAX_IGNORED_COLUMNS,
  MAX_IMPORT_ROWS,
  MAX_PATH_LENGTH,
  MAX_PROBLEMS,
  MAX_SHEETS,
  MAX_SHOWN_CELL,
} from './limits';

/** The formats of an exported file, each named like the extension of its files. */
export const EXPORT_FORMATS = ['xlsx', 'csv'] as const;

/** The format of an exported file. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The extensions of exported files, each with its dot. */
export const EXPORT_EXTENSIONS: readonly string[] = EXPORT_FORMATS.map((format) => `.${format}`);

/** Why a row of a file is skipped. */
export const ROW_PROBLEMS = [
  'no-id',
  'bad-id',
  'unknown-id',
  'duplicate-id',
  'too-many-columns',
  'unsendable',
  'not-text',
] as const;

const shownCell = v.pipe(v.string(), v.maxLength(MAX_SHOWN_CELL));

/** Schema of an imported file: the plan of its changes, and the rows that cannot be used. */
export const importSchema = v.object({
  ...planSchema.entries,
  fileName: v.pipe(v.string(), v.maxLength(MAX_PATH_LENGTH)),
  /** For each of `rows`, its number in a spreadsheet program. */
  rowNumbers: v.pipe(v.array(v.number()), v.maxLength(MAX_IMPORT_ROWS)),
  /** The encoding. Anything but UTF-8 is a guess that the person should check. */
  encoding: v.picklist(['utf-8', 'utf-16', 'windows-1252']),
  /** The sheet of a workbook that was read, and the others with organization IDs, which were not; null for CSV. */
  sheets: v.nullable(
    v.object({ read: shownCell, others: v.pipe(v.array(shownCell), v.maxLength(MAX_SHEETS)) }),
  ),
  /** Headings of the columns that were ignored because they name no field, shortened; the first ones. */
  ignoredColumns: v.pipe(v.array(shownCell), v.maxLength(MAX_IGNORED_COLUMNS)),
  /** The first rows that cannot be used. */
  problems: v.pipe(
    v.array(
      v.object({
        /** The number of the row in a spreadsheet program. The row of headings is usually 1. */
        number: v.number(),
        reason: v.picklist(ROW_PROBLEMS),
        /** The text of its id column, shortened. */
        value: shownCell,
      }),
    ),
    v.maxLength(MAX_PROBLEMS),
  ),
  /** How many rows cannot be used. */
  problemCount: v.number(),
});

/** An imported file. */
export type Import = v.InferOutput<typeof importSchema>;
