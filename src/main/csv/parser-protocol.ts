/**
 * The messages between main and the file parser: one request, one answer. Main trusts no answer, because the parser
 * reads what strangers wrote: the schema of the answers contains every limit that main relies on.
 */
import * as v from 'valibot';
import { failureCodeSchema } from '../../shared/failure';
import { importedTableSchema } from '../../shared/imports';
import { MAX_IMPORT_COLUMNS, MAX_SHOWN_CELL } from '../../shared/limits';
import { fieldTextSchema } from '../../shared/profile';

/** The most that the rows of one message may have, in the characters of `lengthOf`: at most 256 kB. */
export const MAX_ROWS_LENGTH = 128_000;

/** Schema of a request: a piece of the file, in order, or the next rows. After the first rows there is no more piece. */
export const requestSchema = v.variant('operation', [
  v.object({
    id: v.number(),
    operation: v.literal('piece'),
    bytes: v.custom<Uint8Array>((value) => value instanceof Uint8Array),
  }),
  v.object({ id: v.number(), operation: v.literal('rows') }),
]);

/** A request to the file parser. Its answer has the same `id`. */
export type ParserRequest = v.InferOutput<typeof requestSchema>;

const column = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_IMPORT_COLUMNS));

/**
 * Schema of an issue with a cell. `number`: a whole number without a format, read as its digits. `cut`: as long as a
 * spreadsheet program lets it be, so that it may have been longer. `not-text`: any other number, a date or the like.
 * `too-long`: its text is left out.
 */
const cellIssueSchema = v.object({
  column,
  kind: v.picklist(['number', 'cut', 'not-text', 'too-long']),
});

/** An issue with a cell. */
export type CellIssue = v.InferOutput<typeof cellIssueSchema>;

/** Schema of a row of a file. */
const rowSchema = v.object({
  /** Its number in a spreadsheet program. */
  number: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  /** The column of the first of `cells`: a row that is too long for a message comes in parts. */
  from: column,
  cells: v.pipe(v.array(fieldTextSchema), v.maxLength(MAX_IMPORT_COLUMNS)),
  issues: v.pipe(v.array(cellIssueSchema), v.maxLength(2 * MAX_IMPORT_COLUMNS)),
  /** Whether it has more cells than there are headings. */
  isTooWide: v.boolean(),
});

/** A row of a file. */
export type ReadRow = v.InferOutput<typeof rowSchema>;

/** The length of a row's content, in characters; at least that of a row without texts. */
export function contentLengthOf({ cells, issues }: ReadRow): number {
  return cells.reduce((sum, text) => sum + text.length, 200) + issues.length * 40;
}

/** The length of a row in a message. An empty cell takes main time, too. */
export const lengthOf = (row: ReadRow): number => contentLengthOf(row) + row.cells.length * 8;

/** Schema of the reason why a file cannot be read. */
const reasonSchema = v.pipe(
  failureCodeSchema,
  v.check((code) => code.startsWith('import.')),
);

const shownCells = v.pipe(
  v.array(v.pipe(v.string(), v.maxLength(MAX_SHOWN_CELL))),
  v.maxLength(MAX_IMPORT_COLUMNS),
);
const { sheets, moreColumns } = importedTableSchema.entries;
const aboutFileSchema = v.object({
  /** UTF-16 shows in its bytes, Windows-1252 is a guess. */
  encoding: v.picklist(['utf-8', 'utf-16', 'windows-1252']),
  sheets,
  moreColumns,
  /** Shortened. */
  headings: shownCells,
  /** The first text of each column, shortened; empty if there is none. */
  samples: shownCells,
});

/** What is known about a file whose rows were read. */
export type AboutFile = v.InferOutput<typeof aboutFileSchema>;

/**
 * Schema of an answer: the piece was taken, rows, the end of the file, or why the file cannot be read. A row that is too
 * long for a message becomes consecutive rows with the same number, each with some of the cells.
 */
export const answerSchema = v.variant('result', [
  v.object({ id: v.number(), result: v.literal('taken') }),
  v.object({
    id: v.number(),
    result: v.literal('rows'),
    rows: v.pipe(
      v.array(rowSchema),
      v.check((rows) => rows.reduce((sum, row) => sum + lengthOf(row), 0) <= MAX_ROWS_LENGTH),
    ),
  }),
  v.object({ id: v.number(), result: v.literal('end'), ...aboutFileSchema.entries }),
  v.object({ id: v.number(), result: v.literal('failed'), code: reasonSchema }),
]);

/** An answer of the file parser. */
export type ParserAnswer = v.InferOutput<typeof answerSchema>;
