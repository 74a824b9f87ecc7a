/** Calls about sign-ins. Part of the contract, see index.ts. */
import * as v from 'valibot';
import { signInIdSchema, signInSchema, signInsSchema } from '../sign-in';
import { nothing, label, text, signIn } from './schemas';

/** What the person enters for a sign-in of any kind. */
const entered = {
  label,
  /** The Global API Key, or the token. */
  key: text,
  keep: v.picklist(['keychain', 'session']),
  /** Whether it should only read. */
  readOnly: v.boolean(),
} as const;

/** Calls about sign-ins. */
export const signInCalls = {
  signIns: {
    list: { request: nothing, answer: signInsSchema },
    /** Succeeds if this computer's keychain can store a key; otherwise the failure says why not. */
    canStoreKey: { request: nothing, answer: nothing },
    /**
     * Verifies a sign-in with Cloudflare and saves it. No other call carries a key or token, except `replaceKey` and
     * `app.clearCopiedKey`.
     */
    add: {
      request: v.variant('kind', [
        v.object({ kind: v.literal('key'), email: text, ...entered }),
        v.object({ kind: v.literal('token'), ...entered }),
      ]),
      answer: signIn,
    },
    /** Whether there is a sample sign-in. Only the demo has one; an installed app never. */
    hasSample: { request: nothing, answer: v.boolean() },
    /** Adds the sample sign-in, which main knows. Fails with `sign-in.invalid-input` if there is none. */
    addSample: { request: nothing, answer: signIn },
    check: { request: signIn, answer: signInSchema },
    rename: { request: v.object({ signInId: signInIdSchema, label }), answer: signInSchema },
    /** Changes the email, after verifying that email and key belong to the same Cloudflare user as before. */
    changeEmail: {
      request: v.object({ signInId: signInIdSchema, email: text }),
      answer: signInSchema,
    },
    /**
     * Replaces the key or token, after verifying that the new one does not belong to another Cloudflare user. Changes
     * that were paused because of the old one continue.
     */
    replaceKey: {
      request: v.object({
        signInId: signInIdSchema,
        key: text,
        keep: v.picklist(['keychain', 'session']),
      }),
      answer: signInSchema,
    },
    /** Makes a sign-in read-only, or lets it write again. */
    setReadOnly: {
      request: v.object({ signInId: signInIdSchema, readOnly: v.boolean() }),
      answer: signInSchema,
    },
    remove: { request: signIn, answer: nothing },
  },
} as const;
