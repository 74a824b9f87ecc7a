/** Calls about sign-ins. Part of the contract, see index.ts. */
import * as v from 'valibot';
import { signInIdSchema, signInSchema, signInsSchema } from '../sign-in';
import { nothing, label, text, signIn } from './schemas';

/** Calls about sign-ins. */
export const signInCalls = {
  signIns: {
    list: { request: nothing, answer: signInsSchema },
    /** Succeeds if this computer's keychain can store a key; otherwise the failure says why not. */
    canStoreKey: { request: nothing, answer: nothing },
    /** Verifies a sign-in with Cloudflare and saves it. No other call carries a key, except `replaceKey` and
     * `app.clearCopiedKey`. */
    add: {
      request: v.object({
        label,
        email: text,
        key: text,
        keep: v.picklist(['keychain', 'session']),
      }),
      answer: signIn,
    },
    check: { request: signIn, answer: signInSchema },
    rename: { request: v.object({ signInId: signInIdSchema, label }), answer: signInSchema },
    /** Changes the email, after verifying that email and key belong to the same Cloudflare user as before. */
    changeEmail: {
      request: v.object({ signInId: signInIdSchema, email: text }),
      answer: signInSchema,
    },
    /**
     * Replaces the key, after verifying that the new one belongs to the same Cloudflare user. Changes that
     * were paused because of the old key continue.
     */
    replaceKey: {
      request: v.object({
        signInId: signInIdSchema,
        key: text,
        keep: v.picklist(['keychain', 'session']),
      }),
      answer: signInSchema,
    },
    remove: { request: signIn, answer: nothing },
  },
} as const;
