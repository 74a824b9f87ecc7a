/**
 * The catalogue of failures: every way a call can fail, by code. A failure is a value; no exception
 * crosses from one module to another. The sentences for each code are in messages/describe-failure.ts.
 */
import * as v from 'valibot';
import { MAX_NAME_LENGTH, MAX_NOTICE_LENGTH, MAX_NOTICES, shortTextSchema } from './limits';
import { fieldNameSchema } from './profile';

/**
 * Every failure code, and how the app recovers from it:
 * - `automatic`: it tries again later. A change waits until then.
 * - `sign-in`: the sign-in must work again. Until then, all its changes are paused.
 * - `user`: the person must do something, for example decide about the organization.
 */
export const FAILURES = {
  // Between this computer and Cloudflare
  'network.unreachable': 'automatic',
  'network.interrupted': 'automatic',
  'network.timed-out': 'automatic',
  'network.intercepted': 'automatic',
  'network.certificate': 'automatic',
  'network.proxy-sign-in': 'automatic',
  'network.redirected': 'automatic',
  // Cloudflare's own answers
  'cloudflare.unavailable': 'automatic',
  'cloudflare.unreadable': 'automatic',
  'cloudflare.rate-limited': 'automatic',
  // The sign-in
  'sign-in.unknown': 'sign-in',
  'sign-in.malformed': 'sign-in',
  'sign-in.malformed-key': 'sign-in',
  'sign-in.malformed-email': 'sign-in',
  'sign-in.not-received': 'sign-in',
  'sign-in.not-permitted': 'sign-in',
  'sign-in.refused': 'sign-in',
  'sign-in.not-found': 'sign-in',
  'sign-in.read-only': 'sign-in',
  'sign-in.wrong-kind': 'user',
  'sign-in.invalid-input': 'user',
  'sign-in.in-use': 'user',
  'sign-in.other-user': 'user',
  'sign-in.not-confirmed': 'user',
  'sign-in.confirm-later': 'user',
  'sign-in.forgotten': 'user',
  // The API token of a sign-in
  'token.malformed': 'sign-in',
  'token.unknown': 'sign-in',
  'token.disabled': 'sign-in',
  'token.expired': 'sign-in',
  'token.refused': 'sign-in',
  // Accounts, organizations and profiles
  'accounts.not-listed': 'user',
  'account.invalid-id': 'user',
  'account.not-found': 'user',
  'account.forbidden': 'user',
  'organizations.not-enabled': 'user',
  'organization.invalid-id': 'user',
  'organization.not-found': 'user',
  'organization.forbidden': 'user',
  'organization.already-added': 'user',
  'organization.not-saved-here': 'user',
  'profile.gone': 'user',
  'profile.refused': 'user',
  'profile.stored-differently': 'user',
  'profile.empty-kept': 'user',
  'profile.conflict': 'user',
  'profile.just-saved': 'automatic',
  'profile.too-long': 'user',
  'change.not-found': 'user',
  'change.outdated': 'user',
  'change.replaced': 'user',
  'change.remote-kept': 'user',
  'change.needs-keychain': 'user',
  'draft.exists': 'user',
  'revision.not-found': 'user',
  'selection.too-many': 'user',
  'table.outdated': 'user',
  'table.too-many-cells': 'user',
  'cells.do-not-fit': 'user',
  'cells.unread': 'user',
  'review.outdated': 'user',
  'batch.not-found': 'user',
  'batch.too-large': 'user',
  'batch.too-many': 'user',
  'removal.outdated': 'user',
  'save.not-found': 'user',
  'save.not-ended': 'user',
  'save.canceled': 'user',
  'file.unreadable': 'user',
  'file.unwritable': 'user',
  'file.too-large': 'user',
  'file.none': 'user',
  'file.changed': 'user',
  'file.gone': 'user',
  'file.not-opened': 'user',
  'export.text-too-long': 'user',
  'export.too-many-rows': 'user',
  'import.damaged': 'user',
  'import.unknown-format': 'user',
  'import.encoding': 'user',
  'import.empty': 'user',
  'import.no-table': 'user',
  'import.outdated': 'user',
  'import.unread': 'user',
  'import.too-many-rows': 'user',
  'import.row-too-long': 'user',
  'import.timed-out': 'user',
  'import.too-much-memory': 'user',
  'import.broken-off': 'user',
  'import.nonsense': 'user',
  // The computer's keychain
  'keychain.unavailable': 'sign-in',
  'keychain.locked': 'sign-in',
  'keychain.lost': 'sign-in',
  'keychain.timed-out': 'sign-in',
  'keychain.not-stored': 'sign-in',
  'keychain.invalid-value': 'user',
  'keychain.full': 'user',
  // The database on this computer
  'database.busy': 'automatic',
  'database.full': 'automatic',
  'database.read-only': 'user',
  'database.io': 'automatic',
  'database.moved': 'user',
  'database.damaged': 'user',
  'database.newer': 'user',
  // New versions of Letterhead
  'updates.unreachable': 'automatic',
  'updates.unreadable': 'automatic',
  'updates.wrong-hash': 'automatic',
  'updates.wrong-signature': 'automatic',
  'updates.not-saved': 'automatic',
  'updates.not-installed': 'automatic',
  'updates.not-ready': 'user',
  // Letterhead itself
  'gate.untrusted-sender': 'user',
  'gate.malformed': 'user',
  'app.unexpected': 'automatic',
  'app.stopping': 'automatic',
} as const;

