/** How a send must end for every fault of the stand-in, by the kind of request that meets the fault. */
import type { FailureCode } from '../../../src/shared/failure';
import type { FaultMode } from '../../standin/index';

/**
 * The kind of request: `copy` reads the profile or checks that the organization exists, `write` is the PUT, and
 * `user` checks whether the sign-in works.
 */
export type Asked = 'copy' | 'write' | 'user';

/** The failure code of the change after the fault; `fine`: the fault does no harm. */
type End = FailureCode | 'fine';

const problem = 'cloudflare.unavailable';
const unreadable = 'cloudflare.unreadable';
const limited = 'cloudflare.rate-limited';

/** By fault. A single code applies to every kind of request. */
const ENDS: Record<FaultMode, End | Partial<Record<Asked, End>>> = {
  '502-branded-html': problem,
  '502-nginx-html': problem,
  '503-text': problem,
  '504-text': problem,
  '500-empty': problem,
  '520-html': problem,
  '525-html': problem,
  '200-html': problem,
  '200-portal-html': 'network.intercepted',
  '200-success-false': unreadable,
  // A write that claims success without taking effect is noticed by reading back.
  '200-result-null': { copy: unreadable, write: 'profile.stored-differently', user: unreadable },
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
    user: 'sign-in.refused',
  },
  '403-9109': {
    copy: 'organization.forbidden',
    write: 'organization.forbidden',
    user: 'sign-in.not-permitted',
  },
  '400-6003': 'sign-in.malformed',
  '400-9106': 'sign-in.not-received',
  'validation-error': 'profile.refused',
  // A refused write counts as refused, even if the reason cannot be read.
  'odd-errors-object': { copy: unreadable, write: 'profile.refused', user: unreadable },
  'odd-errors-entries': { copy: unreadable, write: 'profile.refused', user: unreadable },
  'stores-differently': 'profile.stored-differently',
  'success-messages': { copy: 'fine', write: 'fine', user: 'organization.forbidden' },
};

/** How a send must end. Throws if there is no entry for the fault. */
export function endOf(mode: FaultMode, asked: Asked): End {
  const ends: (typeof ENDS)[FaultMode] | undefined = ENDS[mode];
  const end = typeof ends === 'string' ? ends : ends?.[asked];
  if (!end) throw new Error(`No expected end for "${mode}" at: ${asked}`);
  return end;
}

/** The state that a change with this failure has in the database. */
export function stateOf(code: FailureCode): 'waiting' | 'paused' | 'differs' | 'refused' {
  if (/^(network|cloudflare)\./.test(code)) return 'waiting';
  if (code === 'profile.stored-differently') return 'differs';
  return code.startsWith('sign-in.') ? 'paused' : 'refused';
}

/** Faults after which Cloudflare has the write although its response does not say so: the app must not repeat it. */
export const APPLIED: ReadonlySet<FaultMode> = new Set<FaultMode>([
  'put-reply-lost',
  'put-reply-stalled',
  'put-applied-502',
  'success-messages',
]);
