/** What the person must be told about the app's own data, above every page. */
import * as v from 'valibot';
import { failureSchema } from './failure';
import { signInIdSchema } from './sign-in';
import { updateWhySchema } from './updates';

/** Something the person must be told about the app's own data, above every page. */
export const bannerSchema = v.variant('kind', [
  v.object({
    kind: v.literal('database-set-aside'),
    /** Whether it was damaged, or of an older schema that was never released. */
    reason: v.picklist(['damaged', 'older']),
    /** Where the damaged database was moved to. */
    path: v.string(),
    /** Whether rows in it can still be read and taken over. */
    readable: v.boolean(),
  }),
  v.object({ kind: v.literal('keys-without-record'), signInIds: v.array(signInIdSchema) }),
  v.object({ kind: v.literal('keychain-asking') }),
  v.object({ kind: v.literal('session-only'), labels: v.array(v.string()) }),
  v.object({ kind: v.literal('store-failing'), failure: failureSchema }),
  v.object({
    kind: v.literal('update'),
    version: v.string(),
    /** Why this build cannot install it by itself; null when it is ready and will be. */
    why: v.nullable(updateWhySchema),
  }),
]);

/** Something the person must be told about the app's own data. */
export type Banner = v.InferOutput<typeof bannerSchema>;
