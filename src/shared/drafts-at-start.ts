/** The drafts of earlier sessions, which main tells a window that opens. */
import * as v from 'valibot';
import { parentSchema } from './organization';

/** Schema of the drafts that were there when the app started and still are. */
export const draftsAtStartSchema = v.object({
  count: v.number(),
  /** One of them, or null if there is none. */
  first: v.nullable(parentSchema),
});

/** The drafts that were there when the app started and still are. */
export type DraftsAtStart = v.InferOutput<typeof draftsAtStartSchema>;
