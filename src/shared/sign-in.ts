/**
 * A sign-in: an account email with its Global API Key. Declares what the window may know about it (never the
 * key), and checks a pasted key and a typed email before they are sent anywhere.
 */
import * as v from 'valibot';
import { failureSchema } from './failure';
import { MAX_LABEL, MAX_SMALL_LIST, shortTextSchema } from './limits';

/** States of a sign-in's key. `storing` and `removing` are resumed after a crash. */
export const SIGN_IN_STATES = ['storing', 'stored', 'session-only', 'removing'] as const;

/** Schema of a sign-in's id: 16 hex characters that we make; also its account name in the keychain. */
export const signInIdSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));

/** Schema of the name of a sign-in. */
export const signInLabelSchema = v.pipe(v.string(), v.maxLength(MAX_LABEL));

/** Schema of a sign-in as the window knows it. */
export const signInSchema = v.object({
  id: signInIdSchema,
  label: signInLabelSchema,
  email: shortTextSchema,
  state: v.picklist(SIGN_IN_STATES),
  /** When it was last checked with Cloudflare or the keychain, ms since the epoch, or null. */
  checkedAt: v.nullable(v.number()),
  /** What is wrong with it, or null while it works. */
  issue: v.nullable(failureSchema),
  /** Since when it has not worked, ms since the epoch, or null. */
  issueSince: v.nullable(v.number()),
  /** How many saved organizations use it. */
  organizations: v.number(),
  /** How many pending changes will be sent with it, including paused ones. */
  waiting: v.number(),
  /** How many pending changes are paused until it works again. */
  paused: v.number(),
});

/** Schema of all sign-ins. */
export const signInsSchema = v.pipe(v.array(signInSchema), v.maxLength(MAX_SMALL_LIST));

/** A sign-in as the window knows it. */
export type SignIn = v.InferOutput<typeof signInSchema>;

/** What can be wrong with a text in the key field; each has a sentence in messages/. */
export type KeyProblem = 'empty' | 'api-token' | 'organization-id' | 'non-latin' | 'unusual-shape';

/** A pasted key: the text to use, and what was noticed about it. */
export interface ParsedKey {
  /** The text without spaces, line breaks and a leading "Bearer". */
  key: string;
  /** Whether something was removed. The window then says so. */
  cleaned: boolean;
  /** What is wrong, or null. */
  problem: KeyProblem | null;
  /** Whether the problem prevents sending. An unusual shape only warns. */
  blocks: boolean;
}

/**
 * Reads a pasted Global API Key. Shapes: 37 lowercase hex characters, or `cfk_` and more; an API
 * token has 40 characters or begins `cfut_` / `cfat_` (Cloudflare: fundamentals, token formats).
 */
export function parseKey(typed: string): ParsedKey {
  const key = typed.replace(/^\s*bearer(?=\s)/i, '').replace(/[\s\u200B-\u200D\u2060\uFEFF]/g, '');
  const cleaned = key !== typed;
  const reading = (problem: KeyProblem | null, blocks: boolean): ParsedKey => ({
    key,
    cleaned,
    problem,
    blocks,
  });
  if (key === '') return reading('empty', true);
  // Characters outside printable ASCII cannot be sent in an HTTP header.
  if (!/^[\x21-\x7e]+$/.test(key)) return reading('non-latin', true);
  if (/^cf[ua]t_/.test(key)) return reading('api-token', true);
  if (/^[0-9a-f]{37}$/.test(key) || /^cfk_[0-9A-Za-z_-]{40,}$/.test(key)) {
    return reading(null, false);
  }
  if (/^[0-9a-f]{32}$/i.test(key)) return reading('organization-id', true);
  if (/^[A-Za-z0-9_-]{40}$/.test(key)) return reading('api-token', true);
  return reading('unusual-shape', false);
}

/** The longest email, in characters (RFC 5321). */
export const MAX_EMAIL = 254;

/** What is wrong with an account email, or null. */
export function emailProblem(typed: string): 'empty' | 'malformed' | null {
  const email = typed.trim();
  if (email === '') return 'empty';
  // Nothing invisible, and short enough to be shown in full: the person confirms it (main/sign-ins/confirm.ts).
  const isValid =
    email.length <= MAX_EMAIL &&
    /^[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+\.[\x21-\x3f\x41-\x7e]+$/.test(email);
  return isValid ? null : 'malformed';
}
