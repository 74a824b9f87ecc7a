/**
 * Manages the read model, the tables that the list is queried from (list-tables.ts). Knows whether they can be
 * queried, updates them in each transaction, and rebuilds and maintains them in the background.
 */
import type { Failure } from '../../../shared/failure';
import { failed, success, type Result } from '../../../shared/result';
import type { ListBuilding } from '../../../shared/list-query';
import { locale } from '../../../shared/messages/locale';
import * as columns from '../columns';
import type { Context, RowMarks } from '../context';
import type { SqliteFile, Sql } from '../sqlite-file';
import { isDamage, databaseFailure } from '../failures';
import { moveCountsToNoSignIn, recountAttention } from './list-counts';
import { updateRows } from './list-rows';
import { reportingListDamage, sqlReportingListDamage, ListDamage, readState } from './list-tables';
import { countSegments, flushIndexes, mergeIndexes } from './full-text';
import { isInOrder } from './name-order';
import { rebuild } from './rebuild';
import { ATTENTION } from './row-columns';

/** Up to this many entries, the list is built without interruption, because no one notices the time. */
const MAX_BUILT_AT_ONCE = 2_000;
/** If a transaction touches more entries than this, rebuilding is faster than updating. */
const MAX_UPDATED = 5_000;
/** The full-text index is merged after this many transactions that changed texts, each of which left a segment. */
const MERGE_AFTER = 16;

const MARK_INCOMPLETE = 'UPDATE list_state SET is_built = 0';

/**
 * - `built`: the tables are complete and up to date, and can be queried.
 * - `outdated`: they cannot be queried, but on disk they are still marked as complete. The next transaction
 *   that touches an entry must mark them as incomplete. Otherwise, if the app were killed after it, the next
 *   launch would use outdated tables.
 * - `incomplete`: they cannot be queried. On disk they are marked as incomplete, or do not exist.
 */
type BuildState = 'built' | 'outdated' | 'incomplete';

/** Dependencies of the read model. */
export interface ListIndexOptions {
  file: SqliteFile;
  /** The database file, for failures. */
  path: string;
  onUnexpected: (error: unknown) => void;
  /** Called if the next launch must check the whole database file. */
  onDamage: () => void;
  /** Puts the rows of a table aside that cannot be read. Throws errors of the driver. */
  putAside: (table: string) => void;
}

/** The read model of an open database. */
export class ListIndex implements RowMarks {
  readonly #options: ListIndexOptions;
  readonly #file: SqliteFile;
  /** Runs statements on the tables of the read model. Throws `ListDamage` if they are damaged. */
  readonly sql: Sql;
  #context: Context | null = null;
  #state: BuildState = 'outdated';
  /** Whether the running transaction marked the tables as incomplete, which a rollback would undo. */
  #isMarkUncommitted = false;
  /** During a rebuild: how many entries have their row. */
  #done = 0;
  /** Why the last background work failed, or null. */
  #failure: Failure | null = null;
  /** The language that places are sorted in. */
  #formats = '';
  #revision = 0;
  #parentsRevision = 0;
  #labelsRevision = 0;
  #builds = 0;
  /** Entries touched by the running transaction. */
  #touched = new Set<string>();
  /** Entries touched during a rebuild. The rebuild updates their rows at its end. */
  #pending = new Set<string>();
  /** Transactions that removed entries, whose texts the full-text indexes still contain. */
  #removals = 0;
  /** Transactions that changed texts since the last merge. At the start: the segments that earlier runs left. */
  #textChanges = 0;
  /** The background work that is in progress. */
  #task: Iterator<void> | null = null;

  constructor(options: ListIndexOptions) {
    this.#options = options;
    this.#file = options.file;
    this.sql = sqlReportingListDamage(options.file);
  }