/** A code of the catalogue. */
export type FailureCode = keyof typeof FAILURES;

/** How the app recovers from a failure; see `FAILURES`. */
export type Recovery = 'automatic' | 'sign-in' | 'user';

/** Whether Cloudflare answered that an entry, or its profile, does not exist. */
export function isNotFound({ code }: Failure): boolean {
  return code === 'organization.not-found' || code === 'account.not-found';
}

/** Whether the keychain itself is the cause, so that every sign-in has this failure, and none once one of them works. */
export function isOfWholeKeychain({ code }: Failure): boolean {
  return (
    code === 'keychain.locked' || code === 'keychain.unavailable' || code === 'keychain.timed-out'
  );
}

/** How the app recovers from this failure; see `FAILURES`. */
export function recoveryOf(code: FailureCode): Recovery {
  return FAILURES[code];
}

const codes = Object.keys(FAILURES) as [FailureCode, ...FailureCode[]];

/** Schema of a failure code. */
export const failureCodeSchema = v.picklist(codes);

const noticeText = v.pipe(v.string(), v.maxLength(MAX_NOTICE_LENGTH));

/** Schema of an item of Cloudflare's `errors` or `messages`, reduced to what may be shown. */
export const noticeSchema = v.object({
  code: v.nullable(v.number()),
  message: noticeText,
  /** The profile field it points at (`source.pointer`, such as `/business_email`), or null. */
  field: v.nullable(fieldNameSchema),
  /** A page on developers.cloudflare.com, or null. Other URLs are dropped when parsed. */
  link: v.nullable(noticeText),
});

/** An item of Cloudflare's `errors` or `messages`. */
export type CloudflareNotice = v.InferOutput<typeof noticeSchema>;

/** Schema of Cloudflare's `errors` or `messages`. */
export const noticesSchema = v.pipe(v.array(noticeSchema), v.maxLength(MAX_NOTICES));

/** Schema of a failure. */
export const failureSchema = v.object({
  code: failureCodeSchema,
  /** HTTP status of the answer, if any. */
  status: v.optional(v.number()),
  /** The ray id of the answer, if any. Cloudflare's support asks for it. */
  ray: v.optional(shortTextSchema),
  /** When the app continues, ms since the epoch (rate limit, `profile.just-saved`). */
  retryAt: v.optional(v.number()),
  /** Only `profile.just-saved`: the name of the entry through which the same profile was saved. */
  through: v.optional(v.pipe(v.string(), v.maxLength(MAX_NAME_LENGTH))),
  /** Only in answers to the call `csv.import`: the name of the file. */
  file: v.optional(shortTextSchema),
  /** Cloudflare's `errors`. */
  errors: v.optional(noticesSchema),
  /** Cloudflare's `messages`. */
  messages: v.optional(noticesSchema),
});

/** A failure: its code and what is known about it. Never contains a secret or a person's text. */
export type Failure = v.InferOutput<typeof failureSchema>;
