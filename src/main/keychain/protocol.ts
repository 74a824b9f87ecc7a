/**
 * The messages between main and the keychain helper: one request, one answer, both validated on
 * arrival. Neither side ever logs a message, because requests carry keys.
 */
import * as v from 'valibot';
import type { HelperLink, HelperProcess, Reply } from '../lib/helper-link';

const nonEmpty = v.pipe(v.string(), v.nonEmpty());
const common = { id: v.number(), service: nonEmpty, account: nonEmpty };

/** Schema of a request. The helper supports no other operation; in particular, it cannot list entries. */
export const requestSchema = v.variant('operation', [
  v.object({ ...common, operation: v.picklist(['get', 'delete']) }),
  v.object({ ...common, operation: v.literal('set'), value: nonEmpty }),
]);

/** A request to the helper. Its answer has the same `id`. */
export type HelperRequest = v.InferOutput<typeof requestSchema>;

/**
 * Schema of an answer. `done` carries the text of a get (null: nothing found) or whether a delete deleted
 * something. `refused`: the keychain exists and refused. `absent`: there is no keychain. `silent`: the system
 * itself timed out waiting for the keychain.
 */
export const answerSchema = v.variant('result', [
  v.object({
    id: v.number(),
    result: v.literal('done'),
    value: v.union([v.string(), v.boolean(), v.null()]),
  }),
  v.object({ id: v.number(), result: v.picklist(['refused', 'absent', 'silent']) }),
]);

/** An answer of the helper. */
export type HelperAnswer = v.InferOutput<typeof answerSchema>;

/** The helper process. */
export type KeychainHelper = HelperProcess<HelperRequest>;

/** The connection to the helper process. */
export type KeychainLink = HelperLink<HelperRequest, HelperAnswer>;

/** How a request to it ended. */
export type KeychainReply = Reply<HelperAnswer>;
