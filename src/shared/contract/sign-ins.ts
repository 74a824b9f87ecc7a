/** Calls about sign-ins. Part of the contract, see index.ts. */
import * as v from 'valibot';
import { signInIdSchema, signInSchema } from '../sign-in';
import { nothing, label, text, signIn } from './schemas';

/** Calls about sign-ins. */
export const signInCalls = {
  signIns: {
    list: { request: nothing, answer: v.array(signInSchema) },
    /** Whether a key can be kept on this computer; a failure says why not. */
    canKeep: { request: nothing, answer: nothing },
    /** Checks a sign-in with Cloudflare and keeps it; the only call that ever carries a key. */
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
    /** Another e-mail for the same key and Cloudflare user, checked first. */
    changeEmail: {
      request: v.object({ signInId: signInIdSchema, email: text }),
      answer: signInSchema,
    },
    /** Another key of the same Cloudflare user, checked first. What was paused goes on. */
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
