/**
 * The routes of Cloudflare's API for each kind of entry. An organization's routes take email and Global API Key, an
 * account's an API token (API reference, "Update organization profile" and "Update account profile").
 */
import type { EntryKind } from '../../shared/organization';
import type { EntryRef } from './types';

/** Most items per page of a list. The list of accounts allows 50 (API reference, "List accounts"). */
export const PAGE_SIZES = { organization: 1_000, account: 50 } as const satisfies Record<
  EntryKind,
  number
>;

/** The path of an entry itself. */
export function entryPath({ kind, id }: EntryRef): string {
  return kind === 'account' ? `/accounts/${id}` : `/organizations/${id}`;
}

/** The path of the profile of an entry. */
export function profilePath(entry: EntryRef): string {
  return `${entryPath(entry)}/profile`;
}

/**
 * The path of a page of the list of entries.
 * @param pageToken what the page before returned; null for the first page. Accounts have page numbers.
 */
export function listPath(kind: EntryKind, pageToken: string | null, pageSize: number): string {
  if (kind === 'account') return `/accounts?page=${pageToken ?? '1'}&per_page=${pageSize}`;
  const query = new URLSearchParams({ page_size: String(pageSize) });
  if (pageToken !== null) query.set('page_token', pageToken);
  return `/organizations?${query.toString()}`;
}
