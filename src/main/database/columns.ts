/**
 * Converts values to and from columns. Names and field texts are stored as JSON strings, because SQLite cuts a
 * plain text at NUL and replaces lone surrogates, and JSON escapes both. Reading a column never throws: after damage
 * it may hold anything.
 */
import * as v from 'valibot';
import { failureSchema, type Failure } from '../../shared/failure';
import { MAX_FIELD_LENGTH, MAX_NAME_LENGTH } from '../../shared/limits';
import { ENTRY_KINDS, entryNameOf, type EntryName } from '../../shared/organization';
import type { FieldEdit } from '../../shared/patch';
import {
  FIELD_NAMES,
  isFieldName,
  type Edits,
  type FieldName,
  type Profile,
} from '../../shared/profile';
import type { Row } from './sqlite-file';

/** Longer JSON is not parsed. Five texts at their limit, each character escaped, fit. */
const MAX_JSON_LENGTH = 8_000_000;

const ENTRY_ID = /^[0-9a-f]{32}$/;

/** A row of this table cannot be read. Thrown by readers; the database puts it aside (put-aside.ts). */
export class Unreadable extends Error {
  readonly table: string;

  constructor(table: string) {
    super(`a row of ${table} cannot be read`);
    this.table = table;
  }
}

/** A value as JSON. */
export function toJson(value: unknown): string {
  return JSON.stringify(value);
}

/** A value as JSON; null stays null. */
export function toJsonOrNull(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** Parses JSON; undefined if it is invalid or too long. */
export function fromJson(column: unknown): unknown {
  if (typeof column !== 'string' || column.length > MAX_JSON_LENGTH) return undefined;
  try {
    return JSON.parse(column) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether a value is a text that a field may have. */
export const isFieldText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_FIELD_LENGTH;

/** A text stored as JSON, cut at `max`. Other text is returned as it is, anything else as ''. */
export function toText(column: unknown, max = MAX_NAME_LENGTH): string {
  const text = fromJson(column);
  if (typeof text === 'string') return text.slice(0, max);
  return typeof column === 'string' ? column.slice(0, max) : '';
}

/** The names of an entry, from the columns `kind`, `name` and `parent_name` of its organization. */
export function toEntryName(row: Row): EntryName {
  return entryNameOf({
    kind: toOneOf(ENTRY_KINDS, row['kind'], 'organization'),
    name: toText(row['name']),
    parent: { name: toText(row['parent_name']) },
  });
}

/** The five texts of a stored profile, or null unless all are there and none is too long. */
export function toProfile(column: unknown): Profile | null {
  const stored = fromJson(column);
  if (typeof stored !== 'object' || stored === null) return null;
  const texts = stored as Record<string, unknown>;
  // Written out instead of using a schema, because it runs for many organizations before the first paint.
  for (const field of FIELD_NAMES) if (!isFieldText(texts[field])) return null;
  return {
    business_name: texts['business_name'] as string,
    business_email: texts['business_email'] as string,
    business_phone: texts['business_phone'] as string,
    business_address: texts['business_address'] as string,
    external_metadata: texts['external_metadata'] as string,
  };
}

/** The stored texts of some fields, or null unless all of them are texts of a field. Drops unknown keys. */
export function toEdits(column: unknown): Edits | null {
  const stored = fromJson(column);
  if (typeof stored !== 'object' || stored === null) return null;
  const texts = stored as Record<string, unknown>;
  const edits: Edits = {};
  for (const field of FIELD_NAMES) {
    const text = texts[field];
    if (isFieldText(text)) edits[field] = text;
    else if (text !== undefined) return null;
  }
  return edits;
}

/**
 * The edit of one field, from a row of a draft or of a pending change; null if its text cannot be read, or is too long. A
 * base that is lost becomes null, which equals no text that Cloudflare may have: the person will have to decide.
 */
export function toEdit(row: Row): ({ entryId: string; field: FieldName } & FieldEdit) | null {
  const entryId = toEntryId(row['entry_id']);
  const { field, save_id: save } = row;
  const [text, base] = [fromJson(row['text']), fromJson(row['base'])];
  if (entryId === null || typeof field !== 'string' || !isFieldName(field)) return null;
  if (!isFieldText(text)) return null;
  const owner = typeof save === 'string' ? { save } : {};
  return { entryId, field, base: isFieldText(base) ? base : null, text, ...owner };
}

/** A profile as JSON: exactly the five texts, without any other property of the object. */
export function fromProfile(profile: Profile): string {
  // Written out for speed, because it runs twice for every change of a save.
  return JSON.stringify({
    business_name: profile.business_name,
    business_email: profile.business_email,
    business_phone: profile.business_phone,
    business_address: profile.business_address,
    external_metadata: profile.external_metadata,
  });
}

/** A stored failure, or null if there is none or it cannot be read. */
export function toFailure(column: unknown): Failure | null {
  if (typeof column !== 'string') return null;
  const parsed = v.safeParse(failureSchema, fromJson(column));
  return parsed.success ? parsed.output : null;
}

/** A stored time or count; 0 if the column is not a number. */
export function toNumber(column: unknown): number {
  return Number.isFinite(column) ? (column as number) : 0;
}

/** Versions from here on are not plausible. Above 2^53, adding 1 would not give a new number. */
const MAX_VERSION = 2 ** 50;

/** A stored version number of a change, or null if it is invalid or implausibly large. */
export function toVersion(column: unknown): number | null {
  const isPlausible = Number.isInteger(column) && (column as number) >= 0;
  return isPlausible && (column as number) < MAX_VERSION ? (column as number) : null;
}

/** A stored time, or null. */
export function toTime(column: unknown): number | null {
  return Number.isFinite(column) ? (column as number) : null;
}

/** One of `words`, or `otherwise` if the column holds anything else. */
export function toOneOf<const T extends string | null>(
  words: readonly T[],
  column: unknown,
  otherwise: NoInfer<T>,
): T {
  return words.find((word) => word === column) ?? otherwise;
}

/** The id of an entry, or null if it is invalid. */
export function toEntryId(column: unknown): string | null {
  return typeof column === 'string' && ENTRY_ID.test(column) ? column : null;
}

/** The ids of entries in the first column of these rows, without invalid ones. */
export function toEntryIds(rows: readonly unknown[][]): string[] {
  return rows.flatMap(([id]) => toEntryId(id) ?? []);
}

/** A sign-in id, or null if it is invalid. */
export function toSignInId(column: unknown): string | null {
  return typeof column === 'string' && /^[0-9a-f]{16}$/.test(column) ? column : null;
}
