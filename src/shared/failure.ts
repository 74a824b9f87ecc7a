/**
 * The catalogue of failures: every way a call can fail, by code. A failure is a value; no exception
 * crosses from one module to another. The sentences for each code are in messages/describe-failure.ts.
 */
import * as v from 'valibot';
import { fieldNameSchema } from './profile';

/**
 * Every failure code and whether it heals by itself (a change that met it waits and is tried again)
 * or pauses the whole sign-in (`sign-in`), or needs the person for this organization (`person`).
 */
export const FAILURES = {
  // Between this computer and Cloudflare
  'network.unreachable': 'itself',
  'network.interrupted': 'itself',
  'network.timed-out': 'itself',
  'network.intercepted': 'itself',
  'network.certificate': 'itself',
  'network.proxy-sign-in': 'itself',
  'network.redirected': 'itself',
  // Cloudflare's own answers
  'cloudflare.trouble': 'itself',
  'cloudflare.unreadable': 'itself',
  'cloudflare.rate-limited': 'itself',
  // The sign-in
  'sign-in.unknown': 'sign-in',
  'sign-in.malformed': 'sign-in',
  'sign-in.malformed-key': 'sign-in',
  'sign-in.malformed-email': 'sign-in',
  'sign-in.missing': 'sign-in',
  'sign-in.not-permitted': 'sign-in',
  'sign-in.refused': 'sign-in',
  'sign-in.none': 'sign-in',
  'sign-in.input': 'person',
  'sign-in.in-use': 'person',
  'sign-in.other-user': 'person',
  // Organizations and profiles
  'organizations.not-enabled': 'person',
  'organization.invalid-id': 'person',
  'organization.not-found': 'person',
  'organization.forbidden': 'person',
  'organization.already-added': 'person',
  'organization.not-saved-here': 'person',
  'profile.gone': 'person',
  'profile.refused': 'person',
  'profile.stored-differently': 'person',
  'profile.conflict': 'person',
  'profile.unsendable': 'person',
  'change.none': 'person',
  'change.moved-on': 'person',
  'change.replaced': 'person',
  'change.theirs-kept': 'person',
  'draft.exists': 'person',
  'revision.none': 'person',
  'selection.too-many': 'person',
  'bulk.plan-gone': 'person',
  'bulk.none': 'person',
  'bulk.not-over': 'person',
  'file.unreadable': 'person',
  'file.unwritable': 'person',
  'file.too-large': 'person',
  'import.not-csv': 'person',
  'import.encoding': 'person',
  'import.empty': 'person',
  'import.no-id-column': 'person',
  'import.column-twice': 'person',
  // The computer's keychain
  'keychain.unavailable': 'sign-in',
  'keychain.locked': 'sign-in',
  'keychain.lost': 'sign-in',
  'keychain.timed-out': 'sign-in',
  'keychain.not-kept': 'sign-in',
  'keychain.bad-value': 'person',
  // The database on this computer
  'store.busy': 'itself',
  'store.full': 'itself',
  'store.read-only': 'person',
  'store.io': 'itself',
  'store.damaged': 'person',
  'store.newer': 'person',
  // New versions of Letterhead
  'updates.unreachable': 'itself',
  'updates.unreadable': 'itself',
  'updates.wrong-hash': 'itself',
  'updates.wrong-signature': 'itself',
  'updates.not-kept': 'itself',
  'updates.not-installed': 'itself',
  'updates.none': 'person',
  // Letterhead itself
  'gate.foreign': 'person',
  'gate.malformed': 'person',
  'app.unexpected': 'itself',
  'app.stopping': 'itself',
} as const;

/** A code of the catalogue. */
export type FailureCode = keyof typeof FAILURES;

/** Who or what ends a failure. */
export type Recovery = 'itself' | 'sign-in' | 'person';

/** Who or what ends this failure: time, a repaired sign-in, or a decision of the person. */
export function recoveryOf(code: FailureCode): Recovery {
  return FAILURES[code];
}

const codes = Object.keys(FAILURES) as [FailureCode, ...FailureCode[]];

/** Schema of a failure code. */
export const failureCodeSchema = v.picklist(codes);

/** Schema of an item of Cloudflare's `errors` or `messages`, reduced to what may be shown. */
export const noticeSchema = v.object({
  code: v.nullable(v.number()),
  message: v.string(),
  /** The profile field it points at (`source.pointer`, such as `/business_email`), or null. */
  field: v.nullable(fieldNameSchema),
  /** A page on developers.cloudflare.com, or null. Other URLs are dropped when parsed. */
  link: v.nullable(v.string()),
});

/** An item of Cloudflare's `errors` or `messages`. */
export type Notice = v.InferOutput<typeof noticeSchema>;

/** Schema of a failure. */
export const failureSchema = v.object({
  code: failureCodeSchema,
  /** HTTP status of the answer, if any. */
  status: v.optional(v.number()),
  /** Cloudflare's ray id of the answer, if any; their support asks for it. */
  ray: v.optional(v.string()),
  /** When the request may be repeated, ms since the epoch (rate limit). */
  retryAt: v.optional(v.number()),
  /** Cloudflare's `errors`. */
  errors: v.optional(v.array(noticeSchema)),
  /** Cloudflare's `messages`. */
  messages: v.optional(v.array(noticeSchema)),
});

/** A failure: its code and what is known about it. Never contains a secret or a person's text. */
export type Failure = v.InferOutput<typeof failureSchema>;

export { failed, success, type Outcome } from './outcome';
