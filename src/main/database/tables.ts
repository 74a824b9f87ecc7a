/**
 * What the database holds, as the rest of main sees it: one repository per table; their rows are in
 * rows.ts. All access goes through `Store.read` and `Store.write`, so that a database failure is a value
 * and a change is durable when the call that made it returns. Times are ms since the epoch.
 */
import type { BulkResult } from '../../shared/bulk';
import type { Failure, Outcome } from '../../shared/failure';
import type { ListBuilding, ListFilter, ListMatch, ListQuery } from '../../shared/list-query';
import type { Edits, FieldName } from '../../shared/profile';
import type { ChangeFeed, Writer } from './change-feed';
import type {
  CredentialRow,
  OrganizationFigures,
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
  RevisionRow,
  StoredRevision,
  RateLimitRow,
  AdditionRow,
  EntrySignIn,
  CheckPlace,
  ListEntry,
} from './rows';
import type { JOB_ENDS } from './rows';

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
    /** How many organizations use each sign-in, by sign-in id. */
    useCounts(): Map<string, number>;
  };
  organizations: {
    all(): OrganizationRecord[];
    ids(): string[];
    /** Numbers of entries, for questions and for support. */
    figures(): OrganizationFigures;
    get(id: string): OrganizationRecord | null;
    put(row: OrganizationRecord): void;
    /** Removes the organization with its profile, draft, outbox row and revisions. */
    remove(id: string): void;
    /** Entries for the list: all, or those of these ids. */
    entries(ids?: readonly string[]): ListEntry[];
    markViewed(id: string, at: number): void;
    /** Leaves every organization of this sign-in without one; gives their ids. */
    release(credentialId: string): string[];
  };
  /**
   * The list as queries over the read model. Nothing of it is a source of truth. While the list is being
   * built (`building`), every answer is empty.
   */
  list: {
    /** How far it is built, in entries; null: it is whole. */
    building(): ListBuilding | null;
    /** The entries of a query from `offset` on, at most `limit`, in its order. */
    ids(query: ListQuery, offset: number, limit: number): string[];
    /** How many entries fit a query. */
    total(query: ListQuery): number;
    /** How many entries each filter shows; with a sign-in (see `ListQuery`), how many of its entries. */
    counts(signIn: ListQuery['signIn']): Record<ListFilter, number>;
    /** How many entries each sign-in has, by its id; as of the beginning of the transaction. */
    bySignIn(): Map<string, number>;
    /** How many entries are saved. */
    saved(): number;
    /** Where an entry stands, from 0, or null. */
    position(id: string, query: ListQuery): number | null;
    /** The first entry from place `from` on, then from the beginning, whose name begins so. */
    find(prefix: string, from: number, query: ListQuery): { id: string; index: number } | null;
    /** How many of these entries fit a query. */
    countAmong(ids: readonly string[], query: ListQuery): number;
    /** Those of these entries that were changed elsewhere or have advice, which looking at them settles. */
    unviewed(ids: readonly string[]): string[];
    /** Ids in the order of names; without `ids` all. */
    inOrder(ids?: readonly string[]): string[];
    /** Where a search found something in these entries, by id. */
    matches(ids: readonly string[], search: string): Map<string, ListMatch>;
    /** How many entries have no copy of their profile yet. */
    unread(): number;
    /**
     * Whether words of one or two characters were looked for in names alone, because there is too much else
     * to look through.
     */
    readsNamesOnly(query: ListQuery): boolean;
  };
  profiles: {
    get(organizationId: string): ProfileRow | null;
    put(row: ProfileRow): void;
    /** Fields of the saved copy with advice that was not marked as seen. */
    advice(organizationId: string): FieldName[];
    /** Marks these as seen: what was found changed, and the advice about the texts as they are. */
    markViewed(organizationIds: readonly string[]): void;
    /** How many entries are saved, and of how many there is a copy. */
    counts(): { saved: number; copies: number };
    /**
     * Looks at the next `n` entries after a place in the order they were added, from 0 on: those of which
     * there is no copy, or none that can be understood, and the place to continue after (null: the end).
     */
    unread(after: number, n: number): { entries: EntrySignIn[]; next: number | null };
    /** Those of these entries of which there is no copy, or none that can be understood. */
    unreadAmong(organizationIds: readonly string[]): EntrySignIn[];
    /**
     * Looks at the next `n` entries that have a copy, the one checked longest ago first, within a range of
     * times (ms since the epoch): `after` is a place, null the first; `before` excluded, null without end.
     */
    byCheck(
      range: { after: CheckPlace | null; before: number | null },
      n: number,
    ): { entries: EntrySignIn[]; next: CheckPlace | null };
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
    remove(organizationId: string): void;
    /** The sign-ins that changes wait to be sent with; null stands for none. */
    signIns(): (string | null)[];
    /**
     * The change that is sent next with one of these sign-ins, or null: the person's own before those
     * of jobs, small jobs before others, the oldest job first, the least tried first, then the oldest. It is queued, or waiting until
     * `now` at most; a wait beyond `horizon` counts as over, because the clock was set back.
     * @param wanted.own whether the person's own may be chosen
     * @param wanted.jobs whether those of jobs may be chosen; paused jobs are skipped
     */
    next(
      signIns: readonly (string | null)[],
      wanted: { own: boolean; jobs: boolean },
      times: { now: number; horizon: number },
      except: (organizationId: string) => boolean,
    ): QueuedSend | null;
    /** When the next wait after `now` is over, or null. */
    nextDue(now: number): number | null;
    /** Ids of the organizations whose change has a field of this job. */
    ofJob(job: string): string[];
    /** Those of them that also have fields of another job. */
    ofSeveralJobs(job: string): string[];
    /** Takes a change into the turn of another job, or of the person (null). */
    setTurn(organizationId: string, bulkJobId: string | null): void;
    /** How many are still to be sent, those of paused jobs too. */
    loads(): QueueLoad[];
    /** Those that fit, all without a condition, without their texts: for decisions about thousands at once. */
    entries(only?: QueueCondition): QueueEntry[];
    /** Gives many a state at once, without a wait; only among `queued`, `waiting` and `paused`. */
    move(
      organizationIds: readonly string[],
      state: 'queued' | 'waiting' | 'paused',
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
    /** Adds a job; its items are added with `addItems`. */
    add(run: BulkJobRow): void;
    addItems(id: string, items: readonly BulkItemRow[]): void;
    setStage(id: string, stage: BulkJobRow['stage']): void;
    /** Whether a job was cancelled: what is left of its fields is withdrawn as soon as that is possible. */
    isCancelled(id: string): boolean;
    /** Whether a job is over so few organizations that it is sent like single saves. */
    isSmall(id: string): boolean;
    /** Jobs in this stage, the oldest first. */
    inStage(stage: BulkJobRow['stage']): BulkJobRow[];
    /** Forgets a job with its items. */
    remove(id: string): void;
    /** At most `limit` items that are not applied yet, in the order they were added. */
    unapplied(id: string, limit: number): BulkItemRow[];
    /** An item was applied, or skipped for this reason. */
    applied(id: string, organizationId: string, skipped: Failure | null): void;
    /** Ends every item that was not applied yet as cancelled. */
    cancelUnapplied(id: string): void;
    /** Ids of paused jobs. */
    paused(): string[];
    /** Ids of the jobs whose fields are not sent now: paused, or not in `sending`. */
    held(): string[];
    /** Those not dismissed, newest first. */
    all(): BulkJobRow[];
    get(id: string): BulkJobRow | null;
    setPaused(id: string, paused: boolean): void;
    /** Removes a job from the list; it is deleted once it has no open items. */
    dismiss(id: string): void;
    /** The number of items in each state. */
    counts(id: string): Record<BulkResult['state'], number>;
    /** Every item in the order they were submitted. */
    results(id: string): BulkResult[];
    /**
     * Stores how one field of an item ended. Replaces an earlier end: what Cloudflare confirms is true
     * whatever was decided meanwhile.
     */
    end(id: string, organizationId: string, field: FieldName, end: JobEnd): void;
  };
  abandoned: {
    /** Organizations with a discarded write whose end is not known. */
    ids(): string[];
    /** The texts that may still arrive; empty if nothing was abandoned. */
    get(organizationId: string): Edits;
    put(organizationId: string, texts: Edits): void;
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
    all(): RateLimitRow[];
    put(row: RateLimitRow): void;
    remove(userId: string): void;
  };
  additions: {
    /** How many organizations are still to be added. */
    count(): number;
    /** The first group of them that can be read, or null: those that cannot are for `clear`. */
    first(): AdditionRow | null;
    /** Adds a group behind those that are there; gives its id. */
    put(credentialId: string, organizations: AdditionRow['organizations']): number;
    /** Forgets a group: its organizations are saved, or will not be. */
    remove(id: number): void;
    /** Forgets all of them. */
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
  /** Reads; nothing may be written inside. */
  read<T>(work: (tables: Tables) => T): Outcome<T>;
  /**
   * One durable transaction: all of `work` or, on a failure, nothing of it. What it touched is announced by
   * `changes` after the commit.
   * @param by who writes, for those who must not hear themselves
   */
  write<T>(work: (tables: Tables) => T, by?: Writer): Outcome<T>;
  /** Tells what every commit changed. */
  readonly changes: ChangeFeed;
  close(): void;
}
