/** Scopes: how many fields, texts and saves the model checker tries, and how they are called. */
import { EMPTY_PROFILE, FIELD_NAMES, type FieldName, type Profile } from '../../src/shared/profile';

/**
 * The size of a state space. Texts are "ours" (of the person and their saves) or "strangers'" (only
 * someone else writes them at Cloudflare).
 */
export interface Scope {
  name: string;
  /** How many fields are used; the other fields of the profile stay empty. */
  fields: 1 | 2;
  /** Number of texts per field that the person and their saves write. */
  ours: number;
  /** Number of texts per field that only a stranger writes. */
  strangers: number;
  saves: number;
  /** Whether the profile is missing at the start, and a stranger may delete it later. */
  missing: boolean;
  /**
   * Whether Cloudflare keeps the text of a field that is written empty (text 0). Then every field has text 1 at
   * the start.
   */
  emptyKept?: boolean;
  /** How many moves deep `npm test` searches; absent: completely. */
  depth?: number;
}

/** One field with three texts of ours and two of strangers. */
export const ONE_FIELD: Scope = {
  name: 'one field',
  fields: 1,
  ours: 3,
  strangers: 2,
  saves: 2,
  missing: false,
};

/** One field of a profile that is created, deleted and created again. */
export const MISSING_PROFILE: Scope = {
  name: 'one field, profile may be missing',
  fields: 1,
  ours: 2,
  strangers: 1,
  saves: 1,
  missing: true,
};

/** One field that cannot be emptied. */
export const EMPTY_KEPT: Scope = {
  ...ONE_FIELD,
  name: 'one field that cannot be emptied',
  emptyKept: true,
};

/** Two fields with two texts of ours and one of strangers. */
export const TWO_FIELDS: Scope = {
  name: 'two fields',
  fields: 2,
  ours: 2,
  strangers: 1,
  saves: 1,
  missing: false,
  // A complete search is three times as deep, and takes minutes.
  depth: 7,
};

/** Two fields that cannot be emptied. */
export const TWO_FIELDS_EMPTY_KEPT: Scope = {
  ...TWO_FIELDS,
  name: 'two fields that cannot be emptied',
  emptyKept: true,
  depth: 7,
};

/** What `npm test` searches, and `npm test -- model --full` completely. */
export const SCOPES: readonly Scope[] = [
  ONE_FIELD,
  MISSING_PROFILE,
  EMPTY_KEPT,
  TWO_FIELDS,
  TWO_FIELDS_EMPTY_KEPT,
];

/** The number of different texts of a field. */
export function textCount({ ours, strangers }: Scope): number {
  return ours + strangers;
}

/** The field names of a scope. */
export function fieldsOf(scope: Scope): FieldName[] {
  return FIELD_NAMES.slice(0, scope.fields);
}

/**
 * The texts of a field by number, ours first. Text 0 is empty, as in a missing profile.
 */
export function textsOfScope({ ours, strangers }: Scope): string[] {
  const own = Array.from({ length: ours }, (_, at) => (at === 0 ? '' : `ours ${at}`));
  return [...own, ...Array.from({ length: strangers }, (_, at) => `theirs ${at + 1}`)];
}

/** Save ids by number. */
export function savesOf({ saves }: Scope): string[] {
  return Array.from({ length: saves }, (_, at) => `save ${at + 1}`);
}

/** The number of the text that every field has at the start. */
export function startText({ emptyKept }: Scope): number {
  return emptyKept ? 1 : 0;
}

/** A profile with these texts in the fields of the scope. */
export function profileOf(scope: Scope, texts: readonly string[]): Profile {
  const profile = { ...EMPTY_PROFILE };
  fieldsOf(scope).forEach((field, at) => {
    profile[field] = texts[at] ?? '';
  });
  return profile;
}
