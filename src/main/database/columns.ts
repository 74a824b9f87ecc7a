/**
 * Values to and from columns. Texts that others wrote (names, fields) are stored as JSON text: SQLite
 * cuts a plain text at NUL and replaces lone surrogates, JSON escapes both. Reading never throws: the
 * disk is untrusted, a column may hold anything, and one bad row must not take the others down.
 */
import * as v from 'valibot';
import { failureSchema, type Failure } from '../../shared/failure';
import { isEmpty, type Patch } from '../../shared/patch';
import { FIELD_NAMES, type Edits, type Profile } from '../../shared/profile';

const ORGANIZATION_ID = /^[0-9a-f]{32}$/;

/** A stored row that could not be understood, for the log: never what it holds. */
export interface UnreadableRow {
  table: string;
  /** The row's organization or sign-in id, '' when that is unreadable too. */
  id: string;
}

/** Told of every stored row that could not be understood. */
export type OnUnreadable = (row: UnreadableRow) => void;

/** The JSON text of a value. */
export function toJson(value: unknown): string {
  return JSON.stringify(value);
}

/** The JSON text of a value, null for null. */
export function toJsonOrNull(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** The value of a JSON text, or undefined when it is none. */
export function fromJson(column: unknown): unknown {
  if (typeof column !== 'string') return undefined;
  try {
    return JSON.parse(column) as unknown;
  } catch {
    return undefined;
  }
}

/** A text stored as JSON; whatever else is there comes back as it stands rather than not at all. */
export function toText(column: unknown): string {
  const text = fromJson(column);
  if (typeof text === 'string') return text;
  return typeof column === 'string' ? column : '';
}

/** Exactly the five texts of a stored profile, or null when they are not all there. */
export function toProfile(column: unknown): Profile | null {
  const stored = fromJson(column);
  if (typeof stored !== 'object' || stored === null) return null;
  const texts = stored as Record<string, unknown>;
  // Written out rather than by schema: it runs for every organization before the first paint.
  for (const field of FIELD_NAMES) if (typeof texts[field] !== 'string') return null;
  return {
    business_name: texts['business_name'] as string,
    business_email: texts['business_email'] as string,
    business_phone: texts['business_phone'] as string,
    business_address: texts['business_address'] as string,
    external_metadata: texts['external_metadata'] as string,
  };
}

/** The stored texts of some fields, or null when it is no object of texts; other keys are left out. */
export function toEdits(column: unknown): Edits | null {
  const stored = fromJson(column);
  if (typeof stored !== 'object' || stored === null) return null;
  const texts = stored as Record<string, unknown>;
  const edits: Edits = {};
  for (const field of FIELD_NAMES) {
    const text = texts[field];
    if (typeof text === 'string') edits[field] = text;
    else if (text !== undefined) return null;
  }
  return edits;
}

/**
 * What can be understood of a stored patch (null: none of its texts), and whether that is every text in
 * it. A base that is lost becomes null, which is equal to no text: whatever Cloudflare has then, the
 * person is asked.
 */
export function readPatch(column: unknown): { patch: Patch | null; isWhole: boolean } {
  const stored = fromJson(column);
  if (typeof stored !== 'object' || stored === null) return { patch: null, isWhole: false };
  const patch: Patch = {};
  for (const field of FIELD_NAMES) {
    const edit = (stored as Record<string, unknown>)[field];
    if (typeof edit !== 'object' || edit === null) continue;
    const { base, text, job } = edit as Record<string, unknown>;
    if (typeof text !== 'string') continue;
    patch[field] = {
      base: typeof base === 'string' ? base : null,
      text,
      ...(typeof job === 'string' ? { job } : {}),
    };
  }
  if (isEmpty(patch)) return { patch: null, isWhole: false };
  // A text under a name that is none of ours is lost, too.
  return { patch, isWhole: Object.keys(stored).every((name) => name in patch) };
}

/** What can be understood of a stored patch, or null; see `readPatch`. */
export function toPatch(column: unknown): Patch | null {
  return readPatch(column).patch;
}

/** The JSON text of exactly the five texts: nothing else that an object may carry is stored. */
export function fromProfile(profile: Profile): string {
  // Written out: it runs twice for every change of a job.
  return JSON.stringify({
    business_name: profile.business_name,
    business_email: profile.business_email,
    business_phone: profile.business_phone,
    business_address: profile.business_address,
    external_metadata: profile.external_metadata,
  });
}

/** A stored failure, or null when there is none that could be understood. */
export function toFailure(column: unknown): Failure | null {
  if (typeof column !== 'string') return null;
  const parsed = v.safeParse(failureSchema, fromJson(column));
  return parsed.success ? parsed.output : null;
}

/** A stored time or count; 0 where the column holds no number. */
export function toNumber(column: unknown): number {
  return Number.isFinite(column) ? (column as number) : 0;
}

/** A stored time, or null. */
export function toTime(column: unknown): number | null {
  return Number.isFinite(column) ? (column as number) : null;
}

/** A stored word of a list, or `otherwise`. */
export function toOneOf<const T extends string>(
  words: readonly T[],
  column: unknown,
  otherwise: NoInfer<T>,
): T {
  return words.find((word) => word === column) ?? otherwise;
}

/** An organization id, or null: rows under an impossible id cannot be shown anywhere. */
export function toOrganizationId(column: unknown): string | null {
  return typeof column === 'string' && ORGANIZATION_ID.test(column) ? column : null;
}

/** A sign-in id, or null. */
export function toSignInId(column: unknown): string | null {
  return typeof column === 'string' && /^[0-9a-f]{16}$/.test(column) ? column : null;
}
