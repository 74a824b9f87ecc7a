/**
 * Reads edits from databases with an older schema. Schemas 1 and 2 stored whole profiles with a base instead of
 * touched fields. All edits become drafts: pending changes are attributed to a job that does not exist, and the
 * change machine turns fields of such a job into a draft.
 */
import { isEmpty, touchedFields, type Patch } from '../../../shared/patch';
import {
  changedFields,
  EMPTY_PROFILE,
  type Edits,
  type FieldName,
  type Profile,
} from '../../../shared/profile';
import * as columns from '../columns';
import type { Row } from '../database';
import type { DraftRow, OutboxRow } from '../tables';

/** The job that pending changes are attributed to; it does not exist. */
const OLDER_JOB = 'older-schema';

/** The texts of some fields of a profile. */
function textsIn(profile: Profile | null, fields: readonly FieldName[]): Edits {
  const texts: Edits = {};
  if (profile) for (const field of fields) texts[field] = profile[field];
  return texts;
}

/**
 * The touched fields of a stored edit. If its base is lost, the fields that differ from `saved` count as
 * touched. They get no base, so that the person is asked.
 */
function patchOf(fields: Profile, base: Profile | null, saved: Profile | null): Patch {
  const patch: Patch = {};
  for (const field of changedFields(base ?? saved ?? EMPTY_PROFILE, fields)) {
    patch[field] = { base: base && base[field], text: fields[field] };
  }
  return patch;
}

/** Attributes a pending change to `OLDER_JOB`, so that it becomes a draft. */
export function asOlderChange(change: OutboxRow): OutboxRow {
  const patch: Patch = {};
  for (const field of touchedFields(change.patch)) {
    const edit = change.patch[field];
    if (edit) patch[field] = { ...edit, job: OLDER_JOB };
  }
  return { ...change, patch, bulkJobId: OLDER_JOB };
}

/**
 * Parses a row of schema 1 or 2. Null if it cannot be read or changes nothing.
 */
export function toOlderChange(row: Row, savedOf: (id: string) => Profile | null): OutboxRow | null {
  const organizationId = columns.toOrganizationId(row['organization_id']);
  const desired = columns.toProfile(row['desired']);
  if (organizationId === null || !desired) return null;
  const base = columns.toProfile(row['base']);
  const patch = patchOf(desired, base, savedOf(organizationId));
  const touched = touchedFields(patch);
  if (touched.length === 0) return null;
  return asOlderChange({
    organizationId,
    version: columns.toNumber(row['version']),
    patch,
    attempted: textsIn(columns.toProfile(row['attempted']), touched),
    remote: null,
    submittedAt: columns.toNumber(row['submitted_at']),
    attempts: 0,
    nextAttemptAt: null,
    failure: null,
    state: 'queued',
    bulkJobId: null,
  });
}

/** Parses a row of schema 1 or 2. Null if it cannot be read or changes nothing. */
export function toOlderDraft(row: Row, savedOf: (id: string) => Profile | null): DraftRow | null {
  const organizationId = columns.toOrganizationId(row['organization_id']);
  const fields = columns.toProfile(row['fields']);
  if (organizationId === null || !fields) return null;
  const patch = patchOf(fields, columns.toProfile(row['base']), savedOf(organizationId));
  if (isEmpty(patch)) return null;
  return { organizationId, patch, updatedAt: columns.toNumber(row['updated_at']) };
}
