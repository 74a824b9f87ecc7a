/**
 * The interface of the database: `Store`, and one repository per table in `Tables`. Start reading here.
 *
 * - A caller passes a function to `Store.read` or `Store.write`. The store runs it synchronously in one
 *   transaction and passes the repositories to it. A database failure is returned as a value. What was written
 *   is durable when `write` returns (store.ts).
 * - A repository is a `*-table.ts` file with the SQL of one table. Whatever it writes, it marks as changed in
 *   its `Context` (context.ts).
 * - The list that the window shows has tables of its own, called the *read model* (list/), with one row per
 *   entry, that is per saved organization. Before the commit, the store updates the rows of the marked entries.
 *   After the commit, it publishes all marks as one `Change` on `Store.changes` (change-feed.ts).
 *
 * Row types are in rows.ts, the SQL schema in schema.ts.
 *
 * Times are ms since the epoch.
 */
import type { BulkResult } from '../../shared/bulk';
import type { Failure } from '../../shared/failure';
import type { Author } from '../../shared/history';
import type { Outcome } from '../../shared/outcome';
import type { Edits, FieldName } from '../../shared/profile';
import type { ChangeFeed, Writer } from './change-feed';
import type { ListRepository } from './list-repository';
import type { RowMacs, Verdict } from './row-macs';
import type {
  CredentialRow,
  OrganizationTotals,
  OrganizationRecord,
  ProfileRow,
  DraftRow,
  OutboxRow,
  QueueCondition,
  QueueEntry,
  QueuedSend,
  QueueLoad,
  BulkJobRow,
  BulkItemRow,
  UnappliedItem,
  RevisionRow,
  SiblingWrite,
  OwnRequest,
  LogAccess,
  AuthorQuestion,
  StoredRevision,
  RateLimitRow,
  AdditionRow,
  EditFingerprint,
  EntrySignIn,
  CheckPlace,
  ListEntry,
  JOB_ENDS,
} from './rows';

export type * from './rows';
export { JOB_ENDS } from './rows';

/** How one field of a job ended. */
type JobEnd = (typeof JOB_ENDS)[number];

