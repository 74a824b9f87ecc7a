/** Schemas that several calls of the contract are made of. */
import * as v from 'valibot';
import { BULK_LIMIT } from '../bulk';
import { organizationIdSchema } from '../organization';
import { typedPatchSchema } from '../patch';
import { MAX_LABEL, signInIdSchema } from '../sign-in';

/** Schema of "nothing": calls without a request or an answer. */
export const nothing = v.null();
/** A name a person gives. */
export const label = v.pipe(v.string(), v.maxLength(MAX_LABEL));
/** A short text. */
export const text = v.pipe(v.string(), v.maxLength(4_096));
/** Which organization a call is about. */
export const organization = v.object({ organizationId: organizationIdSchema });
/** Which sign-in a call is about. */
export const signIn = v.object({ signInId: signInIdSchema });
/** Which job a call is about. */
export const run = v.object({ jobId: text });
/** The organizations a call is about, in one job at most. */
export const organizationIds = v.pipe(v.array(organizationIdSchema), v.maxLength(BULK_LIMIT));
/** Numbers the edits of one entry; the window counts up from the `draftNumber` of its page. */
export const draftNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/**
 * What a person typed: each touched field with its text and the text that was on screen when they began.
 * Main cannot know the latter: Cloudflare's copy may have moved on between the first key and the call.
 */
export const edited = v.object({
  organizationId: organizationIdSchema,
  edits: typedPatchSchema,
  number: draftNumber,
});
