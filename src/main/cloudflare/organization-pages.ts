/** Reads the list of the organizations or accounts available to a sign-in, page by page. */
import { failed, success, type Result } from '../../shared/result';
import type { EntryKind } from '../../shared/organization';
import { explainForbidden } from './forbidden';
import type { Cloudflare } from './client';
import type { Authorizer, ListingPage, RequestOptions } from './types';

/** Maximum number of pages. With 1,000 organizations per page no real list comes close. */
const MAX_PAGES = 1_000;

/** Options of the requests. */
export interface PagesOptions extends RequestOptions {
  /** The token of the page to start with. Default: the first page. */
  from?: string | null;
}

/**
 * Requests the pages of the list in order. Fails with `organizations.not-enabled` or `accounts.not-listed` if
 * Cloudflare refuses the list although the sign-in works, and with `cloudflare.unreadable` if the list does not end
 * (a page token repeats).
 *
 * @param onPage called with each page; returns whether to request the next one
 */
export async function organizationPages(
  cloudflare: Cloudflare,
  auth: Authorizer,
  kind: EntryKind,
  onPage: (page: ListingPage) => boolean | Promise<boolean>,
  { from = null, ...options }: PagesOptions = {},
): Promise<Result<null>> {
  const tokens = new Set<string>();
  let token = from;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await cloudflare.list(auth, kind, token, options);
    if (!answer.ok) {
      const { failure } = answer;
      const explained = await explainForbidden(cloudflare, auth, failure, kind, options, 'list');
      return { ok: false, failure: explained };
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
