/** What can be done with the selected entries besides changing fields: refresh, change the sign-in, remove. */
import * as v from 'valibot';
import { failureSchema } from './failure';
import { MAX_SMALL_LIST, shortTextSchema } from './limits';
import { entryNameSchema, entryKindSchema } from './organization';
import { signInIdSchema, signInLabelSchema } from './sign-in';

/** How many names a question gives as examples. */
export const MAX_EXAMPLES = 3;

const examples = v.pipe(v.array(entryNameSchema), v.maxLength(MAX_EXAMPLES));
const labels = v.pipe(v.array(signInLabelSchema), v.maxLength(MAX_SMALL_LIST));

/** Schema of a refresh of selected entries. */
export const selectedRefreshSchema = v.object({
  isRunning: v.boolean(),
  /** How many entries were read or could not be read. */
  done: v.number(),
  total: v.number(),
  /** How many were read. */
  read: v.number(),
  /** How many of those had changed at Cloudflare. */
  changed: v.number(),
  /** How many cannot be read, because they have no sign-in. */
  withoutSignIn: v.number(),
  /** Whether the person stopped it. */
  isStopped: v.boolean(),
  /** Why not all could be read, or null. */
  failure: v.nullable(failureSchema),
});

/** A refresh of selected entries: its progress, or its result until it is dismissed. */
export type SelectedRefreshStatus = v.InferOutput<typeof selectedRefreshSchema>;

/** Schema of the work on selected entries. */
export const selectionActionsStatusSchema = v.object({
  refresh: v.nullable(selectedRefreshSchema),
  /** The progress of removing entries or changing their sign-in, in entries; null: none is running. */
  work: v.nullable(v.object({ done: v.number(), total: v.number() })),
});

/** The work on selected entries. */
export type SelectionActionsStatus = v.InferOutput<typeof selectionActionsStatusSchema>;

/** Schema of what removing the selected entries would delete. */
export const selectedRemovalSchema = v.object({
  /** Main removes nothing that this preview did not count. */
  removalId: shortTextSchema,
  total: v.number(),
  /** Names of the first entries. */
  names: examples,
  /** How many have a draft, a pending change, or both. */
  edited: v.number(),
  drafts: v.number(),
  waiting: v.number(),
  /** Names of the first entries with a draft or a pending change. */
  editedNames: examples,
  /** The labels of the sign-ins that no entry would use any more, by whether entries with edits are removed, too. */
  unusedSignIns: v.object({ withoutEdited: labels, withEdited: labels }),
});

/** What removing the selected entries would delete. */
export type SelectedRemoval = v.InferOutput<typeof selectedRemovalSchema>;

/** Schema of the result of a removal. */
export const removalResultSchema = v.object({
  removed: v.number(),
  /** How many were kept because of their edits. */
  kept: v.number(),
  /** Why a sign-in could not be removed, or null. */
  signInFailure: v.nullable(failureSchema),
});

/** The result of a removal. */
export type RemovalResult = v.InferOutput<typeof removalResultSchema>;

/** Schema of the result of giving a sign-in to the selected entries. */
export const signInChangeSchema = v.object({
  changed: v.number(),
  /**
   * Why not all were changed, or null: the sign-in could not read the first one, so nothing was changed, or a part was
   * changed before the failure.
   */
  stopped: v.nullable(
    v.variant('at', [
      /** The name is that of the entry that was read. */
      v.object({ at: v.literal('reading'), ...entryNameSchema.entries, failure: failureSchema }),
      v.object({ at: v.literal('changing'), failure: failureSchema }),
    ]),
  ),
});

/** The result of giving a sign-in to the selected entries. */
export type SignInChange = v.InferOutput<typeof signInChangeSchema>;

/** Schema of the selected entries by sign-in and kind, in the order of the list. */
export const selectedSignInsSchema = v.pipe(
  v.array(
    v.object({
      signInId: v.nullable(signInIdSchema),
      kind: entryKindSchema,
      count: v.number(),
      /** What the first one is called. */
      first: entryNameSchema,
    }),
  ),
  v.maxLength(2 * MAX_SMALL_LIST + 2),
);

/** The selected entries by sign-in and kind. */
export type SelectedSignIns = v.InferOutput<typeof selectedSignInsSchema>;
