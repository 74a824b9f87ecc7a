/**
 * What the database holds, as the rest of main sees it: one row type and one repository per table.
 * All access goes through `Store.read` and `Store.write`, so that a database failure is a value and
 * a change is durable when the call that made it returns. Times are ms since the epoch.
 */
import type { BulkResult, BulkRun } from '../../shared/bulk';
import type { Failure, Outcome } from '../../shared/failure';
import type { CHANGE_STATES } from '../../shared/organization';
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
  kind: 'saved' | 'observed' | 'discarded' | 'replaced';
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
  draft: DraftRow | null;
  change: OutboxRow | null;
}

/** The repositories, usable only inside `Store.read` or `Store.write`. */
export interface Tables {
  credentials: {
    all(): CredentialRow[];
    get(id: string): CredentialRow | null;
    put(row: CredentialRow): void;
    remove(id: string): void;
    /** How many organizations use each sign-in, by sign-in id. */
    useCounts(): Map<string, number>;
  };
  organizations: {
    all(): OrganizationRecord[];
    ids(): string[];
    get(id: string): OrganizationRecord | null;
    put(row: OrganizationRecord): void;
    /** Removes the organization with its profile, draft, outbox row and revisions. */
    remove(id: string): void;
    /** Entries for the list: all, or those of these ids. */
    entries(ids?: readonly string[]): ListEntry[];
    /** Ids whose name, id or profile fields contain every word of the query, whatever the case or accents. */
    search(query: string): string[];
    markSeen(id: string, at: number): void;
    /** Leaves every organization of this sign-in without one; gives their ids. */
    release(credentialId: string): string[];
  };
  profiles: {
    get(organizationId: string): ProfileRow | null;
    put(row: ProfileRow): void;
    /** Organizations that have a sign-in, the one checked longest ago first. */
    checkOrder(): CheckEntry[];
    /** Notes that these profiles were found as they are saved. */
    markChecked(organizationIds: readonly string[], at: number): void;
  };
  drafts: {
    get(organizationId: string): DraftRow | null;
    put(row: DraftRow): void;
    remove(organizationId: string): void;
  };
  outbox: {
    all(): OutboxRow[];
    get(organizationId: string): OutboxRow | null;
    put(row: OutboxRow): void;
    /** Removes the row only if its version is this one; says whether it did. */
    removeVersion(organizationId: string, version: number): boolean;
    remove(organizationId: string): void;
    /**
     * At most `limit` of no bulk job that may be sent now, the least tried first, then the oldest: queued, or waiting
     * until `now` at most. A wait beyond `horizon` counts as over: the clock was set back.
     * @param except those to leave out
     */
    due(
      now: number,
      horizon: number,
      limit: number,
      except: (organizationId: string) => boolean,
    ): OutboxRow[];
    /**
     * The change of a bulk job that may be sent next, or null; the oldest job first. Those of paused
     * jobs are passed over, as those are that need one of these sign-ins ('': none).
     */
    nextOfRuns(
      now: number,
      horizon: number,
      except: (organizationId: string) => boolean,
      exceptSignIns: readonly string[],
    ): RunTurn | null;
    /** When the next wait after `now` is over, or null; those of paused jobs do not count. */
    nextDue(now: number): number | null;
    /** The changes of a bulk job. */
    ofRun(bulkRunId: string): QueueEntry[];
    /** Takes one out of its bulk job's turn: it is the person's own matter now. */
    release(organizationId: string): void;
    /** How many are still to be sent, those of paused jobs too. */
    loads(): QueueLoad[];
    /** All of them without their texts: for decisions about thousands at once. */
    entries(): QueueEntry[];
    /** Gives many a state at once, without a wait and without `theirs`; their texts stay. */
    move(
      organizationIds: readonly string[],
      state: OutboxRow['state'],
      failure: Failure | null,
    ): void;
    /** How many wait for Cloudflare; those that wait for the person do not count. */
    count(): number;
    /** How many are paused, by the sign-in they need. */
    pausedCounts(): Map<string, number>;
    /** How many wait for Cloudflare, paused ones too, by the sign-in they need. */
    waitingCounts(): Map<string, number>;
  };
  bulk: {
    /** Adds a job with its items. */
    add(run: BulkRunRow, items: readonly BulkItemRow[]): void;
    /** Those not dismissed, newest first. */
    all(): BulkRunRow[];
    get(id: string): BulkRunRow | null;
    setPaused(id: string, paused: boolean): void;
    /** Takes it from the list; it is forgotten as soon as no pending change is of it. */
    dismiss(id: string): void;
    /** How many of its items stand how. */
    counts(id: string): Record<BulkResult['state'], number>;
    /** Every item in the order they were submitted. */
    results(id: string): BulkResult[];
    /**
     * What stands for this version of a pending change has ended so. Also where it had ended
     * otherwise: what Cloudflare confirms is true whatever was decided meanwhile.
     */
    end(organizationId: string, version: number, state: 'done' | 'cancelled'): void;
    /** What stood for this version of a pending change stands for a newer one. */
    follow(organizationId: string, version: number, newer: number): void;
  };
  givenUp: {
    ids(): string[];
    get(organizationId: string): GivenUpRow | null;
    put(row: GivenUpRow): void;
    remove(organizationId: string): void;
  };
  revisions: {
    /** All of an organization in the order they were added, whatever the clock said. */
    of(organizationId: string): StoredRevision[];
    /** At most `limit` of an organization, newest first: those older than revision `before`. */
    page(organizationId: string, before: number | null, limit: number): StoredRevision[];
    get(id: number): StoredRevision | null;
    /** The newest revision older than `id` that shows Cloudflare's copy: saved or observed. */
    copyBefore(organizationId: string, id: number): StoredRevision | null;
    /** Id of the newest one, or null. */
    latest(organizationId: string): number | null;
    add(row: RevisionRow): void;
    /** Forgets one; only for taking over, which puts it in again among older ones. */
    remove(id: number): void;
  };
  budget: {
    all(): BudgetRow[];
    put(row: BudgetRow): void;
    remove(userId: string): void;
  };
  settings: {
    /** The JSON value under this name, or null when absent or unreadable. */
    get(name: string): unknown;
    put(name: string, value: unknown): void;
  };
}

/** The open database. */
export interface Store {
  /** Reads; nothing may be written inside. */
  read<T>(work: (tables: Tables) => T): Outcome<T>;
  /** One durable transaction: all of `work` or, on a failure, nothing of it. */
  write<T>(work: (tables: Tables) => T): Outcome<T>;
  close(): void;
}
