/** Banners: messages about the app's own data that appear above every page. */
import * as v from 'valibot';
import { failureSchema } from './failure';
import { MAX_PATH_LENGTH, MAX_SMALL_LIST, shortTextSchema } from './limits';
import { signInIdSchema, signInLabelSchema } from './sign-in';
import { updateReasonSchema } from './updates';

/** Schema of a banner. */
export const bannerSchema = v.variant('kind', [
  v.object({
    kind: v.literal('database-set-aside'),
    /** Why it was set aside: damaged, or of an older schema that was never released. */
    reason: v.picklist(['damaged', 'older']),
    /** Where the database was moved to. */
    path: v.pipe(v.string(), v.maxLength(MAX_PATH_LENGTH)),
    /** Whether data in it can be recovered. */
    readable: v.boolean(),
  }),
  v.object({
    kind: v.literal('keys-without-record'),
    signInIds: v.pipe(v.array(signInIdSchema), v.maxLength(MAX_SMALL_LIST)),
  }),
  v.object({ kind: v.literal('keychain-asking') }),
  v.object({
    kind: v.literal('session-only'),
    labels: v.pipe(v.array(signInLabelSchema), v.maxLength(MAX_SMALL_LIST)),
  }),
  v.object({ kind: v.literal('store-failing'), failure: failureSchema }),
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
