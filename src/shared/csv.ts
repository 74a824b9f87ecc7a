/** CSV import as the window sees it. Main reads and writes the files. */
import * as v from 'valibot';
import { planRowSchema } from './bulk';

/** Why a row of a file is skipped. */
export const ROW_PROBLEMS = [
  'no-id',
  'bad-id',
  'unknown-id',
  'duplicate-id',
  'too-many-columns',
  'unsendable',
] as const;

/** Schema of an imported file: the plan of its changes, and the rows that cannot be used. */
export const importSchema = v.object({
  fileName: v.string(),
  /** The encoding. Anything but UTF-8 is a guess that the person should check. */
  encoding: v.picklist(['utf-8', 'utf-16', 'windows-1252']),
  planId: v.string(),
  rows: v.array(planRowSchema),
  /** Headings of the columns that were ignored because they name no field. */
  ignoredColumns: v.array(v.string()),
  problems: v.array(
    v.object({
      /** The line of the file where the row starts, from 1. */
      line: v.number(),
      reason: v.picklist(ROW_PROBLEMS),
      /** The text of its id column, shortened. */
      value: v.string(),
    }),
  ),
});

/** An imported file. */
export type Import = v.InferOutput<typeof importSchema>;
