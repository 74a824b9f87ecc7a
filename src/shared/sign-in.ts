/**
 * A sign-in: an account email with its Global API Key, or an API token. Declares what the window may know about it
 * (never the key or token), and checks pasted and typed texts before they are sent anywhere.
 */
import * as v from 'valibot';
import { failureSchema } from './failure';
import { MAX_LABEL, MAX_SMALL_LIST, shortTextSchema } from './limits';

/**
 * Kinds of sign-ins. `key`: email and Global API Key; opens organizations. `token`: an API token limited to
 * accounts; opens the profiles of those accounts and nothing else.
 */
export const SIGN_IN_KINDS = ['key', 'token'] as const;

/** A kind of sign-in; see `SIGN_IN_KINDS`. */
export type SignInKind = (typeof SIGN_IN_KINDS)[number];

/**
 * Why a sign-in is read-only. `chosen`: the person said so. `refused`: Cloudflare refused its first write for want
 * of permission.
 */
export const READ_ONLY_REASONS = ['chosen', 'refused'] as const;

/** Why a sign-in is read-only; see `READ_ONLY_REASONS`. */
export type ReadOnlyReason = (typeof READ_ONLY_REASONS)[number];

/** States of a sign-in's key. `storing` and `removing` are resumed after a crash. */
export const SIGN_IN_STATES = ['storing', 'stored', 'session-only', 'removing'] as const;

/** Schema of a sign-in's id: 16 hex characters that we make; also its account name in the keychain. */
export const signInIdSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));

/** Schema of the name of a sign-in. */
export const signInLabelSchema = v.pipe(v.string(), v.maxLength(MAX_LABEL));

/** Schema of a sign-in as the window knows it. */
export const signInSchema = v.object({
  id: signInIdSchema,
  kind: v.picklist(SIGN_IN_KINDS),
  label: signInLabelSchema,
  /** The account email; `''` for a token. */
  email: shortTextSchema,
  /** Why it is read-only; null if it may write. */
  readOnly: v.nullable(v.picklist(READ_ONLY_REASONS)),
  /** When the token expires, ms since the epoch; null: never, or unknown. */
  expiresAt: v.nullable(v.number()),
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

/** What can be wrong with a text in the key or token field; each has a sentence in messages/. */
export type SecretProblem =
  | 'empty'
  | 'api-token'
  | 'global-key'
  | 'account-token'
  | 'organization-id'
  | 'non-latin'
  | 'unusual-shape';

/** A pasted key or token: the text to use, and what was noticed about it. */
export interface ParsedSecret {
  /** The text without spaces, line breaks and a leading "Bearer". */
  secret: string;
  /** Whether something was removed. The window then says so. */
  cleaned: boolean;
  /** What is wrong, or null. */
  problem: SecretProblem | null;
  /** Whether the problem prevents sending. An unusual shape only warns. */
  blocks: boolean;
}

/** What a secret is by its shape; null if by none. Shapes: Cloudflare fundamentals, token formats. */
function shapeOf(secret: string): 'key' | 'user-token' | 'account-token' | 'id' | null {
  if (/^cfut_/.test(secret)) return 'user-token';
  if (/^cfat_/.test(secret)) return 'account-token';
  if (/^cfk_/.test(secret) || /^[0-9a-f]{37}$/.test(secret)) return 'key';
  if (/^[0-9a-f]{32}$/i.test(secret)) return 'id';
  return /^[A-Za-z0-9_-]{40}$/.test(secret) ? 'user-token' : null;
}

/** What is wrong with a secret of this shape in the field for a kind, or null. */
function problemIn(kind: SignInKind, shape: ReturnType<typeof shapeOf>): SecretProblem | null {
  if (shape === null) return 'unusual-shape';
  if (shape === 'id') return 'organization-id';
  // Account tokens cannot read /user/tokens/verify, and profiles need a token of a user (API reference, account profile).
  if (shape === 'account-token') return 'account-token';
  if (shape === 'user-token') return kind === 'token' ? null : 'api-token';
  return kind === 'key' ? null : 'global-key';
}

/** Reads a pasted Global API Key or API token. */
export function parseSecret(kind: SignInKind, typed: string): ParsedSecret {
  const secret = typed
    .replace(/^\s*bearer(?=\s)/i, '')
    .replace(/[\s\u200B-\u200D\u2060\uFEFF]/g, '');
  const cleaned = secret !== typed;
  const reading = (problem: SecretProblem | null, blocks: boolean): ParsedSecret => ({
    secret,
    cleaned,
    problem,
    blocks,
  });
  if (secret === '') return reading('empty', true);
  // Characters outside printable ASCII cannot be sent in an HTTP header.
  if (!/^[\x21-\x7e]+$/.test(secret)) return reading('non-latin', true);
  // A prefix with too few characters after it.
  const isShort =
    /^cf[a-z]{1,2}_/.test(secret) && !/^cf[a-z]{1,2}_[0-9A-Za-z_-]{40,}$/.test(secret);
  const problem = problemIn(kind, shapeOf(secret));
  if (problem === null && isShort) return reading('unusual-shape', false);
  return reading(problem, problem !== null && problem !== 'unusual-shape');
}

/** What a stored secret is by its shape: a token, or else a key. */
export function kindOfSecret(secret: string): SignInKind {
  const { problem } = parseSecret('key', secret);
  return problem === 'api-token' || problem === 'account-token' ? 'token' : 'key';
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
