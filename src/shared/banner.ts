/** Banners: messages of the window about the app's own data. */
import * as v from 'valibot';
import { failureSchema } from './failure';
import { MAX_PATH_LENGTH, MAX_SMALL_LIST, shortTextSchema } from './limits';
import { SIGN_IN_KINDS, signInIdSchema, signInLabelSchema } from './sign-in';
import { updateReasonSchema } from './updates';

/** Schema of a key or token in the keychain that belongs to no sign-in. */
const orphanedKeySchema = v.object({
  /** Its name in the keychain: the id of the sign-in that it belonged to. */
  signInId: signInIdSchema,
  /** What it is by its shape. */
  kind: v.picklist(SIGN_IN_KINDS),
});

/** A key or token in the keychain that belongs to no sign-in. */
export type OrphanedKey = v.InferOutput<typeof orphanedKeySchema>;

/**
 * Why a database was set aside: it is damaged, or has an older schema that was never released, or its file was replaced
 * while it was open.
 */
export const SET_ASIDE_REASONS = ['damaged', 'older', 'replaced'] as const;

/** Why a database was set aside. */
export type SetAsideReason = (typeof SET_ASIDE_REASONS)[number];

/** Schema of a banner. */
export const bannerSchema = v.variant('kind', [
  v.object({
    kind: v.literal('database-set-aside'),
    reason: v.picklist(SET_ASIDE_REASONS),
    /** Where the database was moved to. */
    path: v.pipe(v.string(), v.maxLength(MAX_PATH_LENGTH)),
    /** Whether data in it can be recovered. */
    readable: v.boolean(),
  }),
  v.object({
    kind: v.literal('keys-without-record'),
    keys: v.pipe(v.array(orphanedKeySchema), v.maxLength(MAX_SMALL_LIST)),
  }),
  v.object({ kind: v.literal('keychain-asking') }),
  v.object({
    kind: v.literal('session-only'),
    labels: v.pipe(v.array(signInLabelSchema), v.maxLength(MAX_SMALL_LIST)),
  }),
  v.object({ kind: v.literal('database-failing'), failure: failureSchema }),
  v.object({
    kind: v.literal('update'),
    version: shortTextSchema,
    /** Why this build cannot install it; null if it will be installed when the app quits. */
    reason: v.nullable(updateReasonSchema),
  }),
]);

/** Schema of all banners. There are few of each kind. */
export const bannersSchema = v.pipe(v.array(bannerSchema), v.maxLength(100));

/** A banner. */
export type Banner = v.InferOutput<typeof bannerSchema>;
