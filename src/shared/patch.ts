/**
 * A patch: the fields that a person touched, each with its base, the text that was on screen when they started
 * typing. Untouched fields are not in a patch, so they cannot be sent, merged or compared by mistake.
 */
import * as v from 'valibot';
import { shortTextSchema } from './limits';
import {
  EMPTY_PROFILE,
  FIELD_NAMES,
  fieldTextSchema,
  mapFields,
  type Edits,
  type FieldName,
  type Profile,
} from './profile';

/** One touched field. */
export interface FieldEdit {
  /**
   * The text on screen at the first keystroke. Null if it was lost when the database was damaged: null equals
   * no text at Cloudflare, so the person has to decide.
   */
  base: string | null;
  text: string;
  /** Id of the save of many that owns this field; absent: the person owns it. */
  save?: string | undefined;
}

/** The touched fields. */
export type Patch = { [F in FieldName]?: FieldEdit | undefined };

/** Schema of an object with a value for some of the fields. The IPC gate refuses any other key. */
function perField<T extends v.GenericSchema>(schema: T) {
  return v.strictObject({
    business_name: v.optional(schema),
    business_email: v.optional(schema),
    business_phone: v.optional(schema),
    business_address: v.optional(schema),
    external_metadata: v.optional(schema),
  });
}

/** Schema of a stored patch, and of one shown to the window. */
export const patchSchema = perField(
  v.strictObject({
    base: v.nullable(fieldTextSchema),
    text: fieldTextSchema,
    save: v.optional(shortTextSchema),
  }),
);

/** Schema of a patch from the window. Only main may say that a save owns a field. */
export const typedPatchSchema = perField(
  v.strictObject({ base: v.nullable(fieldTextSchema), text: fieldTextSchema }),
);

/** The ids of the saves that own fields of a patch. */
export function savesIn(patch: Patch): string[] {
  return [...new Set(touchedFields(patch).flatMap((field) => patch[field]?.save ?? []))];
}

/** The fields of a patch or any other record by field, in display order. */
export function touchedFields(patch: Partial<Record<FieldName, unknown>>): FieldName[] {
  return FIELD_NAMES.filter((field) => patch[field] !== undefined);
}

/** Whether no field is touched. */
export function isEmpty(patch: Patch | Edits): boolean {
  return touchedFields(patch).length === 0;
}

/** The texts of a patch. */
export function textsOf(patch: Patch): Edits {
  const texts: Edits = {};
  for (const field of touchedFields(patch)) texts[field] = patch[field]?.text;
  return texts;
}

/** Applies the patches to `profile` (null: five empty texts). If several have a field, the last one wins. */
export function applyPatches(
  profile: Profile | null,
  ...patches: (Patch | null | undefined)[]
): Profile {
  const texts = mapFields((field) => (profile ?? EMPTY_PROFILE)[field]);
  for (const patch of patches) {
    for (const field of touchedFields(patch ?? {})) texts[field] = patch?.[field]?.text ?? '';
  }
  return texts;
}

/** A patch or any other record by field, reduced to these fields. */
export function pick<T extends Partial<Record<FieldName, unknown>>>(
  from: T,
  fields: readonly FieldName[],
): T {
  const picked: Partial<T> = {};
  for (const field of fields) if (from[field] !== undefined) picked[field] = from[field];
  return picked as T;
}

/** A patch or any other record by field, without these fields. */
export function omit<T extends Partial<Record<FieldName, unknown>>>(
  from: T,
  fields: readonly FieldName[],
): T {
  return pick(
    from,
    touchedFields(from).filter((field) => !fields.includes(field)),
  );
}

/** Replaces the base of these fields of a patch. A field without a text in `bases` gets null. */
export function rebase(patch: Patch, fields: readonly FieldName[], bases: Edits): Patch {
  const moved = { ...patch };
  for (const field of fields) {
    const edit = patch[field];
    if (edit !== undefined) moved[field] = { ...edit, base: bases[field] ?? null };
  }
  return moved;
}
