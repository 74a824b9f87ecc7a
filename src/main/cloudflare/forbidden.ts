/**
 * Finds out what a 403 means. Cloudflare's answer does not say whether the whole sign-in is refused or only this
 * organization. A `GET /user` tells, because it works with every valid sign-in.
 */
import type { Failure } from '../../shared/failure';
import type { Authorizer, Cloudflare, RequestOptions } from './types';

/** Whether a failure is a 403 that `GET /user` can explain. Cloudflare's error 9103 needs no explanation. */
export function isForbidden({ code, status }: Failure): boolean {
  return (
    status === 403 &&
    (code === 'organization.forbidden' ||
      code === 'organizations.not-enabled' ||
      code === 'sign-in.refused' ||
      code === 'sign-in.not-permitted')
  );
}

/**
 * Finds out what a 403 for an organization, or for the list, means.
 * @param about the code to use if the sign-in works
 * @returns `failure` with the code `about` if the sign-in works, else the failure of `GET /user`
 */
export async function explainForbidden(
  cloudflare: Cloudflare,
  auth: Authorizer,
  failure: Failure,
  options?: RequestOptions,
  about: 'organization.forbidden' | 'organizations.not-enabled' = 'organization.forbidden',
): Promise<Failure> {
  const user = await cloudflare.user(auth, options);
  return user.ok ? { ...failure, code: about } : user.failure;
}
