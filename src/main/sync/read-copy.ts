/** Reading Cloudflare's copy of a profile, where "not found" is told apart: no profile, or no organization. */
import type { Notice, Outcome } from '../../shared/failure';
import { success } from '../../shared/failure';
import { EMPTY_PROFILE, type Profile } from '../../shared/profile';
import type { Authorization, Cloudflare, RequestOptions } from '../cloudflare/types';

/** Cloudflare's copy. */
export interface Copy {
  /** Whether there is a profile; without one the fields are five empty texts. */
  exists: boolean;
  fields: Profile;
  /** Fields we do not know, to be sent back. */
  extra: Record<string, unknown>;
  messages: Notice[];
  /** When it was read, ms since the epoch. */
  at: number;
}

/**
 * Reads the copy. A 404 asks for the organization itself: only if that is there, there is no profile.
 * Fails as the requests do; an organization that is unknown fails with `organization.not-found`.
 */
export async function readCopy(
  cloudflare: Cloudflare,
  auth: Authorization,
  organizationId: string,
  now: () => number,
  options: RequestOptions,
): Promise<Outcome<Copy>> {
  const profile = await cloudflare.readProfile(auth, organizationId, options);
  const at = now();
  if (profile.ok) {
    const { value, messages } = profile.value;
    return success({ exists: true, ...value, messages, at });
  }
  if (profile.failure.code !== 'organization.not-found') return profile;
  const organization = await cloudflare.organization(auth, organizationId, options);
  if (!organization.ok) return organization;
  const { messages } = organization.value;
  return success({ exists: false, fields: { ...EMPTY_PROFILE }, extra: {}, messages, at });
}
