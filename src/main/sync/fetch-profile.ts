/** Fetches Cloudflare's copy of a profile: for a send, an open page, or the reading queue. */
import { isNotFound, type Failure, type CloudflareNotice } from '../../shared/failure';
import { failed, success, type Result } from '../../shared/result';
import type { RemoteCopy } from '../changes';
import type { Authorizer, EntryRef, RemoteProfile, RequestOptions } from '../cloudflare';
import type { Database } from '../database';
import type { SyncDependencies } from './dependencies';

/** A copy read from Cloudflare. */
export interface FetchedCopy {
  copy: RemoteCopy;
  /** Fields the app does not know. A write must send them back. */
  extra: Record<string, unknown>;
  messages: CloudflareNotice[];
  /** When its answer came, ms since the epoch. */
  at: number;
  /** When its request left, in ms of the monotonic clock. Its age counts from here: it may be on its way for long. */
  sentAt: number;
}

/** Whether the answer lacks a field for which we have a text. Then the field must not be taken as empty. */
function lacksKnownText(
  database: Database,
  entryId: string,
  { missing = [] }: RemoteProfile,
): Result<boolean> {
  if (missing.length === 0) return success(false);
  return database.read(({ profiles, outbox, abandoned }) => {
    const saved = profiles.get(entryId)?.fields;
    const change = outbox.get(entryId);
    // Texts that an abandoned write may have stored count, too.
    const abandonedTexts = abandoned.get(entryId);
    return missing.some((field) =>
      [
        saved?.[field],
        change?.attempted[field],
        change?.patch[field]?.base,
        abandonedTexts[field],
      ].some(Boolean),
    );
  });
}

/**
 * Fetches the copy. After a 404 it also fetches the organization or account itself. If that exists, it has no
 * profile (`none`). Fails if a request fails, with `organization.not-found` or `account.not-found` if it does not
 * exist, and with `cloudflare.unreadable` if the answer lacks a field for which we have a text.
 */
export async function fetchCopy(
  deps: Pick<SyncDependencies, 'cloudflare' | 'database' | 'now' | 'elapsed'>,
  auth: Authorizer,
  entry: EntryRef,
  options: RequestOptions,
): Promise<Result<FetchedCopy>> {
  const { cloudflare, database, now } = deps;
  let sentAt = deps.elapsed();
  const onSent = (time: number): void => void (sentAt = time);
  const profile = await cloudflare.readProfile(auth, entry, { ...options, onSent });
  const at = now();
  if (profile.ok) {
    const { value, messages } = profile.value;
    const lacksText = lacksKnownText(database, entry.id, value);
    if (!lacksText.ok) return lacksText;
    if (lacksText.value) return failed('cloudflare.unreadable');
    return success({ copy: value.fields, extra: value.extra, messages, at, sentAt });
  }
  if (!isNotFound(profile.failure)) return profile;
  const organization = await cloudflare.entry(auth, entry, options);
  if (!organization.ok) return organization;
  const { messages } = organization.value;
  return success({ copy: 'none', extra: {}, messages, at, sentAt });
}

/** The failure when Cloudflare has no profile although one was saved. */
export const PROFILE_GONE: Failure = { code: 'profile.gone', status: 404 };
