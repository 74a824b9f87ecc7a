/** How a send must end for every fault of the stand-in, by the kind of request that meets the fault. */
import type { FailureCode } from '../../../src/shared/failure';
import type { SignInKind } from '../../../src/shared/sign-in';
import type { FaultMode } from '../../standin/index';

/**
 * The kind of request: `copy` reads the profile or checks that the organization or account exists, `write` is the
 * PUT, and `sign-in` checks whether the sign-in works.
 */
export type Asked = 'copy' | 'write' | 'sign-in';

/** The failure code of the change after the fault; `fine`: the fault does no harm. */
type End = FailureCode | 'fine';

const problem = 'cloudflare.unavailable';
const unreadable = 'cloudflare.unreadable';
const limited = 'cloudflare.rate-limited';

/** A single code applies to every kind of request. */
type Ends = End | Partial<Record<Asked, End>>;

/** By fault, with a key. */
const ENDS: Record<FaultMode, Ends> = {
  '502-branded-html': problem,
  '502-nginx-html': problem,
  '503-text': problem,
  '504-text': problem,
  '500-empty': problem,
  '520-html': problem,
  '525-html': problem,
  '502-problem': problem,
  '403-problem-1020': problem,
  '200-html': problem,
  '200-portal-html': 'network.intercepted',
  '200-success-false': unreadable,
  // A write that claims success without taking effect is noticed by reading back.
  '200-result-null': {
    copy: unreadable,
    write: 'profile.stored-differently',
    'sign-in': unreadable,
  },
  'truncated-json': unreadable,
  'cut-body': 'network.interrupted',
  'stalled-body': 'network.timed-out',
  'stalled-headers': 'network.timed-out',
  reset: 'network.interrupted',
  'redirect-307': 'network.redirected',
  'put-reply-lost': 'network.interrupted',
  'put-reply-stalled': 'network.timed-out',
  'put-applied-502': problem,
  '429-retry-300': limited,
  '429-retry-1': limited,
  '429-retry-0': limited,
  '429-no-retry': limited,
  '403-9103': 'sign-in.unknown',
  // `GET /user` decides: if the sign-in works, only this organization is inaccessible.
  '403-10000': {
    copy: 'organization.forbidden',
    write: 'organization.forbidden',
    'sign-in': 'sign-in.refused',
  },
  '403-10000-forbidden': {
    copy: 'organization.forbidden',
    write: 'organization.forbidden',
    'sign-in': 'sign-in.refused',
  },
  '403-9109': {
    copy: 'organization.forbidden',
    write: 'organization.forbidden',
    'sign-in': 'sign-in.not-permitted',
  },
  '400-6003': 'sign-in.malformed',
  '400-9106': 'sign-in.not-received',
  'validation-error': 'profile.refused',
  // A refused write counts as refused, even if the reason cannot be read.
  'odd-errors-object': { copy: unreadable, write: 'profile.refused', 'sign-in': unreadable },
  'odd-errors-entries': { copy: unreadable, write: 'profile.refused', 'sign-in': unreadable },
  'stores-differently': 'profile.stored-differently',
  'success-messages': { copy: 'fine', write: 'fine', 'sign-in': 'organization.forbidden' },
};

/** Refused with a token: the check of the token decides. A token that works and may read may not write. */
const tokenRefused: Ends = {
  copy: 'account.forbidden',
  write: 'sign-in.read-only',
  'sign-in': 'token.refused',
};

/** By fault, where a token ends differently. */
const ENDS_WITH_TOKEN: Partial<Record<FaultMode, Ends>> = {
  '403-10000': tokenRefused,
  '403-10000-forbidden': tokenRefused,
  '403-9109': tokenRefused,
  '400-6003': 'token.malformed',
  'success-messages': { copy: 'fine', write: 'fine', 'sign-in': 'account.forbidden' },
};

/** How a send must end. Throws if there is no entry for the fault. */
export function endOf(mode: FaultMode, asked: Asked, kind: SignInKind): End {
  const ends: Ends | undefined =
    (kind === 'token' ? ENDS_WITH_TOKEN[mode] : undefined) ?? ENDS[mode];
  const end = typeof ends === 'string' ? ends : ends?.[asked];
  if (!end) throw new Error(`No expected end for "${mode}" at: ${asked}`);
  return end;
}

/** The state that a change with this failure has in the database. */
export function stateOf(code: FailureCode): 'waiting' | 'paused' | 'differs' | 'refused' {
  if (/^(network|cloudflare)\./.test(code)) return 'waiting';
  if (code === 'profile.stored-differently') return 'differs';
  return /^(sign-in|token)\./.test(code) ? 'paused' : 'refused';
}

/** Faults after which Cloudflare has the write although its response does not say so: the app must not repeat it. */
export const APPLIED: ReadonlySet<FaultMode> = new Set<FaultMode>([
  'put-reply-lost',
  'put-reply-stalled',
  'put-applied-502',
  'success-messages',
]);
