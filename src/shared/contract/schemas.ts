/** Schemas that several calls of the contract share. */
import * as v from 'valibot';
import { MAX_AT_ONCE, MAX_PIECE_BYTES, shortTextSchema } from '../limits';
import { entryIdSchema } from '../organization';
import { typedPatchSchema } from '../patch';
import { signInIdSchema, signInLabelSchema } from '../sign-in';

/** No request, or no answer. */
export const nothing = v.null();
/** A name that a person gives. */
export const label = signInLabelSchema;
/** A short text. */
export const text = shortTextSchema;
/** The organization that a call is about. */
export const organization = v.object({ entryId: entryIdSchema });
/** The sign-in that a call is about. */
export const signIn = v.object({ signInId: signInIdSchema });
/** The save that a call is about. */
export const save = v.object({ saveId: text });
/** The export that a call is about. */
export const exported = v.object({ exportId: text });
/** The organizations that a call is about: at most as many as one save may have. */
export const entryIds = v.pipe(v.array(entryIdSchema), v.maxLength(MAX_AT_ONCE));
/** A piece of the content of a file that the person dropped on the window. */
export const filePiece = v.pipe(
  v.instance(ArrayBuffer),
  v.check(({ byteLength }) => byteLength <= MAX_PIECE_BYTES),
);
/** Numbers the edits of one organization; the window counts up from the `editNumber` of its page. */
export const editNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/**
 * What a person typed: each touched field with its text and its base, the text that was on screen at the
 * first keystroke. Only the window knows the base, because Cloudflare's copy may have changed since then.
 */
export const typedEdits = v.object({
  entryId: entryIdSchema,
  edits: typedPatchSchema,
  number: editNumber,
});
