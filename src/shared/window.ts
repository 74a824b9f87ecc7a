/** What the last window showed, which main tells a window that opens. */
import * as v from 'valibot';
import { MIN_SIDEBAR_WIDTH } from './first-paint';
import { entryIdSchema } from './organization';

/** Largest width of the list that is stored, in CSS px: more than 40 % of the widest window. */
const MAX_STORED_WIDTH = 16_384;

/** Schema of the width of the list in CSS px; null: the default width. */
export const sidebarWidthSchema = v.nullable(
  v.pipe(v.number(), v.integer(), v.minValue(MIN_SIDEBAR_WIDTH), v.maxValue(MAX_STORED_WIDTH)),
);

/** Schema of what the last window showed. */
export const lastWindowSchema = v.object({
  sidebarWidth: sidebarWidthSchema,
  /** The organization whose page was opened last, or null. It may have been removed since. */
  entryId: v.nullable(entryIdSchema),
});

/** What the last window showed. */
export type LastWindow = v.InferOutput<typeof lastWindowSchema>;
