/** The organizations a sign-in can see, page after page, or all of them at once. */
import { failed, success, type Outcome } from '../../shared/failure';
import { explainForbidden, isForbidden } from './forbidden';
import type { Authorization, Cloudflare, RemoteOrganization, RequestOptions } from './types';

/** Most pages asked for; at 1,000 organizations a page nobody comes near. */
const MAX_PAGES = 1_000;

/**
 * Asks for the pages of the list in order. A list that repeats a page token would never end, so it
 * counts as unreadable. A refusal with a working sign-in is `organizations.not-enabled`.
 *
 * @param onPage gets each page; its answer says whether to ask for the next one
 */
export async function organizationPages(
  cloudflare: Cloudflare,
  auth: Authorization,
  onPage: (organizations: RemoteOrganization[]) => boolean,
  options?: RequestOptions,
): Promise<Outcome<null>> {
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
    const goOn = onPage(answer.value.value.organizations);
    token = answer.value.value.nextPageToken;
    if (token === null || !goOn) return success(null);
    if (tokens.has(token)) break;
    tokens.add(token);
  }
  return failed('cloudflare.unreadable');
}

/** Lists all organizations, each once, in Cloudflare's order. Fails as `organizationPages` does. */
export async function allOrganizations(
  cloudflare: Cloudflare,
  auth: Authorization,
  options?: RequestOptions,
): Promise<Outcome<RemoteOrganization[]>> {
  const found = new Map<string, RemoteOrganization>();
  const take = (page: RemoteOrganization[]): boolean => {
    for (const one of page) if (!found.has(one.id)) found.set(one.id, one);
    return true;
  };
  const pages = await organizationPages(cloudflare, auth, take, options);
  return pages.ok ? success([...found.values()]) : pages;
}
