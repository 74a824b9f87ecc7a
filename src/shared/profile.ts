/**
 * The organization profile: its five text fields, and how to compare, edit and display them. Patches of
 * touched fields are in patch.ts, advice about texts in advice.ts.
 */
import * as v from 'valibot';
import { MAX_FIELD_LENGTH } from './limits';

/**
 * The five fields in display order. All are required plain strings with no declared
 * length, format or pattern (Cloudflare API reference, PUT /organizations/{id}/profile).
 */
export const FIELD_NAMES = [
  'business_name',
  'business_email',
  'business_phone',
  'business_address',
  'external_metadata',
] as const;

/** The name of one of the five fields, as Cloudflare spells it. */
export type FieldName = (typeof FIELD_NAMES)[number];

/** Schema of the text of a field. */
export const fieldTextSchema = v.pipe(v.string(), v.maxLength(MAX_FIELD_LENGTH));

/** Schema of a complete profile: exactly the five texts, any of them possibly empty. */
export const profileSchema = v.object({
  business_name: fieldTextSchema,
  business_email: fieldTextSchema,
  business_phone: fieldTextSchema,
  business_address: fieldTextSchema,
  external_metadata: fieldTextSchema,
});

/** The five texts of one organization. */
export type Profile = v.InferOutput<typeof profileSchema>;

/** Schema of changed texts: any of the five fields. */
export const editsSchema = v.partial(profileSchema);

/** Changed texts, by field. */
export type Edits = v.InferOutput<typeof editsSchema>;

/** Schema of a field name. */
export const fieldNameSchema = v.picklist(FIELD_NAMES);

/** Schema of field names. */
export const fieldNamesSchema = v.pipe(v.array(fieldNameSchema), v.maxLength(FIELD_NAMES.length));

/** Five empty texts: the starting point of an organization without a profile. */
export const EMPTY_PROFILE: Profile = Object.freeze({
  business_name: '',
  business_email: '',
  business_phone: '',
  business_address: '',
  external_metadata: '',
});

/** Whether a text is one of the five field names. */
export function isFieldName(text: string): text is FieldName {
  return (FIELD_NAMES as readonly string[]).includes(text);
}

/** Builds a profile by calling `text` for each field, in display order. */
export function mapFields(text: (field: FieldName) => string): Profile {
  const profile = { ...EMPTY_PROFILE };
  for (const field of FIELD_NAMES) profile[field] = text(field);
  return profile;
}

/** The fields whose texts differ, byte for byte, in display order. */
export function changedFields(before: Profile, after: Profile): FieldName[] {
  return FIELD_NAMES.filter((field) => before[field] !== after[field]);
}

/** Whether all five texts are the same, byte for byte. */
export function sameProfile(one: Profile, other: Profile): boolean {
  return changedFields(one, other).length === 0;
}

/** `base` with the texts of `edits`; fields absent from `edits` stay as they are. */
export function applyEdits(base: Profile, edits: Edits): Profile {
  return mapFields((field) => edits[field] ?? base[field]);
}

/** A text as a text control shows it: browsers turn every line end into LF. */
export function normalizeLineEnds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** The line end of a text; LF if it has none, or different ones. */
export function lineEndOf(text: string): string {
  const [lineEnd = '\n', ...others] = new Set(text.match(/\r\n?|\n/g));
  return others.length === 0 ? lineEnd : '\n';
}

/**
 * The text to save for the value of a control. If only line ends differ, returns `original` unchanged. Otherwise
 * the result gets the line ends of `original`, if they are all of one kind.
 *
 * @param original the text that the control was filled with
 * @param typed the current value of the control (line ends are LF)
 */
export function restoreLineEnds(original: string, typed: string): string {
  const text = normalizeLineEnds(typed);
  if (text === normalizeLineEnds(original)) return original;
  return text.replaceAll('\n', lineEndOf(original));
}
