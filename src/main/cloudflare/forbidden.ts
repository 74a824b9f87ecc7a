/**
 * Finds out what a refusal means. Cloudflare's answer does not say whether the whole sign-in is refused or only this
 * organization or account. Asking about the sign-in itself tells: `GET /user` works with every valid key, and
 * `GET /user/tokens/verify` with every valid token.
 */
import type { Failure } from '../../shared/failure';
import type { EntryKind } from '../../shared/organization';
import type { Result } from '../../shared/result';
import type { Cloudflare } from './client';
import type { Authorizer, RequestOptions } from './types';

/** What was refused, and the code to use if the sign-in itself works. */
const REFUSALS = {
  organization: { entry: 'organization.forbidden', list: 'organizations.not-enabled' },
  account: { entry: 'account.forbidden', list: 'accounts.not-listed' },
} as const;

const CODES: readonly string[] = [
  ...Object.values(REFUSALS).flatMap((codes) => Object.values(codes)),
  'sign-in.refused',
  'sign-in.not-permitted',
  'token.refused',
];

/** Whether a failure is a refusal that needs an explanation. Cloudflare's error 9103, for example, needs none. */
export function isForbidden({ code, status }: Failure): boolean {
  // A token that expired or was deleted is refused with 401, too.
  return CODES.includes(code) && (status === 403 || (status === 401 && code === 'token.refused'));
}

/** Asks Cloudflare whether a sign-in for this kind of entries works. */
export async function checkAuthorization(
  cloudflare: Cloudflare,
  auth: Authorizer,
  kind: EntryKind,
  options?: RequestOptions,
): Promise<Result<unknown>> {
  return kind === 'account' ? cloudflare.token(auth, options) : cloudflare.user(auth, options);
}

/**
 * Finds out why Cloudflare refused a request about an entry, or about the list of entries.
 * @param kind the kind of the entry or list
 * @returns `failure` with the code for that entry or list if the sign-in works, else what is wrong with the sign-in; a
 *   failure that is no refusal is returned as it is
 */
export async function explainForbidden(
  cloudflare: Cloudflare,
  auth: Authorizer,
  failure: Failure,
  kind: EntryKind,
  options?: RequestOptions,
  what: 'entry' | 'list' = 'entry',
): Promise<Failure> {
  if (!isForbidden(failure)) return failure;
  const checked = await checkAuthorization(cloudflare, auth, kind, options);
  return checked.ok ? { ...failure, code: REFUSALS[kind][what] } : checked.failure;
}
