/** One row of each table, as the rest of main sees it. Times are ms since the epoch. */
import type { BulkJob } from '../../shared/bulk';
import type { Failure } from '../../shared/failure';
import type { CHANGE_STATES } from '../../shared/organization';
import type { Revision } from '../../shared/history';
import type { JobEdit, Patch } from '../../shared/patch';
import type { Edits, FieldName, Profile } from '../../shared/profile';
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
  issue: Failure | null;
  /** Since when something is wrong with it, or null. */
  issueSince: number | null;
}

/** A saved organization. */
export interface OrganizationRecord {
  id: string;
  name: string;
  /** Null: "no sign-in". */
  credentialId: string | null;
  addedAt: number;
  /** When the person last opened its page, or null. */
  viewedAt: number | null;
}

/** Numbers of saved organizations. */
export interface OrganizationFigures {
  saved: number;
  withoutSignIn: number;
  /** Without a copy of their profile. */
  unread: number;
  changedElsewhere: number;
  drafts: number;
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
  /** Changed at Cloudflare by someone else, and not viewed since. */
  changedElsewhere: boolean;
}

/** Edits not submitted yet. */
export interface DraftRow {
  organizationId: string;
  patch: Patch;
  updatedAt: number;
}

/** A submitted change that Cloudflare has not confirmed; at most one per organization. */
export interface OutboxRow {
  organizationId: string;
  /** Numbers one submission; unique in the whole database. */
  version: number;
  patch: Patch;
  /** Texts of ours that may be at Cloudflare though unconfirmed. */
  attempted: Edits;
  /** In `conflict` and `differs`: Cloudflare's copy the person decides about. */
  remote: Profile | null;
  submittedAt: number;
  attempts: number;
  nextAttemptAt: number | null;
  failure: Failure | null;
  state: (typeof CHANGE_STATES)[number];
  /** The bulk job in whose turn it is sent, or null: that of the person. */
  bulkJobId: string | null;
}

/** What is decided about a pending change without looking at its texts. */
export interface QueueEntry {
  organizationId: string;
  /** The sign-in it is sent with, or null. */
  credentialId: string | null;
  state: OutboxRow['state'];
  failure: Failure | null;
  bulkJobId: string | null;
}

/** Which pending changes are meant; every part that is there must fit. */
export interface QueueCondition {
  /** Null: those without a sign-in. */
  credentialId?: string | null;
  states?: readonly OutboxRow['state'][];
  /** Those that are sent in the turn of the person, not of a job. */
  own?: true;
}

/** A pending change that may be sent next. */
export interface QueuedSend {
  organizationId: string;
  /** The sign-in it is sent with, or null. */
  credentialId: string | null;
  /** The bulk job in whose turn it is sent, or null: that of the person. */
  bulkJobId: string | null;
}

/** Pending changes that are still to be sent, by the sign-in and the bulk job (null: none). */
export interface QueueLoad {
  credentialId: string;
  bulkJobId: string | null;
  changes: number;
}

/** A job that changes many organizations at once. */
export interface BulkJobRow {
  id: string;
  kind: BulkJob['kind'];
  at: number;
  fields: FieldName[];
  /**
   * `planning` while its items are added, `applying` while they become pending changes, then `sending`;
   * `cancelling` while its changes are withdrawn, `cancelled` once they are. Only in `sending` its changes are sent. A job still in
   * `planning` at the next start is removed: its submit was never answered.
   */
  stage: 'planning' | 'applying' | 'sending' | 'cancelling' | 'cancelled';
  paused: boolean;
}

/** What a bulk job is to do to one organization: its edits with the texts its preview showed. */
export interface BulkItemRow {
  organizationId: string;
  plan: Partial<Record<FieldName, JobEdit>>;
}

/** How one field of a job can end. */
export const JOB_ENDS = ['done', 'replaced', 'cancelled', 'theirs'] as const;

/** One remembered state of a profile. */
export interface RevisionRow {
  organizationId: string;
  at: number;
  kind: Revision['kind'];
  /** All five where it is Cloudflare's copy, else those the person had touched. */
  texts: Edits;
}

/** A revision as it is stored. Ids count up in the order revisions were added. */
export interface StoredRevision extends RevisionRow {
  id: number;
}

/** What the rate limit of one Cloudflare user must not forget over a restart; see rate-limit/persisted-state.ts. */
export interface RateLimitRow {
  userId: string;
  /** JSON value; only rate-limit/ knows its shape. */
  state: unknown;
}

/** A group of organizations that a person chose to add and that are not saved yet. */
export interface AdditionRow {
  id: number;
  /** The sign-in they are added with. */
  credentialId: string;
  organizations: readonly { id: string; name: string }[];
}

/** Where an entry stands in the order of checks. */
export interface CheckPlace {
  /** When Cloudflare was last asked successfully, ms since the epoch. */
  checkedAt: number;
  /** Tells apart those of the same time. */
  row: number;
}

/** An entry and the sign-in it is read with, or null. */
export interface EntrySignIn {
  organizationId: string;
  credentialId: string | null;
}

/** One organization with everything its list row is computed from; read in one statement. */
export interface ListEntry {
  organization: OrganizationRecord;
  credential: Pick<CredentialRow, 'state' | 'issue'> | null;
  profile: ProfileRow | null;
  /** Fields of the saved copy with advice that was not marked as seen. */
  advice: FieldName[];
  draft: DraftRow | null;
  change: OutboxRow | null;
}
