/** Calls about the activity in all entries. Part of the contract, see index.ts. */
import * as v from 'valibot';
import {
  ACTIVITY_PER_PAGE,
  activityPlaceSchema,
  activityQuerySchema,
  activityRowSchema,
} from '../activity';
import { EXPORT_FORMATS } from '../csv';
import { revisionSchema } from '../history';
import { text } from './schemas';

const format = v.picklist(EXPORT_FORMATS);

/** Calls about the activity. */
export const activityCalls = {
  activity: {
    /** A page of the activity, newest first: what is older than `before`, or (null) the newest. */
    list: {
      request: v.object({ query: activityQuerySchema, before: v.nullable(activityPlaceSchema) }),
      answer: v.object({
        rows: v.pipe(v.array(activityRowSchema), v.maxLength(ACTIVITY_PER_PAGE)),
        more: v.boolean(),
      }),
    },
    /** The texts of one row, before and after; null: its entry was removed. */
    texts: {
      request: v.object({ revisionId: v.number() }),
      answer: v.nullable(revisionSchema),
    },
    /**
     * Writes all rows with their texts to a file that the person chooses; `exportId` is null if they chose none. The
     * dialog suggests a name with the extension of `format`; the answer has the format of the chosen file. Fails with
     * `export.text-too-long` or `export.too-many-rows` if a text or the rows do not fit into a workbook.
     */
    export: {
      request: v.object({ query: activityQuerySchema, format }),
      answer: v.object({ exportId: v.nullable(text), format }),
    },
  },
} as const;
