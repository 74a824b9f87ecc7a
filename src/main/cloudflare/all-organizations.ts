/** Every organization a sign-in can see: all pages of the list. */
import { failed, success, type Outcome } from '../../shared/failure';
import { explainForbidden, isForbidden } from './forbidden';
import type { Authorization, Cloudflare, RemoteOrganization, RequestOptions } from './types';

/** Most pages asked for; at 1,000 organizations a page nobody comes near. */
const MAX_PAGES = 1_000;

/**
 * Lists all organizations, each once, in Cloudflare's order. A list that repeats a page token would
 * never end, so it counts as unreadable. A refusal with a working sign-in is `organizations.not-enabled`.
 */
export async function allOrganizations(
  cloudflare: Cloudflare,
  auth: Authorization,
  options?: RequestOptions,
): Promise<Outcome<RemoteOrganization[]>> {
  const found = new Map<string, RemoteOrganization>();
  const tokens = new Set<string>();
  let token: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await cloudflare.organizations(auth, token, options);
    if (!answer.ok) {
      if (!isForbidden(answer.failure)) return answer;
      const about = 'organizations.not-enabled';
      const failure = await explainForbidden(cloudflare, auth, answer.failure, options, about);
      return { ok: false, failure };
    }
    for (const one of answer.value.value.organizations) {
      if (!found.has(one.id)) found.set(one.id, one);
    }
    token = answer.value.value.nextPageToken;
    if (token === null) return success([...found.values()]);
    if (tokens.has(token)) break;
    tokens.add(token);
  }
  return failed('cloudflare.unreadable');
}
