/** What a copy of Cloudflare's read during a send means for the change, each one transaction's work. */
import type { Failure } from '../../shared/failure';
import {
  changedFields,
  EMPTY_PROFILE,
  FIELD_NAMES,
  type FieldName,
  type Profile,
} from '../../shared/profile';
import type { OutboxRow, Tables } from '../store/tables';
import { keepConflicting } from './observing';
import { update } from './outcomes';
import {
  rebaseNewer,
  rebaseOverDifferent,
  rebaseRefused,
  touchedFields,
  type Change,
} from './plan';
import type { Copy } from './read-copy';
import { followCopy } from './rebase-draft';

/** Cloudflare's copy; without a profile the fields are five empty texts. */
type StoredCopy = Pick<Copy, 'fields' | 'exists'>;

/**
 * The person must choose: Cloudflare's copy is kept beside the change.
 * @param base the base the merge used: fields that Cloudflare has from us begin there from now on
 */
export function keepConflict(tables: Tables, sent: OutboxRow, base: Profile, copy: Copy): boolean {
  const failure: Failure = { code: 'profile.conflict' };
  const changes = { base, theirs: copy.fields, failure, nextAttemptAt: null };
  if (!update(tables, sent, { ...changes, state: 'conflict' })) return false;
  keepConflicting(tables, sent.organizationId, copy);
  return true;
}

/** Puts Cloudflare's copy into the profile row. Returns the fields that differ from the saved copy. */
function keepCopy(
  tables: Tables,
  organizationId: string,
  fields: Profile | null,
  at: number,
): FieldName[] {
  const before = tables.profiles.get(organizationId)?.fields ?? EMPTY_PROFILE;
  tables.profiles.put({
    organizationId,
    fields,
    confirmedAt: at,
    checkedAt: at,
    changedElsewhere: false,
  });
  return changedFields(before, fields ?? EMPTY_PROFILE);
}

/** How a confirmation ended. */
export type Confirmation = 'confirmed' | 'newer-waits' | 'discarded' | 'removed';

/** How a confirmation ended, and the fields to tell the person of as changed at Cloudflare. */
export interface Confirmed {
  how: Confirmation;
  found: FieldName[];
}

/**
 * Cloudflare holds what was sent: the copy becomes the saved one, the row goes, a newer row or a draft
 * moves onto the confirmed copy.
 *
 * @param change the sides as they were sent
 * @param copy Cloudflare's copy, read back
 */
export function confirm(
  tables: Tables,
  sent: OutboxRow,
  change: Change,
  copy: StoredCopy,
  at: number,
): Confirmed {
  const { organizationId, version } = sent;
  const { fields, exists } = copy;
  if (!tables.organizations.get(organizationId)) return { how: 'removed', found: [] };
  const differing = keepCopy(tables, organizationId, exists ? fields : null, at);
  if (exists) tables.revisions.add({ organizationId, at, kind: 'saved', fields });
  tables.bulk.end(organizationId, version, 'done');
  if (tables.outbox.removeVersion(organizationId, version)) {
    followCopy(tables, organizationId, fields);
    return { how: 'confirmed', found: [] };
  }
  const newer = tables.outbox.get(organizationId);
  if (!newer) {
    return { how: 'discarded', found: settleGivenUp(tables, sent, change, fields, differing) };
  }
  moveNewer(tables, newer, rebaseNewer(newer, change, fields));
  return { how: 'newer-waits', found: [] };
}

/**
 * The person gave the change up while it was on its way, and here is what became of it: a draft typed
 * since begins from there. Returns what to tell: the fields of the change, and those that differ.
 */
function settleGivenUp(
  tables: Tables,
  { organizationId }: OutboxRow,
  change: Change,
  fields: Profile,
  differing: readonly FieldName[],
): FieldName[] {
  const touched = touchedFields(change);
  tables.givenUp.remove(organizationId);
  followCopy(tables, organizationId, fields, touched);
  const arrived = touched.filter((field) => fields[field] === change.desired[field]);
  return FIELD_NAMES.filter((field) => arrived.includes(field) || differing.includes(field));
}

/** Moves a newer change, and the draft on top of it. */
function moveNewer(tables: Tables, newer: OutboxRow, moved: Change): void {
  tables.outbox.put({ ...newer, ...moved });
  followCopy(tables, newer.organizationId, moved.desired);
}

/**
 * Cloudflare stored something else: both texts are kept, and its copy becomes the saved one. Says
 * whether the change is still there to be decided, and what to tell when the person gave it up.
 */
export function keepStoredDifferently(
  tables: Tables,
  sent: OutboxRow,
  change: Change,
  stored: StoredCopy,
  failure: Failure,
  at: number,
): { kept: boolean; found: FieldName[] } {
  const { organizationId } = sent;
  const { fields, exists } = stored;
  if (!tables.organizations.get(organizationId)) return { kept: false, found: [] };
  const differing = exists ? keepCopy(tables, organizationId, fields, at) : [];
  if (differing.length > 0) {
    tables.revisions.add({ organizationId, at, kind: 'observed', fields });
  }
  const moved = rebaseRefused(change, fields);
  const changes = { ...moved, state: 'refused', theirs: fields, failure } as const;
  if (update(tables, sent, { ...changes, nextAttemptAt: null })) {
    followCopy(tables, organizationId, moved.desired);
    return { kept: true, found: [] };
  }
  const newer = tables.outbox.get(organizationId);
  if (!newer) {
    return { kept: false, found: settleGivenUp(tables, sent, change, fields, differing) };
  }
  moveNewer(tables, newer, rebaseOverDifferent(newer, change, fields));
  return { kept: false, found: [] };
}
