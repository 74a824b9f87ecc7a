/**
 * The steps of a pending change in the database, each one transaction's work. All but `confirm` do
 * nothing when the row is no longer the version that was sent: a newer submission speaks for itself.
 */
import type { Failure } from '../../shared/failure';
import { sameProfile, type Profile } from '../../shared/profile';
import type { OutboxRow, Tables } from '../store/tables';
import { rebaseNewer, rebaseRefused, touchedFields, type Change } from './plan';
import { followCopy } from './rebase-draft';

/** Changes the row if it is still the version that was sent; says whether it did. */
function update(tables: Tables, sent: OutboxRow, changes: Partial<OutboxRow>): boolean {
  const row = tables.outbox.get(sent.organizationId);
  if (row?.version !== sent.version) return false;
  tables.outbox.put({ ...row, ...changes });
  return true;
}

/** Remembers what is about to be written, so that it is recognised if the answer is lost. */
export function rememberAttempt(tables: Tables, sent: OutboxRow, change: Change): boolean {
  return update(tables, sent, change);
}

/** The person must choose: Cloudflare's copy is kept beside the change. */
export function keepConflict(tables: Tables, sent: OutboxRow, theirs: Profile): boolean {
  const failure: Failure = { code: 'profile.conflict' };
  return update(tables, sent, { state: 'conflict', theirs, failure, nextAttemptAt: null });
}

/** Only the person can help. */
export function refuse(tables: Tables, sent: OutboxRow, failure: Failure): boolean {
  return update(tables, sent, { state: 'refused', failure, nextAttemptAt: null });
}

/** Will be tried again at `nextAttemptAt` (ms since the epoch). */
export function wait(
  tables: Tables,
  sent: OutboxRow,
  failure: Failure,
  nextAttemptAt: number,
): boolean {
  const attempts = sent.attempts + 1;
  return update(tables, sent, { state: 'waiting', failure, attempts, nextAttemptAt });
}

/** Pauses everything still to be sent with a sign-in (null: this change has none). Returns the ids. */
export function pauseSignIn(
  tables: Tables,
  credentialId: string | null,
  failure: Failure,
): string[] {
  const paused = tables.outbox.all().filter(({ organizationId, state }) => {
    if (state !== 'queued' && state !== 'waiting') return false;
    return (tables.organizations.get(organizationId)?.credentialId ?? null) === credentialId;
  });
  for (const row of paused) {
    tables.outbox.put({ ...row, state: 'paused', failure, nextAttemptAt: null });
  }
  return paused.map(({ organizationId }) => organizationId);
}

/** Makes these rows due at once. */
export function requeue(tables: Tables, rows: readonly OutboxRow[]): void {
  for (const row of rows) {
    tables.outbox.put({
      ...row,
      state: 'queued',
      failure: null,
      theirs: null,
      nextAttemptAt: null,
    });
  }
}

/** Puts Cloudflare's copy into the profile row. Returns whether it differs from the saved copy. */
function keepCopy(
  tables: Tables,
  organizationId: string,
  fields: Profile | null,
  at: number,
): boolean {
  const before = tables.profiles.get(organizationId)?.fields;
  tables.profiles.put({
    organizationId,
    fields,
    confirmedAt: at,
    checkedAt: at,
    changedElsewhere: false,
  });
  return !before || !fields || !sameProfile(before, fields);
}

/** Cloudflare's copy; without a profile the fields are five empty texts. */
interface StoredCopy {
  fields: Profile;
  exists: boolean;
}

/** How a confirmation ended. */
export type Confirmation = 'confirmed' | 'newer-waits' | 'discarded' | 'removed';

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
): Confirmation {
  const { organizationId, version } = sent;
  const { fields, exists } = copy;
  if (!tables.organizations.get(organizationId)) return 'removed';
  keepCopy(tables, organizationId, exists ? fields : null, at);
  if (exists) tables.revisions.add({ organizationId, at, kind: 'saved', fields });
  if (tables.outbox.removeVersion(organizationId, version)) {
    followCopy(tables, organizationId, fields);
    return 'confirmed';
  }
  const newer = tables.outbox.get(organizationId);
  if (!newer) {
    followCopy(tables, organizationId, fields, touchedFields(change));
    return 'discarded';
  }
  moveNewer(tables, newer, change, fields);
  return 'newer-waits';
}

function moveNewer(tables: Tables, newer: OutboxRow, sent: Change, fields: Profile): void {
  const moved = rebaseNewer(newer, sent, fields);
  tables.outbox.put({ ...newer, ...moved });
  followCopy(tables, newer.organizationId, moved.desired);
}

/** Cloudflare stored something else: both texts are kept, and its copy becomes the saved one. */
export function keepStoredDifferently(
  tables: Tables,
  sent: OutboxRow,
  change: Change,
  stored: StoredCopy,
  failure: Failure,
  at: number,
): boolean {
  const { organizationId } = sent;
  const { fields, exists } = stored;
  if (!tables.organizations.get(organizationId)) return false;
  if (exists && keepCopy(tables, organizationId, fields, at)) {
    tables.revisions.add({ organizationId, at, kind: 'observed', fields });
  }
  const moved = rebaseRefused(change, fields);
  if (
    update(tables, sent, {
      ...moved,
      state: 'refused',
      theirs: fields,
      failure,
      nextAttemptAt: null,
    })
  ) {
    followCopy(tables, organizationId, moved.desired);
    return true;
  }
  const newer = tables.outbox.get(organizationId);
  if (newer) moveNewer(tables, newer, change, fields);
  return false;
}
