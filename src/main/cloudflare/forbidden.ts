/**
 * What a refusal means. Cloudflare's 403 says neither whether the sign-in is dead nor whether only this
 * organization is out of reach, so `GET /user` is asked once: it works with every living sign-in.
 */
import type { Failure } from '../../shared/failure';
import type { Authorization, Cloudflare, RequestOptions } from './types';

/** Whether a failure is a refusal that `GET /user` can explain. 9103 needs no explanation. */
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
 * Explains a refusal about an organization (or, with `about`, about the list): the failure of the
 * sign-in if it is dead, the given code if it works, and what stopped us if we could not find out.
 */
export async function explainForbidden(
  cloudflare: Cloudflare,
  auth: Authorization,
  failure: Failure,
  options?: RequestOptions,
  about: 'organization.forbidden' | 'organizations.not-enabled' = 'organization.forbidden',
): Promise<Failure> {
  const user = await cloudflare.user(auth, options);
  return user.ok ? { ...failure, code: about } : user.failure;
}
