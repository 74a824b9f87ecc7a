/**
 * The database as other code uses it: `Database`, and one repository per table in `Tables`. Start reading here.
 *
 * - A caller passes a function to `Database.read` or `Database.write`. The database runs it synchronously in one
 *   transaction and passes the repositories to it. A database failure is returned as a value. What was written
 *   is durable when `write` returns (database.ts).
 * - A repository is a `*-table.ts` file with the SQL of one table. Whatever it writes, it marks as changed in
 *   its `Context` (context.ts).
 * - The list that the window shows has tables of its own, called the *read model* (list/), with one row per
 *   entry (a saved organization or account). Before the commit, the database updates the rows of the marked entries.
 *   After the commit, it publishes all marks as one `Change` on `Database.changes` (change-feed.ts).
 *
 * The SQL schema is in schema.ts.
 *
 * Times are ms since the epoch.
 */
import type { Result } from '../../shared/result';
import { abandoned } from './abandoned-table';
import { ADDITION, additions } from './addition-table';
import { batches } from './batch-table';
import { saves } from './saves-table';
import type { ChangeFeed, Writer } from './change-feed';
import type { Context } from './context';
import { SIGN_IN, signIns } from './sign-in-table';
import { DRAFT, drafts } from './draft-table';
import { LABEL, labels } from './label-table';
import type { ListIndex } from './list/list-index';
import { list } from './list/list-queries';
import { ORGANIZATION, organizations } from './organization-table';
import { OUTBOX, outbox, PENDING_FIELD } from './outbox-table';
import { ownRequests } from './own-request-table';
import { PROFILE, profiles } from './profile-table';
import { rateLimits } from './rate-limit-table';
import { REVISION, revisions } from './revision-table';
import type { RowMacs } from './row-macs';
import { settings } from './setting-table';
import type { Table } from './table';

/** What tables declare of their rows. A damaged database is recovered in this order. */
export const DECLARED: readonly Table[] = [
  SIGN_IN,
  ORGANIZATION,
  PROFILE,
  DRAFT,
  OUTBOX,
  PENDING_FIELD,
  REVISION,
  LABEL,
  ADDITION,
];

/** Creates the repositories. They may be used only inside `Database.read` or `Database.write`. */
export function tablesOf(context: Context, index: ListIndex) {
  return {
    signIns: signIns(context),
    organizations: organizations(context),
    list: list(context, index),
    profiles: profiles(context),
    drafts: drafts(context),
    batches: batches(context),
    outbox: outbox(context),
    saves: saves(context),
    ownRequests: ownRequests(context),
    abandoned: abandoned(context),
    revisions: revisions(context),
    labels: labels(context),
    settings: settings(context),
    rateLimits: rateLimits(context),
    additions: additions(context),
    recovered: {
      /** Adds a row of a damaged database as its table declares. Returns whether it is new. */
      add: <T>(table: Table<T>, row: T): boolean => table.recover?.(context, row) ?? false,
    },
  };
}

/** The repositories. */
export type Tables = ReturnType<typeof tablesOf>;

/** The open database. */
export interface Database {
  /** Runs `work` in one read transaction; writing inside is an error. */
  read<T>(work: (tables: Tables) => T): Result<T>;
  /**
   * Runs `work` in one transaction. When this succeeds, everything is durable, in the file that is at its path. On
   * failure nothing is written, or only to a file that is gone (`database.moved`).
   * After the commit, `changes` publishes the marks of the transaction. `work` may run twice (see database.ts), so
   * it must not have effects outside of the database.
   * @param by the writer, so that a subscriber can skip its own changes
   */
  write<T>(work: (tables: Tables) => T, by?: Writer): Result<T>;
  /**
   * `write` for a slice of work on many entries, which does not wait for the disk. A power failure undoes the last slices,
   * until a `write` or `flush` after them has succeeded; the end of the app undoes none.
   */
  writeSlice<T>(work: (tables: Tables) => T): Result<T>;
  /** Makes the slices durable. Call after the last one. */
  flush(): Result<null>;
  /**
   * Does some of what the commits of slices left to do: copies the log to the file, or merges the full-text index. It takes
   * about as long as a slice: call it between slices, in a turn of the event loop of its own. Returns whether it did something.
   */
  checkpoint(): boolean;
  /** Makes and checks the MACs of rows. */
  readonly macs: RowMacs;
  /** Publishes what each commit changed. */
  readonly changes: ChangeFeed;
  close(): void;
}