/** The repositories, usable only inside `Store.read` or `Store.write`. */
export interface Tables {
  credentials: {
    all(): CredentialRow[];
    get(id: string): CredentialRow | null;
    put(row: CredentialRow): void;
    remove(id: string): void;
    /** Number of organizations per sign-in, by sign-in id. */
    useCounts(): Map<string, number>;
  };
  organizations: {
    all(): OrganizationRecord[];
    ids(): string[];
    /** Totals for confirmation dialogs and the support report. */
    totals(): OrganizationTotals;
    get(id: string): OrganizationRecord | null;
    /** Whether a text of its draft or pending change cannot be read. */
    hasUnreadableEdits(id: string): boolean;
    put(row: OrganizationRecord): void;
    /** Removes the organization with its profile, draft, outbox row and revisions. */
    remove(id: string): void;
    /** Everything the list needs about all organizations, or about those with these ids. */
    entries(ids?: readonly string[]): ListEntry[];
    /** Identifies the edits of these entries, in the given order. Omits entries that are not saved. */
    editFingerprints(ids: readonly string[]): EditFingerprint[];
    /** Ids of up to `limit` other entries that show the same record at Cloudflare. */
    siblings(id: string, limit: number): string[];
    markViewed(id: string, at: number): void;
    /** Removes the sign-in from every organization that uses it, and returns their ids. */
    release(credentialId: string): string[];
  };
  list: ListRepository;
  profiles: {
    get(organizationId: string): ProfileRow | null;
    put(row: ProfileRow): void;
    /** Fields of the saved copy with advice that was not marked as viewed. */
    advice(organizationId: string): FieldName[];
    /** Clears the *changed elsewhere* flag and the advice about the current texts. */
    markViewed(organizationIds: readonly string[]): void;
    /** Number of saved entries, and of those with a saved copy of their profile. */
    counts(): { saved: number; copies: number };
    /**
     * Examines the `n` entries that were added after position `after` (0: from the first one).
     * @returns those without a readable copy, and the position to continue after (null: the end)
     */
    unread(after: number, n: number): { entries: EntrySignIn[]; next: number | null };
    /** Those of these entries without a readable copy. */
    withoutCopyAmong(organizationIds: readonly string[]): EntrySignIn[];
    /**
     * The next `n` entries that have a copy, least recently checked first.
     * @param range `after`: position to continue from, null to start; `before`: only those checked before
     *   this time (ms since the epoch), null for no limit
     */
    byCheck(
      range: { after: CheckPlace | null; before: number | null },
      n: number,
    ): { entries: EntrySignIn[]; next: CheckPlace | null };
    /** Records that the saved copies still equaled Cloudflare's profiles at this time. */
    markChecked(organizationIds: readonly string[], at: number): void;
  };
  drafts: {
    get(organizationId: string): DraftRow | null;
    /** Ids of all organizations with a draft. */
    ids(): string[];
    put(row: DraftRow): void;
    remove(organizationId: string): void;
  };
  outbox: {
    all(): OutboxRow[];
    /** A pending change, or null. One that does not pass its check (row-macs.ts) is `refused`. */
    get(organizationId: string): OutboxRow | null;
    put(row: OutboxRow): void;
    remove(organizationId: string): void;
    /** The highest plausible version of the pending changes; 0 if there is none. Reads all of them. */
    highestVersion(): number;
    /** The result of checking the MAC of a pending change; `intact` if there is none. */
    verdict(organizationId: string): Verdict;
    /** Refuses a change that no one can check, so that it waits for the person. */
    refuseUnchecked(organizationId: string): void;
    /**
     * Gives new MACs to the next `limit` changes after position `after` (0: from the first one). Refuses those
     * that do not pass their check. Returns the position to continue after; null: the end.
     */
    renewMacs(after: number, limit: number): number | null;
    /** Sign-ins of the pending changes; null stands for changes without a sign-in. */
    signIns(): (string | null)[];
    /**
     * The change to send next with one of these sign-ins, or null. A change may be sent if it is queued, or if
     * its wait ended by `now`. The person's own changes come before those of jobs, small jobs before large ones,
     * and older jobs before newer ones. Among the changes of one job, or the person's own, the one with the
     * fewest attempts comes first, then the oldest.
     * @param from.own whether to consider the person's own changes
     * @param from.jobs whether to consider changes of jobs; paused jobs are always skipped
     * @param times ms since the epoch. A wait until after `latestPlausible` counts as ended, because the clock
     *   was set back
     * @param except whether to skip the change of an organization
     * @param busyRecords ids of records (`recordOf`) whose changes are skipped; default: none
     */
    next(
      signIns: readonly (string | null)[],
      from: { own: boolean; jobs: boolean },
      times: { now: number; latestPlausible: number },
      except: (organizationId: string) => boolean,
      busyRecords?: readonly string[],
    ): QueuedSend | null;
    /** When the next wait ends that has not ended at `now`, ms since the epoch; null if there is none. */
    nextDue(now: number): number | null;
    /** Organizations whose pending change includes a field of this job. */
    ofJob(job: string): string[];
    /** Those of `ofJob` whose change also includes fields of another job. */
    ofSeveralJobs(job: string): string[];
    /** Sets the job that a change is sent as part of; null: it is sent as the person's own. */
    setSendingJob(organizationId: string, bulkJobId: string | null): void;
    /** Number of changes still to be sent, including those of paused jobs. */
    loads(): QueueLoad[];
    /** Pending changes that meet the condition, without their texts, so that reading thousands is cheap. */
    entries(condition?: QueueCondition): QueueEntry[];
    /**
     * Sets the state and failure of many changes, and clears the time they wait for. Only for changes that are
     * `queued`, `waiting` or `paused`.
     */
    move(
      organizationIds: readonly string[],
      state: 'queued' | 'waiting' | 'paused',
      failure: Failure | null,
    ): void;
    /** Number of changes waiting for Cloudflare, not counting those that wait for the person. */
    count(): number;
    /** Number of paused changes per sign-in. */
    pausedCounts(): Map<string, number>;
    /** Number of changes waiting for Cloudflare per sign-in, including paused ones. */
    waitingCounts(): Map<string, number>;
  };
  bulk: {
    /** Adds a job; its items are added with `addItems`. */
    add(job: BulkJobRow): void;
    addItems(id: string, items: readonly BulkItemRow[]): void;
    setStage(id: string, stage: BulkJobRow['stage']): void;
    /** Whether a job was canceled. Fields that could not be withdrawn then are withdrawn when possible. */
    isCanceled(id: string): boolean;
    /** Whether a job covers so few organizations that it is sent like single saves (`SMALL_JOB`). */
    isSmall(id: string): boolean;
    /** Jobs in this stage, oldest first. */
    inStage(stage: BulkJobRow['stage']): BulkJobRow[];
    /** Deletes a job with its items. */
    remove(id: string): void;
    /** Up to `limit` items that are not applied yet, in the order they were added. */
    unapplied(id: string, limit: number): UnappliedItem[];
    /** Records that an item was applied, or skipped because of `skipped`. */
    applied(id: string, organizationId: string, skipped: Failure | null): void;
    /** Marks every item that was not applied yet as canceled. */
    cancelUnapplied(id: string): void;
    /** Whether jobs in stage `applying` have to wait until their MACs can be checked. */
    mustWait(id: string): boolean;
    /** Like `outbox.renewMacs`, for the plans of jobs; without refusing any. */
    renewMacs(after: number, limit: number): number | null;
    /** Ids of paused jobs, and of those that do not pass their check. */
    paused(): string[];
    /** Ids of jobs whose fields are not sent now: those in `paused`, or not in stage `sending`. */
    held(): string[];
    /** Jobs that were not dismissed, newest first. */
    all(): BulkJobRow[];
    get(id: string): BulkJobRow | null;
    setPaused(id: string, paused: boolean): void;
    /** Hides a job and unpauses it. It is deleted once it has no open items. */
    dismiss(id: string): void;
    /** Number of items in each state. */
    counts(id: string): Record<BulkResult['state'], number>;
    /** The results of all items, in the order the items were submitted. */
    results(id: string): BulkResult[];
    /**
     * Stores how one field of an item ended. Overwrites an earlier end: if Cloudflare confirms a field, that is
     * true no matter what was decided before.
     */
    end(id: string, organizationId: string, field: FieldName, end: JobEnd): void;
  };
  /** The last eight texts that we wrote per entry and field. */
  ownWrites: {
    /**
     * Records what a write through an entry contains, if other entries show the same record.
     * @param write the version of its change, when that was submitted, and when it is sent
     */
    put(
      organizationId: string,
      texts: Edits,
      write: { version: number; submittedAt: number; at: number },
    ): void;
    /** Forgets what was written into these fields of the record before a time. */
    forget(organizationId: string, fields: readonly FieldName[], before: number): void;
    /**
     * What was written since a time through other entries that show the same record: the organization behind an
     * account, and the accounts of an organization. Newest first.
     */
    bySiblings(organizationId: string, since: number): SiblingWrite[];
    /** Gives new MACs to the rows that pass their check, and forgets old writes. */
    renewMacs(): void;
  };
  /** The requests with which we wrote profiles, at most twenty per entry. */
  ownRequests: {
    /** Records a write before it is sent. */
    add(organizationId: string, at: number): void;
    /** Records the id of the answer to the newest one. */
    answered(organizationId: string, ray: string): void;
    of(organizationId: string): OwnRequest[];
  };
  /** What audit logs are to be asked, and which of them gave no result. */
  authorQuestions: {
    /** Adds a question about a revision to the log of organization `logId`. */
    add(question: { revisionId: number; logId: string; since: number }): void;
    /**
     * The logs with a question and a sign-in, oldest question first, except those that are backed off.
     * @param now ms since the epoch
     * @param maxMs the longest back-off, in ms. A longer one has ended: the clock was set back
     */
    logs(now: number, maxMs: number): LogAccess[];
    /** The newest questions to a log with this sign-in. */
    of(log: LogAccess, limit: number): AuthorQuestion[];
    remove(revisionId: number): void;
    /**
     * Backs off a log that did not answer these questions with this sign-in. Those that were asked twice are dropped.
     * @param until `now` and the end of the back-off, ms since the epoch
     */
    backOff(
      log: LogAccess,
      until: { now: number; at: number },
      revisionIds: readonly number[],
    ): void;
  };
  abandoned: {
    /** Organizations with an abandoned write that may still arrive at Cloudflare, without those that are unknown. */
    ids(): string[];
    /** Whether there are texts of an earlier run that cannot be checked yet, and so are not in `get`. */
    mustWait(organizationId: string): boolean;
    /** The texts that may still arrive; an empty object if there are none. */
    get(organizationId: string): Edits;
    put(organizationId: string, texts: Edits): void;
    remove(organizationId: string): void;
    /** Gives new MACs to the rows that pass their check. */
    renewMacs(): void;
  };
  revisions: {
    /** All revisions of an organization in the order they were added, which may differ from clock order. */
    of(organizationId: string): StoredRevision[];
    /** Up to `limit` revisions of an organization older than revision `before` (null: any), newest first. */
    page(organizationId: string, before: number | null, limit: number): StoredRevision[];
    get(id: number): StoredRevision | null;
    /** The newest revision before `id` that is a copy of Cloudflare's profile. */
    copyBefore(organizationId: string, id: number): StoredRevision | null;
    /** Id of the newest revision, or null. */
    latest(organizationId: string): number | null;
    add(row: RevisionRow): void;
    /** Records who made the change that a revision shows. */
    setAuthor(id: number, author: Author): void;
    /** Deletes a revision. Only for recovery, which adds it again after older ones. */
    remove(id: number): void;
  };
  /** State of the rate limit, per Cloudflare user. */
  rateLimits: {
    all(): RateLimitRow[];
    put(row: RateLimitRow): void;
    remove(userId: string): void;
  };
  additions: {
    /** Number of organizations still to be added. */
    count(): number;
    /** The first readable group, or null. Unreadable groups stay until `clear`. */
    first(): AdditionRow | null;
    /** Appends a group and returns its id. */
    put(credentialId: string, organizations: AdditionRow['organizations']): number;
    /** Deletes a group, once its organizations are saved or will not be. */
    remove(id: number): void;
    /** Deletes all groups. */
    clear(): void;
  };
  settings: {
    /** The JSON value under this name, or null when absent or unreadable. */
    get(name: string): unknown;
    put(name: string, value: unknown): void;
  };
}

/** The open database. */
export interface Store {
  /** Runs `work` in one read transaction; writing inside is an error. */
  read<T>(work: (tables: Tables) => T): Outcome<T>;
  /**
   * Runs `work` in one transaction. When this succeeds, everything is durable, in the file that is at its path. On
   * failure nothing is written, or only to a file that is gone (`store.moved`).
   * After the commit, `changes` publishes the marks of the transaction. `work` may run twice (see store.ts), so
   * it must not have effects outside of the database.
   * @param by the writer, so that a subscriber can skip its own changes
   */
  write<T>(work: (tables: Tables) => T, by?: Writer): Outcome<T>;
  /** Makes and checks the MACs of rows. */
  readonly macs: RowMacs;
  /** Publishes what each commit changed. */
  readonly changes: ChangeFeed;
  close(): void;
}
