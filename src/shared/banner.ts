/** Banners: messages about the app's own data that appear above every page. */
import * as v from 'valibot';
import { failureSchema } from './failure';
import { signInIdSchema } from './sign-in';
import { updateReasonSchema } from './updates';

/** Schema of a banner. */
export const bannerSchema = v.variant('kind', [
  v.object({
    kind: v.literal('database-set-aside'),
    /** Why it was set aside: damaged, or of an older schema that was never released. */
    reason: v.picklist(['damaged', 'older']),
    /** Where the database was moved to. */
    path: v.string(),
    /** Whether data in it can be recovered. */
    readable: v.boolean(),
  }),
  v.object({ kind: v.literal('keys-without-record'), signInIds: v.array(signInIdSchema) }),
  v.object({ kind: v.literal('keychain-asking') }),
  v.object({ kind: v.literal('session-only'), labels: v.array(v.string()) }),
  v.object({ kind: v.literal('store-failing'), failure: failureSchema }),
  v.object({
    kind: v.literal('update'),
    version: v.string(),
    /** Why this build cannot install it; null if it will be installed when the app quits. */
    reason: v.nullable(updateReasonSchema),
  }),
]);

/** A banner. */
export type Banner = v.InferOutput<typeof bannerSchema>;
