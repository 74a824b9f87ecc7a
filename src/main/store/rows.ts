/** One row of each table, as the rest of main sees it. Times are ms since the epoch. */
import type { BulkRun } from '../../shared/bulk';
import type { Failure } from '../../shared/failure';
import type { CHANGE_STATES } from '../../shared/organization';
import type { Revision } from '../../shared/history';
import type { FieldName, Profile } from '../../shared/profile';
import type { SIGN_IN_STATES } from '../../shared/sign-in';

/** A sign-in without its key: the key is in the keychain under this id, or in memory, never here. */
export interface CredentialRow {
  id: string;
  label: string;
  email: string;
  /** Cloudflare's user id, once a check said so. */
  userId: string | null;
  state: (typeof SIGN_IN_STATES)[number];
  checkedAt: number | null;
  /** What is wrong with it, or null while it works. */
  trouble: Failure | null;
  /** Since when something is wrong with it, or null. */
  troubleSince: number | null;
}

/** A saved organization. */
export interface OrganizationRecord {
  id: string;
  name: string;
  /** Null: "no sign-in". */
  credentialId: string | null;
  addedAt: number;
  /** When the person last opened its page, or null. */
  seenAt: number | null;
}

/** The profile as Cloudflare last confirmed it. No row: never read. */
export interface ProfileRow {
  organizationId: string;
  /** Null: the organization has no profile yet. */
  fields: Profile | null;
  /** When the fields last changed as far as we know. */
  confirmedAt: number;
  /** When Cloudflare was last asked successfully. */
  checkedAt: number;
  /** Found changed at Cloudflare by somebody else, and not looked at since. */
  changedElsewhere: boolean;
}

/** Edits not submitted yet. */
export interface DraftRow {
  organizationId: string;
  fields: Profile;
  base: Profile;
  updatedAt: number;
}

/** A submitted change that Cloudflare has not confirmed; at most one per organization. */
export interface OutboxRow {
  organizationId: string;
  /** Counts submissions; a confirmation removes the row only if this is still what was sent. */
  version: number;
  desired: Profile;
  base: Profile;
  /** What was last PUT for this row, or null. */
  attempted: Profile | null;
  /** Cloudflare's copy that differs: in a conflict, or what it stored instead. */
  theirs: Profile | null;
  submittedAt: number;
  attempts: number;
  nextAttemptAt: number | null;
  failure: Failure | null;
  state: (typeof CHANGE_STATES)[number];
  /** The bulk job it belongs to, or null. */
  bulkRunId: string | null;
}

/** What is decided about a pending change without looking at its texts. */
export interface QueueEntry {
  organizationId: string;
  /** The sign-in it is sent with, or null. */
  credentialId: string | null;
  state: OutboxRow['state'];
  failure: Failure | null;
  bulkRunId: string | null;
}

/** A pending change of a bulk job whose turn it is, and the sign-in it is sent with, or null. */
export interface RunTurn {
  organizationId: string;
  credentialId: string | null;
  bulkRunId: string;
}

/** Pending changes that are still to be sent, by the sign-in and the bulk job (null: none). */
export interface QueueLoad {
  credentialId: string;
  bulkRunId: string | null;
  changes: number;
}

/** A job that changes many organizations at once. */
export interface BulkRunRow {
  id: string;
  kind: BulkRun['kind'];
  at: number;
  fields: FieldName[];
  paused: boolean;
}

/** What a bulk job does to one organization. */
export interface BulkItemRow {
  organizationId: string;
  /** The version of the pending change it stands for. */
  version: number;
  /** Why it was left out from the beginning, or null. */
  leftOut: Failure | null;
}

/**
 * A write that was given up before anybody knew whether Cloudflare stored it: what it was about, until
 * Cloudflare's copy was read again.
 */
export interface GivenUpRow {
  organizationId: string;
  base: Profile;
  /** What was written. */
  attempted: Profile;
}

/** One remembered state of a profile. */
export interface RevisionRow {
  organizationId: string;
  at: number;
  kind: Revision['kind'];
  fields: Profile;
}

/** A revision as it is stored. Ids count up in the order revisions were added. */
export interface StoredRevision extends RevisionRow {
  id: number;
}

/** What the rate budget of one Cloudflare user must not forget over a restart; see cloudflare/budget-state.ts. */
export interface BudgetRow {
  userId: string;
  /** JSON value; only room `cloudflare` knows its shape. */
  state: unknown;
}

/** One organization as the background check goes through them. */
export interface CheckEntry {
  organizationId: string;
  credentialId: string;
  /** When Cloudflare was last asked successfully; null: never read. */
  checkedAt: number | null;
}

/** One organization with everything its list row is computed from; read in one statement. */
export interface ListEntry {
  organization: OrganizationRecord;
  credential: Pick<CredentialRow, 'state' | 'trouble'> | null;
  profile: ProfileRow | null;
  /** Fields of the saved copy with advice that was not marked as seen. */
  advice: FieldName[];
  draft: DraftRow | null;
  change: OutboxRow | null;
}
