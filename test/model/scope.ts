/** Scopes: how many fields, texts and jobs the model checker tries, and how they are called. */
import { EMPTY_PROFILE, FIELD_NAMES, type FieldName, type Profile } from '../../src/shared/profile';

/**
 * The size of a state space. Texts are "ours" (of the person and their jobs) or "strangers'" (only
 * someone else writes them at Cloudflare).
 */
export interface Scope {
  name: string;
  /** How many fields are used; the other fields of the profile stay empty. */
  fields: 1 | 2;
  /** Number of texts per field that the person and their jobs write. */
  ours: number;
  /** Number of texts per field that only a stranger writes. */
  strangers: number;
  jobs: number;
  /** Whether the profile is missing at the start, and a stranger may delete it later. */
  missing: boolean;
}

/** One field with three texts of ours and two of strangers. */
export const ONE_FIELD: Scope = {
  name: 'one field',
  fields: 1,
  ours: 3,
  strangers: 2,
  jobs: 2,
  missing: false,
};

/** One field of a profile that is created, deleted and created again. */
export const MISSING_PROFILE: Scope = {
  name: 'one field, profile may be missing',
  fields: 1,
  ours: 2,
  strangers: 1,
  jobs: 1,
  missing: true,
};

/** Two fields with two texts of ours and one of strangers. */
export const TWO_FIELDS: Scope = {
  name: 'two fields',
  fields: 2,
  ours: 2,
  strangers: 1,
  jobs: 1,
  missing: false,
};

/**
 * How many moves deep `npm test` searches two fields. A complete search is three times as deep, and
 * takes minutes.
 */
export const TWO_FIELDS_DEPTH = 8;

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

/** Job ids by number. */
export function jobsOf({ jobs }: Scope): string[] {
  return Array.from({ length: jobs }, (_, at) => `job ${at + 1}`);
}

/** A profile with these texts in the fields of the scope. */
export function profileOf(scope: Scope, texts: readonly string[]): Profile {
  const profile = { ...EMPTY_PROFILE };
  fieldsOf(scope).forEach((field, at) => {
    profile[field] = texts[at] ?? '';
  });
  return profile;
}
