/**
 * The fields of a saved copy about which there is advice. They are worked out when the copy is written,
 * because the list of all organizations needs them before the first paint. A release that changes the
 * advice empties the column in its step: what it does not hold is worked out when it is read.
 */
import { adviceFields } from '../../shared/attention';
import { isFieldName, type Edits, type FieldName, type Profile } from '../../shared/profile';
import * as columns from './columns';
import type { Sql } from './database';
import type { ProfileRow } from './tables';

/** The column for these texts. */
export function adviceColumn(sql: Sql, organizationId: string, fields: Profile | null): string {
  if (fields === null || adviceFields(fields).length === 0) return '';
  return adviceFields(fields, seenTexts(sql, organizationId)).join(' ');
}

/** The fields a column names, or what can be said about the copy where it holds nothing. */
export function adviceOf(column: unknown, profile: Pick<ProfileRow, 'fields'> | null): FieldName[] {
  if (!profile?.fields || column === '') return [];
  if (typeof column === 'string') return column.split(' ').filter(isFieldName);
  return adviceFields(profile.fields);
}

/** The texts of which the person has said that they are right as they are. */
function seenTexts(sql: Sql, organizationId: string): Edits {
  const seen: Edits = {};
  const rows = sql.all(
    'SELECT field, text FROM seen_advice WHERE organization_id = ?',
    organizationId,
  );
  for (const { field, text } of rows) {
    if (typeof field === 'string' && isFieldName(field)) seen[field] = columns.toText(text);
  }
  return seen;
}
