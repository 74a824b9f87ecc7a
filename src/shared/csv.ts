/** Export to and import from CSV: what the window sees of it. Files are read and written by main. */
import * as v from 'valibot';
import { planRowSchema } from './bulk';

/** Why a row of a file is left out. */
export const ROW_PROBLEMS = [
  'no-id',
  'bad-id',
  'unknown-id',
  'duplicate-id',
  'too-many-columns',
  'unsendable',
] as const;

/** Schema of a file that was read: what would change, and the rows that cannot be used. */
export const importSchema = v.object({
  fileName: v.string(),
  /** How its letters are stored; anything but UTF-8 is a guess the person should look at. */
  encoding: v.picklist(['utf-8', 'utf-16', 'windows-1252']),
  planId: v.string(),
  rows: v.array(planRowSchema),
  /** Headings that name no field; their columns are ignored. */
  ignoredColumns: v.array(v.string()),
  problems: v.array(
    v.object({
      /** The line of the file the row begins at, from 1. */
      line: v.number(),
      reason: v.picklist(ROW_PROBLEMS),
      /** What stands in its id column, shortened. */
      value: v.string(),
    }),
  ),
});

/** A file that was read. */
export type Import = v.InferOutput<typeof importSchema>;
