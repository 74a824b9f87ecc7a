/**
 * Why an organization needs attention. Its row shows one reason, the first that applies. Texts that are
 * missing or unusual never block anything; see advice.ts.
 */
import * as v from 'valibot';
import { adviceFor } from './advice';
import { failureCodeSchema } from './failure';
import { applyPatches, type Patch } from './patch';
import { FIELD_NAMES, fieldNamesSchema, type Edits, type FieldName, type Profile } from './profile';

/** Why an organization may need attention, most important reason first. */
export const ATTENTION_REASONS = [
  'decide',
  'refused',
  'stored-differently',
  'no-sign-in',
  'sign-in-issue',
  'changed-elsewhere',
  'incomplete',
  'advice',
] as const;

/** Schema of why an organization needs attention. */
export const attentionSchema = v.object({
  reason: v.picklist(ATTENTION_REASONS),
  /** The fields that are empty or have advice. */
  fields: fieldNamesSchema,
  /** Why something was refused, or what is wrong with the sign-in. */
  code: v.nullable(failureCodeSchema),
});

/** Why an organization needs attention. */
export type Attention = v.InferOutput<typeof attentionSchema>;

/** Schema of the fields that a page marks with a remark. */
export const remarksSchema = v.object({
  /** Required fields that are empty. */
  missing: fieldNamesSchema,
  /** Fields with advice that was not marked as seen. */
  advice: fieldNamesSchema,
});

/** The fields that a page marks with a remark. */
export type Remarks = v.InferOutput<typeof remarksSchema>;

const REQUIRED: readonly FieldName[] = ['business_name', 'business_email', 'business_phone'];

/** The required fields (name, email, phone) that are empty; without a profile, all of them. */
function missingFields(fields: Profile | null): FieldName[] {
  return REQUIRED.filter((field) => fields === null || fields[field].trim() === '');
}

/**
 * The fields that have advice.
 * @param seen texts that the person marked as seen; they get no advice
 */
export function adviceFields(fields: Profile, seen: Edits = {}): FieldName[] {
  return FIELD_NAMES.filter(
    (field) => seen[field] !== fields[field] && adviceFor(field, fields[field]) !== null,
  );
}

/** The texts of an organization, as far as they are known. */
export interface OrganizationTexts {
  /** The saved copy; null: never read. */
  profile: { fields: Profile | null } | null;
  /** The pending change. */
  change: { patch: Patch } | null;
  /** Fields of the saved copy with advice that was not marked as seen. */
  advice: FieldName[];
}

/**
 * The fields that are empty or have advice. With a pending change, the submitted texts count, and there is no
 * advice: the person has done their part, and the texts get advice once Cloudflare has them.
 */
export function remarksOf({ profile, change, advice }: OrganizationTexts): Remarks {
  if (change) {
    const submitted = applyPatches(profile?.fields ?? null, change.patch);
    return { missing: missingFields(submitted), advice: [] };
  }
  return { missing: profile ? missingFields(profile.fields) : [], advice };
}
