/** Calls about labels. Part of the contract, see index.ts. */
import * as v from 'valibot';
import {
  chosenLabelsSchema,
  labelListSchema,
  LABELS_LIMIT,
  labelsSchema,
  labelTextSchema,
} from '../labels';
import { entryIdSchema, entryNameSchema } from '../organization';
import { nothing } from './schemas';

/** The entries that a call is about: one, or (null) the selected ones. */
const which = v.nullable(entryIdSchema);

/** Calls about labels. */
export const labelCalls = {
  labels: {
    list: { request: nothing, answer: labelListSchema },
    /** The labels of entries. */
    of: {
      request: v.object({ entryId: which }),
      answer: v.object({
        /** How many entries these are. */
        entries: v.number(),
        /** What the entry is called; null if it is the selected ones. */
        name: v.nullable(entryNameSchema),
        /** Their labels, each with how many of them have it. */
        labels: v.pipe(
          v.array(v.object({ label: labelTextSchema, count: v.number() })),
          v.maxLength(LABELS_LIMIT),
        ),
      }),
    },
    /**
     * Adds labels to entries and removes others. The case of letters does not matter; a label that is there already keeps
     * its own. An entry that would have more than `MAX_LABELS` is left as it is, and counted in `full`.
     */
    change: {
      request: v.object({ entryId: which, add: labelsSchema, remove: chosenLabelsSchema }),
      answer: v.object({ full: v.number() }),
    },
  },
} as const;
