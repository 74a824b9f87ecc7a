/**
 * Schemas of Cloudflare's answers (Cloudflare API reference, /user and /organizations). Tolerant where
 * Cloudflare is known to vary, strict where a wrong guess could blank a profile.
 */
import * as v from 'valibot';
import { MAX_EXTRA_LENGTH, MAX_NAME_LENGTH, shortTextSchema } from '../../shared/limits';
import { entryIdSchema, type ListedEntry } from '../../shared/organization';
import { FIELD_NAMES, fieldNamesSchema, fieldTextSchema, isFieldName } from '../../shared/profile';
import { isObject } from './notices';
import type { EntryRef, ListingPage, RemoteProfile, TokenStatus } from './types';

const plainObject = v.custom<Record<string, unknown>>(isObject);

/** A text. Null or missing becomes empty. */
const text = v.nullish(v.string(), '');

/** The text of a field. An answer with a longer one is unreadable, because a part of a text must never be sent. */
const fieldText = v.nullish(fieldTextSchema, '');

/** The envelope around every answer with a body. notices.ts parses `errors` and `messages`. */
export const envelopeSchema = v.pipe(
  plainObject,
  v.object({
    success: v.boolean(),
    errors: v.optional(v.unknown()),
    messages: v.optional(v.unknown()),
    result: v.optional(v.unknown()),
    result_info: v.optional(v.unknown()),
  }),
);

/** The envelope of an answer. */
export type Envelope = v.InferOutput<typeof envelopeSchema>;

const profile = v.pipe(
  plainObject,
  // Split before valibot copies the object, because its copy drops a key named "__proto__".
  v.transform((all) => ({
    fields: all,
    missing: FIELD_NAMES.filter((field) => !(field in all)),
    extra: Object.fromEntries(Object.entries(all).filter(([key]) => !isFieldName(key))),
  })),
  v.object({
    fields: v.object({
      business_name: fieldText,
      business_email: fieldText,
      business_phone: fieldText,
      business_address: fieldText,
      external_metadata: fieldText,
    }),
    missing: fieldNamesSchema,
    extra: v.pipe(
      plainObject,
      v.check((extra) => JSON.stringify(extra).length <= MAX_EXTRA_LENGTH),
    ),
  }),
);

const user = v.pipe(
  plainObject,
  v.object({ id: v.pipe(shortTextSchema, v.minLength(1)), email: v.nullish(shortTextSchema, '') }),
);

const token = v.pipe(
  plainObject,
  v.object({
    id: v.pipe(shortTextSchema, v.minLength(1)),
    status: v.picklist(['active', 'disabled', 'expired']),
    expires_on: v.fallback(v.nullish(v.string(), null), null),
  }),
);

const entryId = v.pipe(v.string(), v.toLowerCase(), entryIdSchema);

const entryName = v.pipe(
  text,
  v.transform((name) => name.slice(0, MAX_NAME_LENGTH)),
);

/** A date and time as ms since the epoch. Null if it is missing or unreadable. */
function toTime(written: unknown): number | null {
  const time = typeof written === 'string' ? Date.parse(written) : NaN;
  return Number.isFinite(time) ? time : null;
}

const parent = v.object({ id: entryId, name: entryName });

const account = v.pipe(
  plainObject,
  v.object({
    id: entryId,
    name: entryName,
    created_on: v.optional(v.unknown()),
    managed_by: v.fallback(
      v.nullish(v.object({ parent_org_id: entryId, parent_org_name: entryName }), null),
      null,
    ),
  }),
  v.transform(({ id, name, created_on, managed_by }): ListedEntry => {
    const parent = managed_by && { id: managed_by.parent_org_id, name: managed_by.parent_org_name };
    return { id, kind: 'account', name: name || id, parent, createdAt: toTime(created_on) };
  }),
);

const organization = v.pipe(
  plainObject,
  v.object({
    id: entryId,
    name: entryName,
    create_time: v.optional(v.unknown()),
    parent: v.fallback(v.nullish(parent, null), null),
  }),
  v.transform(({ create_time, ...item }): ListedEntry => ({
    ...item,
    kind: 'organization',
    name: item.name || item.id,
    createdAt: toTime(create_time),
  })),
);

const page = v.object({
  result: v.array(v.unknown()),
  result_info: v.fallback(
    v.nullish(
      v.object({
        next_page_token: v.nullish(v.string(), ''),
        total_size: v.fallback(v.nullish(v.pipe(v.number(), v.minValue(0)), null), null),
      }),
    ),
    undefined,
  ),
});

/** Parses `result` of a profile; null if it is invalid. */
export function readProfileResult(envelope: Envelope): RemoteProfile | null {
  const parsed = v.safeParse(profile, envelope.result);
  return parsed.success ? parsed.output : null;
}

/** Parses `result` of GET /user; null if it is invalid. */
export function readUserResult(envelope: Envelope): { id: string; email: string } | null {
  const parsed = v.safeParse(user, envelope.result);
  return parsed.success ? parsed.output : null;
}

/** Parses `result` of GET /user/tokens/verify; null if it is invalid. */
export function readTokenResult(
  envelope: Envelope,
): (TokenStatus & { status: 'active' | 'disabled' | 'expired' }) | null {
  const parsed = v.safeParse(token, envelope.result);
  if (!parsed.success) return null;
  const { id, status, expires_on } = parsed.output;
  return { id, status, expiresAt: toTime(expires_on) };
}

/** Parses an organization or account; null if it is invalid or has a different id. */
export function readEntryResult(envelope: Envelope, { kind, id }: EntryRef): ListedEntry | null {
  const parsed = v.safeParse(kind === 'account' ? account : organization, envelope.result);
  return parsed.success && parsed.output.id === id ? parsed.output : null;
}

/**
 * Parses one page of GET /organizations; null if it is invalid or has more than `pageSize` organizations. Skips
 * organizations with an invalid id, because the app could not open them. A page without `next_page_token` is the
 * last one.
 */
export function readOrganizationPage(envelope: Envelope, pageSize: number): ListingPage | null {
  const parsed = v.safeParse(page, envelope);
  if (!parsed.success || parsed.output.result.length > pageSize) return null;
  const nextPageToken = parsed.output.result_info?.next_page_token || null;
  // Not in the schema, where the page would count as the last one.
  if (nextPageToken !== null && !v.is(shortTextSchema, nextPageToken)) return null;
  const organizations = parsed.output.result.flatMap((item) => {
    const one = v.safeParse(organization, item);
    return one.success ? [one.output] : [];
  });
  return {
    organizations,
    nextPageToken,
    total: parsed.output.result_info?.total_size ?? null,
  };
}

const accountPage = v.object({
  result: v.array(v.unknown()),
  result_info: v.object({
    page: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    total_pages: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    total_count: v.fallback(v.nullish(v.pipe(v.number(), v.minValue(0)), null), null),
  }),
});

/** Parses one page of GET /accounts; like `readOrganizationPage`. Its page token is the number of the next page. */
export function readAccountPage(envelope: Envelope, pageSize: number): ListingPage | null {
  const parsed = v.safeParse(accountPage, envelope);
  if (!parsed.success || parsed.output.result.length > pageSize) return null;
  const { page: number, total_pages, total_count } = parsed.output.result_info;
  return {
    organizations: parsed.output.result.flatMap((item) => {
      const one = v.safeParse(account, item);
      return one.success ? [one.output] : [];
    }),
    nextPageToken: number < total_pages ? String(number + 1) : null,
    total: total_count,
  };
}
