/**
 * The shapes of Cloudflare's answers. Tolerant where Cloudflare is known to vary, strict where a wrong
 * guess could blank a profile. Shapes: Cloudflare API reference, /user and /organizations.
 */
import * as v from 'valibot';
import { organizationIdSchema } from '../../shared/organization';
import { FIELD_NAMES, fieldNameSchema, isFieldName } from '../../shared/profile';
import type { OrganizationPage, RemoteOrganization, RemoteProfile } from './types';

/** A real object: valibot's object schemas let arrays pass. */
const plain = v.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** Null and missing texts become empty. */
const text = v.nullish(v.string(), '');

/** What every answer with a body is wrapped in; `errors` and `messages` are read by notices.ts. */
export const envelopeSchema = v.pipe(
  plain,
  v.object({
    success: v.boolean(),
    errors: v.optional(v.unknown()),
    messages: v.optional(v.unknown()),
    result: v.optional(v.unknown()),
    result_info: v.optional(v.unknown()),
  }),
);

/** An answer's wrapping. */
export type Envelope = v.InferOutput<typeof envelopeSchema>;

const profile = v.pipe(
  plain,
  // Taken apart before valibot's own copying, which leaves out a key called "__proto__".
  v.transform((all) => ({
    fields: all,
    missing: FIELD_NAMES.filter((field) => !(field in all)),
    extra: Object.fromEntries(Object.entries(all).filter(([key]) => !isFieldName(key))),
  })),
  v.object({
    fields: v.object({
      business_name: text,
      business_email: text,
      business_phone: text,
      business_address: text,
      external_metadata: text,
    }),
    missing: v.array(fieldNameSchema),
    extra: plain,
  }),
);

const user = v.pipe(plain, v.object({ id: v.pipe(v.string(), v.minLength(1)), email: text }));

const organization = v.pipe(
  plain,
  v.object({
    id: v.pipe(v.string(), v.toLowerCase(), organizationIdSchema),
    name: text,
    // Embedded profiles are never relied on: one we cannot read counts as absent.
    profile: v.fallback(v.nullish(profile, null), null),
  }),
  v.transform((item): RemoteOrganization => ({ ...item, name: item.name || item.id })),
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

/** Reads `result` of a profile, or null when it is none. */
export function readProfileResult(envelope: Envelope): RemoteProfile | null {
  const parsed = v.safeParse(profile, envelope.result);
  return parsed.success ? parsed.output : null;
}

/** Reads `result` of GET /user, or null. */
export function readUserResult(envelope: Envelope): { id: string; email: string } | null {
  const parsed = v.safeParse(user, envelope.result);
  return parsed.success ? parsed.output : null;
}

/** Reads `result` of GET /organizations/{id}, or null, also when it is another organization. */
export function readOrganizationResult(envelope: Envelope, id: string): RemoteOrganization | null {
  const parsed = v.safeParse(organization, envelope.result);
  return parsed.success && parsed.output.id === id ? parsed.output : null;
}

/**
 * Reads one page of GET /organizations, or null. Items whose id has another shape than all ids ever
 * seen are left out: the app could not open them. No `next_page_token`: the last page.
 */
export function readPageResult(envelope: Envelope): OrganizationPage | null {
  const parsed = v.safeParse(page, envelope);
  if (!parsed.success) return null;
  const organizations = parsed.output.result.flatMap((item) => {
    const one = v.safeParse(organization, item);
    return one.success ? [one.output] : [];
  });
  return {
    organizations,
    nextPageToken: parsed.output.result_info?.next_page_token || null,
    total: parsed.output.result_info?.total_size ?? null,
  };
}
