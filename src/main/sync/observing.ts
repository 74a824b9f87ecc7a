/** What a copy of Cloudflare's that was only read means for what is stored here. Nothing is sent by it. */
import type { Failure } from '../../shared/failure';
import { mergeProfiles } from '../../shared/merge';
import {
  changedFields,
  EMPTY_PROFILE,
  FIELD_NAMES,
  sameProfile,
  type FieldName,
  type Profile,
} from '../../shared/profile';
import type { GivenUpRow, OutboxRow, ProfileRow, Tables } from '../store/tables';
import { touchedFields } from './plan';
import type { Copy } from './read-copy';
import { followCopy } from './rebase-draft';

/** What was found. */
export interface Found {
  /** The fields to tell the person of: changed by somebody else, or by a write they gave up. */
  fields: FieldName[];
  /** Whether a change that was in conflict is none any more and is to be sent. */
  queued: boolean;
}

/** How a copy was read. */
export interface Observing {
  /** Whether the person looks at this page: then what changed is no news to be marked. */
  looking: boolean;
  /** Whether a send was under way when the read began: it may have written since. */
  sending: boolean;
}

/** Whether a text that differs from the saved one is what our own pending change wrote. */
function isOwn(field: FieldName, text: string, change: OutboxRow | null): boolean {
  if (!change) return false;
  const attempt = change.attempted?.[field];
  const ours = attempt !== change.base[field] && text === attempt;
  return ours || (change.desired[field] !== change.base[field] && text === change.desired[field]);
}

/** The fields in which a copy differs from the saved one by somebody else's doing. */
function foreignFields(
  copy: Profile,
  saved: ProfileRow | null,
  change: OutboxRow | null,
): FieldName[] {
  const before = saved?.fields ?? EMPTY_PROFILE;
  return changedFields(before, copy).filter((field) => !isOwn(field, copy[field], change));
}

/** The fields of a given up write that are at Cloudflare all the same. */
function arrivedFields(copy: Profile, row: GivenUpRow | null): FieldName[] {
  if (!row) return [];
  const written = touchedFields({ base: row.base, desired: row.attempted });
  return written.filter((field) => copy[field] === row.attempted[field]);
}

/** Remembers a copy of Cloudflare's, unless it is the newest one remembered. */
function remember(tables: Tables, organizationId: string, fields: Profile, at: number): void {
  const newest = tables.revisions.copyBefore(organizationId, Number.MAX_SAFE_INTEGER);
  if (newest && sameProfile(newest.fields, fields)) return;
  tables.revisions.add({ organizationId, at, kind: 'observed', fields });
}

/** Puts a copy into the profile row. */
function keep(tables: Tables, organizationId: string, copy: Copy, changedElsewhere: boolean): void {
  const saved = tables.profiles.get(organizationId);
  const fields = copy.exists ? copy.fields : null;
  const before = saved?.fields ?? null;
  const same = saved !== null && (fields ? before !== null && sameProfile(fields, before) : true);
  tables.profiles.put({
    organizationId,
    fields,
    confirmedAt: same ? saved.confirmedAt : copy.at,
    checkedAt: copy.at,
    changedElsewhere,
  });
}

/**
 * A change in conflict sees the newest copy: what the person decides about is what is there. Returns
 * true when nothing is in conflict any more; then it is to be sent.
 */
function recheck(tables: Tables, row: OutboxRow, theirs: Profile): boolean {
  const { organizationId, base: began, desired: mine, attempted } = row;
  const { conflicts, base } = mergeProfiles({ base: began, mine, theirs, attempted });
  if (conflicts.length > 0) {
    tables.outbox.put({ ...row, base, theirs });
    return false;
  }
  tables.outbox.move([organizationId], 'queued', null);
  return true;
}

/**
 * Keeps the copy with which a pending change is in conflict as the saved one, as any other read does.
 * Returns nothing: the conflict itself tells the person.
 */
export function keepConflicting(tables: Tables, organizationId: string, copy: Copy): void {
  const saved = tables.profiles.get(organizationId);
  const foreign = foreignFields(copy.fields, saved, tables.outbox.get(organizationId));
  keep(tables, organizationId, copy, saved?.changedElsewhere ?? false);
  if (foreign.length > 0) remember(tables, organizationId, copy.fields, copy.at);
}

/**
 * Puts a copy that was read into the database; what a person typed or submitted is never changed by
 * it. Fails with `profile.gone` when a profile we knew is no longer there: the saved copy stays.
 */
export function observe(
  tables: Tables,
  organizationId: string,
  copy: Copy,
  { looking, sending }: Observing,
): Found | Failure {
  if (!tables.organizations.get(organizationId)) return { code: 'organization.not-saved-here' };
  const saved = tables.profiles.get(organizationId);
  const change = tables.outbox.get(organizationId);
  if (!copy.exists && saved?.fields) return { code: 'profile.gone', status: 404 };
  const foreign = copy.exists ? foreignFields(copy.fields, saved, change) : [];
  // While the write may still be under way this copy says nothing about it.
  const givenUp = sending ? null : tables.givenUp.get(organizationId);
  const arrived = arrivedFields(copy.fields, givenUp);
  const told = FIELD_NAMES.filter((field) => foreign.includes(field) || arrived.includes(field));
  const isNews = saved !== null && told.length > 0;
  const marked = !looking && (isNews || (saved?.changedElsewhere ?? false));
  keep(tables, organizationId, copy, marked);
  if (copy.exists && (told.length > 0 || saved === null)) {
    remember(tables, organizationId, copy.fields, copy.at);
  }
  // Also one that could not be understood: there is nothing more to find out.
  if (!sending) tables.givenUp.remove(organizationId);
  // A draft on top of a pending change begins from that change, not from Cloudflare's copy.
  if (!change) followCopy(tables, organizationId, copy.fields, arrived);
  const queued =
    change?.state === 'conflict' && copy.exists && recheck(tables, change, copy.fields);
  return { fields: isNews ? told : [], queued };
}
