/**
 * What the database holds, as the rest of main sees it: one repository per table; their rows are in
 * rows.ts. All access goes through `Store.read` and `Store.write`, so that a database failure is a value
 * and a change is durable when the call that made it returns. Times are ms since the epoch.
 */
import type { BulkResult } from '../../shared/bulk';
import type { Failure, Outcome } from '../../shared/failure';
import type { FieldName } from '../../shared/profile';
import type {
  CredentialRow,
  OrganizationRecord,
  ProfileRow,
  DraftRow,
  OutboxRow,
  QueueEntry,
  RunTurn,
  QueueLoad,
  BulkRunRow,
  BulkItemRow,
  GivenUpRow,
  RevisionRow,
  StoredRevision,
  BudgetRow,
  CheckEntry,
  ListEntry,
} from './rows';

export type * from './rows';

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
    /** Ids and names of all, in no particular order. */
    names(): { id: string; name: string }[];
    /** At most `n` ids after this one in the order of ids, or the first ones. */
    idsAfter(after: string | null, n: number): string[];
    get(id: string): OrganizationRecord | null;
    put(row: OrganizationRecord): void;
    /** Removes the organization with its profile, draft, outbox row and revisions. */
    remove(id: string): void;
    /** Entries for the list: all, or those of these ids. */
    entries(ids?: readonly string[]): ListEntry[];
    /** Ids whose name, id or profile fields contain every word of the query, whatever the case or accents. */
    search(query: string): string[];
    markSeen(id: string, at: number): void;
    /** Id and name of the organizations that use a sign-in. */
    of(credentialId: string): Pick<OrganizationRecord, 'id' | 'name'>[];
    /** Leaves every organization of this sign-in without one; gives their ids. */
    release(credentialId: string): string[];
  };
  profiles: {
    get(organizationId: string): ProfileRow | null;
    put(row: ProfileRow): void;
    /** Fields of the saved copy with advice that was not marked as seen. */
    advice(organizationId: string): FieldName[];
    /** Marks these as seen: what was found changed, and the advice about the texts as they are. */
    markSeen(organizationIds: readonly string[]): void;
    /** Organizations of which there is no copy, or none that can be understood. */
    unread(): { organizationId: string; credentialId: string | null }[];
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
