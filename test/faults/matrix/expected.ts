/** What a send must come to under every fault of the stand-in: one entry per fault, by what was asked. */
import type { FailureCode } from '../../../src/shared/failure';
import type { FaultMode } from '../../standin/index';

/** What a request asks for: Cloudflare's copy (or whether there is one), the write, whose sign-in it is. */
export type Asked = 'copy' | 'write' | 'user';

/** The code a change must carry afterwards; `fine`: the fault is none. */
type End = FailureCode | 'fine';

const issue = 'cloudflare.trouble';
const unreadable = 'cloudflare.unreadable';
const limited = 'cloudflare.rate-limited';

/** A single end is that of every request that the fault strikes. */
const ENDS: Record<FaultMode, End | Partial<Record<Asked, End>>> = {
  '502-branded-html': issue,
  '502-nginx-html': issue,
  '503-text': issue,
  '504-text': issue,
  '500-empty': issue,
  '520-html': issue,
  '525-html': issue,
  '200-html': issue,
  '200-portal-html': 'network.intercepted',
  '200-success-false': unreadable,
  // A write that says it worked and did not is noticed by reading back.
  '200-result-null': { copy: unreadable, write: 'profile.stored-differently', user: unreadable },
  'truncated-json': unreadable,
  'cut-body': 'network.interrupted',
  'stalled-body': 'network.timed-out',
  'stalled-headers': 'network.timed-out',
  reset: 'network.interrupted',
  'redirect-307': 'network.redirected',
  'put-reply-lost': 'network.interrupted',
  'put-reply-stalled': 'network.timed-out',
  'put-applied-502': issue,
  '429-retry-300': limited,
  '429-retry-1': limited,
  '429-retry-0': limited,
  '429-no-retry': limited,
  '403-9103': 'sign-in.unknown',
  // Whose fault it is says `GET /user`: with a living sign-in only this organization is out of reach.
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
  '400-9106': 'sign-in.missing',
  'validation-error': 'profile.refused',
  // A write that was refused was refused, also with reasons nobody can read.
  'odd-errors-object': { copy: unreadable, write: 'profile.refused', user: unreadable },
  'odd-errors-entries': { copy: unreadable, write: 'profile.refused', user: unreadable },
  'stores-differently': 'profile.stored-differently',
  'success-messages': { copy: 'fine', write: 'fine', user: 'organization.forbidden' },
};

/** What a send must come to. Throws for a fault that has no entry yet. */
export function endOf(mode: FaultMode, asked: Asked): End {
  const ends: (typeof ENDS)[FaultMode] | undefined = ENDS[mode];
  const end = typeof ends === 'string' ? ends : ends?.[asked];
  if (!end) throw new Error(`Nobody has said yet what "${mode}" must come to at: ${asked}`);
  return end;
}

/** How a change with this failure must stand in the database. */
export function stateOf(code: FailureCode): 'waiting' | 'paused' | 'differs' | 'refused' {
  if (/^(network|cloudflare)\./.test(code)) return 'waiting';
  if (code === 'profile.stored-differently') return 'differs';
  return code.startsWith('sign-in.') ? 'paused' : 'refused';
}

/** Faults whose write is applied although it was not answered: writing it again would be one too many. */
export const APPLIED: ReadonlySet<FaultMode> = new Set<FaultMode>([
  'put-reply-lost',
  'put-reply-stalled',
  'put-applied-502',
  'success-messages',
]);
