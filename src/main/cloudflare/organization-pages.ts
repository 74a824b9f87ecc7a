/** The organizations a sign-in can see, page after page. */
import { failed, success, type Outcome } from '../../shared/failure';
import { explainForbidden, isForbidden } from './forbidden';
import type { Authorization, Cloudflare, OrganizationPage, RequestOptions } from './types';

/** Most pages asked for; at 1,000 organizations a page no list comes near. */
const MAX_PAGES = 1_000;

/** Options of asking for pages. */
export interface PagesOptions extends RequestOptions {
  /** The token of the page to begin with; without one, the first page. */
  from?: string | null;
}

/**
 * Asks for the pages of the list in order. A list that repeats a page token would never end, so it
 * counts as unreadable. A refusal with a working sign-in is `organizations.not-enabled`.
 *
 * @param onPage gets each page; its answer says whether to ask for the next one
 */
export async function organizationPages(
  cloudflare: Cloudflare,
  auth: Authorization,
  onPage: (page: OrganizationPage) => boolean | Promise<boolean>,
  { from = null, ...options }: PagesOptions = {},
): Promise<Outcome<null>> {
  const tokens = new Set<string>();
  let token = from;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await cloudflare.organizations(auth, token, options);
    if (!answer.ok) {
      if (!isForbidden(answer.failure)) return answer;
      const about = 'organizations.not-enabled';
      const failure = await explainForbidden(cloudflare, auth, answer.failure, options, about);
      return { ok: false, failure };
    }
    const { value } = answer.value;
    const wantsMore = await onPage(value);
    token = value.nextPageToken;
    if (token === null || !wantsMore) return success(null);
    if (tokens.has(token)) break;
    tokens.add(token);
  }
  return failed('cloudflare.unreadable');
}