  /** Reads the state of the tables. If they must be built and the list is small, builds them right away. */
  open(context: Context): void {
    this.#context = context;
    try {
      const state = reportingListDamage(() => readState(this.#file));
      this.#state = state ? 'built' : 'incomplete';
      this.#formats = state?.formats ?? '';
      this.#removals = state?.hasRemoved ? 1 : 0;
      this.#textChanges = state ? countSegments(this.sql) : 0;
      // Ignores a failure, because building in the background would fail again and report it.
      if (!state && this.#count() <= MAX_BUILT_AT_ONCE) this.work(0);
    } catch (error) {
      // Damage outside the read model is reported by the next query of the damaged table.
      this.#state = 'incomplete';
      if (error instanceof ListDamage || !isDamage(error)) this.#options.onUnexpected(error);
    }
  }

  /** Whether the read model can be queried. */
  get isBuilt(): boolean {
    return this.#state === 'built';
  }

  /** Whether the full-text index should be merged, which `work` does. */
  get isMergeDue(): boolean {
    return this.isBuilt && (this.#task !== null || this.#textChanges >= MERGE_AFTER);
  }

  /** Increases whenever a row may have changed, so that caches know when they are out of date. */
  get revision(): number {
    return this.#revision;
  }

  /** Changes whenever a parent may have been added, renamed or removed. */
  get parentsRevision(): number {
    return this.#parentsRevision;
  }

  /** Changes whenever an entry may have got or lost a label. */
  get labelsRevision(): number {
    return this.#labelsRevision;
  }

  /** Goes up whenever the read model was built, which numbers its rows again. */
  get builds(): number {
    return this.#builds;
  }

  /** Progress of building the read model, or null if it is built. Throws errors of the driver. */
  building(): ListBuilding | null {
    if (this.isBuilt) return null;
    return { done: this.#done, total: this.#count(), failure: this.#failure };
  }

  touch(entryId: string): void {
    this.#touched.add(entryId);
  }

  moved(entryIds: readonly string[], isPaused: boolean): void {
    if (!this.isBuilt) return entryIds.forEach((id) => this.touch(id));
    const bit = isPaused ? ATTENTION.change : 0;
    const newAttention = `((CAST(attention AS INTEGER) & ${ATTENTION.profile}) | ${bit})`;
    const where = `entry_id IN (SELECT value FROM json_each(?)) AND waiting <> 0
      AND attention <> ${newAttention}`;
    const ids = columns.toJson(entryIds);
    this.#revision += 1;
    recountAttention(this.sql, newAttention, where, ids);
    this.sql.run(`UPDATE organization_row SET attention = ${newAttention} WHERE ${where}`, ids);
  }

  released(entryIds: readonly string[], signInId: string): void {
    if (!this.isBuilt) return entryIds.forEach((id) => this.touch(id));
    this.#revision += 1;
    const RELEASE = 'UPDATE organization_row SET sign_in_id = NULL WHERE sign_in_id = ?';
    this.sql.run(RELEASE, signInId);
    moveCountsToNoSignIn(this.sql, signInId);
  }

  /** Call at the start of every transaction. */
  begin(): void {
    this.#touched.clear();
    this.#isMarkUncommitted = false;
  }

  /** Updates the rows of touched entries. Call at the end of every write transaction. Throws `ListDamage`. */
  update(): void {
    if (this.#touched.size === 0 || !this.#context) return;
    this.#revision += 1;
    if (this.isBuilt && this.#touched.size > MAX_UPDATED) {
      this.#state = 'outdated';
      this.#task = null;
    }
    if (!this.isBuilt) {
      for (const id of this.#touched) this.#pending.add(id);
      if (this.#state === 'incomplete') return;
      this.sql.run(MARK_INCOMPLETE);
      this.#state = 'incomplete';
      this.#isMarkUncommitted = true;
      return;
    }
    const { texts, removed, parents, labels } = updateRows(this.#context, this.sql, [
      ...this.#touched,
    ]);
    if (texts) {
      this.#textChanges += 1;
      flushIndexes(this.sql);
    }
    if (parents) this.#parentsRevision += 1;
    if (labels) this.#labelsRevision += 1;
    if (removed) {
      this.#removals += 1;
      this.sql.run('UPDATE list_state SET has_removed = 1 WHERE has_removed = 0');
    }
  }

  /** Call after a rollback, which also undoes changes of rows. */
  rolledBack(): void {
    this.#revision += 1;
    this.#parentsRevision += 1;
    this.#labelsRevision += 1;
    if (this.#isMarkUncommitted && this.#state === 'incomplete') this.#state = 'outdated';
  }

  /** Takes damaged tables out of use until they are rebuilt. Call outside of a transaction. */
  damaged(error: ListDamage): void {
    this.#options.onUnexpected(error);
    this.#task = null;
    try {
      this.#transact(() => this.sql.run(MARK_INCOMPLETE));
      this.#state = 'incomplete';
    } catch (markError) {
      // If damage prevents the mark, it also prevents the next launch from reading the old state.
      this.#state = markError instanceof ListDamage ? 'incomplete' : 'outdated';
    }
  }

  /**
   * Does background work for about `ms` milliseconds, but at least one step. Builds a small list completely.
   * @returns whether there is more to do; a failure if the work cannot continue, for example on a full disk
   */
  work(ms: number): Result<boolean> {
    const more = this.#work(ms);
    this.#failure = more.ok ? null : more.failure;
    return more;
  }

  /** @param tables those whose unreadable rows were put aside */
  #work(ms: number, tables: readonly string[] = []): Result<boolean> {
    const end = performance.now() + ms;
    try {
      do {
        this.#task ??= this.#nextTask();
        if (!this.#task) return success(false);
        if (this.#task.next().done) this.#task = null;
      } while (performance.now() < end || (!this.isBuilt && this.#count() <= MAX_BUILT_AT_ONCE));
      return success(true);
    } catch (error) {
      this.#task = null;
      // What was being merged is still to be merged.
      this.#textChanges = MERGE_AFTER;
      if (!(error instanceof columns.Unreadable)) return this.#failed(error);
      // Putting aside did not help: the row is in an index but not in its table, or the other way round.
      if (tables.includes(error.table)) {
        this.#options.onDamage();
        return failed('database.damaged');
      }
      try {
        this.#options.putAside(error.table);
      } catch (putAsideError) {
        return this.#failed(putAsideError);
      }
      return this.#work(ms, [...tables, error.table]);
    }
  }

  #failed(error: unknown): Result<boolean> {
    if (error instanceof ListDamage) {
      const wasBuilt = this.isBuilt;
      this.damaged(error);
      // Damage during a rebuild would recur immediately. Failing delays the next attempt.
      return wasBuilt ? success(true) : failed('database.damaged');
    }
    const failure = databaseFailure(error, this.#options.path);
    if (failure?.code === 'database.damaged') this.#options.onDamage();
    if (failure) return { ok: false, failure };
    this.#options.onUnexpected(error);
    return failed('app.unexpected');
  }

  #nextTask(): Iterator<void> | null {
    if (!this.isBuilt) return this.#rebuild();
    if (this.#formats !== locale().formats) return this.#checkOrder();
    if (this.#removals > 0) return this.#eraseRemoved();
    if (this.#textChanges >= MERGE_AFTER) return this.#merge();
    return null;
  }

  *#rebuild(): Generator<void> {
    if (!this.#context) return;
    this.#done = 0;
    this.#formats = locale().formats;
    yield* rebuild({
      file: this.#file,
      context: this.#context,
      sql: this.sql,
      transact: (work) => this.#transact(work),
      touched: this.#pending,
      onProgress: (done) => (this.#done = done),
      onDropped: (arePagesLost) => {
        this.#state = 'incomplete';
        // Only `VACUUM` frees such pages. The next launch runs it when it checks the file.
        if (arePagesLost) this.#options.onDamage();
      },
    });
    this.#state = 'built';
    this.#builds += 1;
    this.#removals = 0;
    this.#textChanges = 0;
    this.#revision += 1;
    this.#parentsRevision += 1;
    this.#labelsRevision += 1;
  }

  /** After a change of language: if it orders the names differently, which is rare, starts a rebuild. */
  *#checkOrder(): Generator<void> {
    const { formats } = locale();
    for (const table of ['organization_row', 'organization_parent'] as const) {
      if (yield* isInOrder(this.sql, table)) continue;
      this.#transact(() => this.sql.run(MARK_INCOMPLETE));
      this.#state = 'incomplete';
      return;
    }
    this.#transact(() => this.sql.run('UPDATE list_state SET formats = ?', formats));
    this.#formats = formats;
  }

  /** Erases texts of removed entries from the full-text indexes. */
  *#eraseRemoved(): Generator<void> {
    const removals = this.#removals;
    yield* this.#merge(true);
    // Again if an entry was removed during the merge.
    if (this.#removals > removals) return;
    this.#transact(() => this.sql.run('UPDATE list_state SET has_removed = 0'));
    this.#removals = 0;
  }

  *#merge(all = false): Generator<void> {
    this.#textChanges = 0;
    yield* mergeIndexes(this.sql, (work) => this.#transact(work), all);
  }

  /** Runs a transaction that need not survive a power failure, because its data can be rebuilt. */
  #transact(work: () => unknown): void {
    this.#file.transaction('BEGIN IMMEDIATE', work, false);
  }

  /** Number of saved organizations. */
  #count(): number {
    return columns.toNumber(this.#file.get('SELECT count(*) AS n FROM organization')?.['n']);
  }
}
