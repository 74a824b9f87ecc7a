/**
 * What about an organization needs its person: one reason is said on its row, the first that applies.
 * What is merely missing or unusual in a profile blocks nothing; see advice.ts.
 */
import * as v from 'valibot';
import { adviceFor } from './advice';
import { failureCodeSchema } from './failure';
import { layOver, type Patch } from './patch';
import { FIELD_NAMES, fieldNameSchema, type Edits, type FieldName, type Profile } from './profile';

/** Why an organization needs its person: the first that applies, in this order. */
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

/** Schema of what needs attention, as a row says it. */
export const attentionSchema = v.object({
  reason: v.picklist(ATTENTION_REASONS),
  /** The fields that are empty, or worth a look. */
  fields: v.array(fieldNameSchema),
  /** Why something was refused, or what is wrong with the sign-in. */
  code: v.nullable(failureCodeSchema),
});

/** What needs attention. */
export type Attention = v.InferOutput<typeof attentionSchema>;

/** Schema of the fields a page points at; what else needs attention has its own place there. */
export const remarksSchema = v.object({
  /** Fields that a letterhead cannot do without and that are empty. */
  missing: v.array(fieldNameSchema),
  /** Fields with advice that was not marked as seen. */
  advice: v.array(fieldNameSchema),
});

/** The fields a page points at. */
export type Remarks = v.InferOutput<typeof remarksSchema>;

const NEEDED: readonly FieldName[] = ['business_name', 'business_email', 'business_phone'];

/** The fields that a letterhead cannot do without and that are empty; without a profile all of them. */
export function missingFields(fields: Profile | null): FieldName[] {
  return NEEDED.filter((field) => fields === null || fields[field].trim() === '');
}

/**
 * The fields about which there is advice.
 * @param seen texts the person has said to be right as they are
 */
export function adviceFields(fields: Profile, seen: Edits = {}): FieldName[] {
  return FIELD_NAMES.filter(
    (field) => seen[field] !== fields[field] && adviceFor(field, fields[field]) !== null,
  );
}

/** What is known of an entry's texts. */
export interface KnownTexts {
  /** The saved copy; null: it was never read. */
  profile: { fields: Profile | null } | null;
  /** The pending change. */
  change: { patch: Patch } | null;
  /** Fields of the saved copy with advice that was not marked as seen. */
  advice: FieldName[];
}

/**
 * What is empty or worth a look. A submitted change counts as what is there: its person has done their
 * part; about its texts there is advice again once Cloudflare has them.
 */
export function remarksOf({ profile, change, advice }: KnownTexts): Remarks {
  if (change) {
    const submitted = layOver(profile?.fields ?? null, change.patch);
    return { missing: missingFields(submitted), advice: [] };
  }
  return { missing: profile ? missingFields(profile.fields) : [], advice };
}
