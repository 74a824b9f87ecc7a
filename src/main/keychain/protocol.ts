/**
 * What goes between main and the keychain helper: one request, one answer, both checked on arrival.
 * Neither side ever prints a message: requests carry keys.
 */
import * as v from 'valibot';

/** Schema of a request. The helper knows no other operation; above all none that enumerates. */
export const requestSchema = v.variant('operation', [
  v.object({
    id: v.number(),
    operation: v.picklist(['get', 'delete']),
    service: v.pipe(v.string(), v.nonEmpty()),
    account: v.pipe(v.string(), v.nonEmpty()),
  }),
  v.object({
    id: v.number(),
    operation: v.literal('set'),
    service: v.pipe(v.string(), v.nonEmpty()),
    account: v.pipe(v.string(), v.nonEmpty()),
    value: v.pipe(v.string(), v.nonEmpty()),
  }),
]);

/** One request to the helper. `id` comes back with its answer. */
export type HelperRequest = v.InferOutput<typeof requestSchema>;

/** A request before it has a number. */
export type HelperQuestion =
  | { operation: 'get' | 'delete'; service: string; account: string }
  | { operation: 'set'; service: string; account: string; value: string };

/**
 * Schema of an answer. `done` carries the text of a get (null: nothing found) or whether a delete
 * deleted something. `refused`: the keychain is there and said no. `absent`: there is no keychain.
 * `silent`: the system itself gave up waiting for it.
 */
export const answerSchema = v.variant('result', [
  v.object({
    id: v.number(),
    result: v.literal('done'),
    value: v.union([v.string(), v.boolean(), v.null()]),
  }),
  v.object({ id: v.number(), result: v.picklist(['refused', 'absent', 'silent']) }),
]);

/** One answer of the helper. */
export type HelperAnswer = v.InferOutput<typeof answerSchema>;

/** The helper as main holds it: an Electron utility process, or a forked Node process in tests. */
export interface HelperProcess {
  send(message: HelperRequest): void;
  /** Hears every message; what arrives is checked by the listener. */
  onMessage(listener: (message: unknown) => void): void;
  /** Hears once that the process has ended, for whatever reason. */
  onExit(listener: () => void): void;
  /** Ends the process at once, whatever it is doing. */
  kill(): void;
}
