/**
 * The read model as a whole: whether it can be used, what keeps it up to date, and what is to be done for
 * it when nothing else is. See list-tables.ts for what it is made of.
 */
import { failed, success, type Failure, type Outcome } from '../../../shared/failure';
import type { ListBuilding } from '../../../shared/list-query';
import { locale } from '../../../shared/messages/locale';
import { byName, type Named } from '../../../shared/name-order';
import * as columns from '../columns';
import type { Context, RowMarks } from '../context';
import type { Database, Sql } from '../database';
import { isDamage, storeFailure } from '../failures';
import { guarded, guardedSql } from './guarded-sql';
import { countWithoutSignIn, recountAttention } from './list-counts';
import { updateRows } from './list-rows';
import { ListDamage, readState } from './list-tables';
import { flushIndexes, mergeIndexes } from './full-text';
import { rebuild } from './rebuild';
import { ATTENTION } from './row-columns';

/** With at most so many entries it is built at once: in less time than anybody notices. */
const BUILT_AT_ONCE = 2_000;
/** More entries in one transaction are faster built again than brought up to date. */
const MOST_UPDATED = 5_000;
/** So many transactions that changed texts make it worth merging the full-text index. */
const MERGED_AFTER = 16;
/** Names compared in one step. */
const NAMES = 1_000;

const INCOMPLETE = 'UPDATE list_state SET is_built = 0';

/** What the read model is made from. */
export interface ListIndexOptions {
  database: Database;
  /** The database file, for failures. */
  path: string;
  onUnexpected: (error: unknown) => void;
  /** Called when the database must be read as a whole at the next opening. */
  onDamage: () => void;
}

/** The read model of an open database. */
export class ListIndex implements RowMarks {
  readonly #options: ListIndexOptions;
  readonly #database: Database;
  /** For its own tables. */
  readonly sql: Sql;
  #context: Context | null = null;
  /** Whether the tables are whole and up to date. */
  #isBuilt = false;
  /** Whether a kill now would leave tables that count as incomplete, when they are. */
  #isMarked = false;
  /** Whether the running transaction is what makes it so. */
  #marksNow = false;
  #done = 0;
  /** Why the last work on it failed; null: it did not. */
  #failure: Failure | null = null;
  /** The language in whose order the places are. */
  #formats = '';
  #revision = 0;
  /** Entries the running transaction touched. */
  #touched = new Set<string>();
  /** Entries touched while it is being built. */
  #pending = new Set<string>();
  #hasRemoved = false;
  #textChanges = 0;
  #task: Iterator<void> | null = null;

  constructor(options: ListIndexOptions) {
    this.#options = options;
    this.#database = options.database;
    this.sql = guardedSql(options.database);
  }

  /** Looks at what is there, and builds a small one at once. */
  open(context: Context): void {
    this.#context = context;
    try {
      const state = guarded(() => readState(this.#database));
      this.#isBuilt = state !== null;
      this.#isMarked = state === null;
      this.#formats = state?.formats ?? '';
      this.#hasRemoved = state?.hasRemoved ?? false;
      // A failure is met again when it is built in steps.
      if (!state && this.#count() <= BUILT_AT_ONCE) this.work(0);
    } catch (error) {
      // Whatever is wrong is met again by who asks the tables; damage of others is reported by them.
      this.#isBuilt = false;
      this.#isMarked = true;
      if (error instanceof ListDamage || !isDamage(error)) this.#options.onUnexpected(error);
    }
  }

  /** Whether it can be asked. */
  get isBuilt(): boolean {
    return this.#isBuilt;
  }

  /** Changes whenever a row does: what was worked out before is out of date. */
  get revision(): number {
    return this.#revision;
  }

  /** How far it is built; null: it is whole. Throws errors of the driver. */
  building(): ListBuilding | null {
    if (this.#isBuilt) return null;
    return { done: this.#done, total: this.#count(), failure: this.#failure };
  }

  touch(organizationId: string): void {
    this.#touched.add(organizationId);
  }

  moved(organizationIds: readonly string[], isPaused: boolean): void {
    if (!this.#isBuilt) return organizationIds.forEach((id) => this.touch(id));
    const bit = isPaused ? ATTENTION.change : 0;
    const value = `((CAST(attention AS INTEGER) & ${ATTENTION.profile}) | ${bit})`;
    const where = `organization_id IN (SELECT value FROM json_each(?)) AND waiting <> 0
      AND attention <> ${value}`;
    const ids = columns.toJson(organizationIds);
    this.#revision += 1;
    recountAttention(this.sql, value, where, ids);
    this.sql.run(`UPDATE organization_row SET attention = ${value} WHERE ${where}`, ids);
  }

  released(organizationIds: readonly string[], credentialId: string): void {
    if (!this.#isBuilt) return organizationIds.forEach((id) => this.touch(id));
    this.#revision += 1;
    const RELEASE = 'UPDATE organization_row SET credential_id = NULL WHERE credential_id = ?';
    this.sql.run(RELEASE, credentialId);
    countWithoutSignIn(this.sql, credentialId);
  }

  /** A transaction begins: what an earlier one touched was committed or rolled back. */
  begin(): void {
    this.#touched.clear();
    this.#marksNow = false;
  }

  /** Brings the rows up to date. Call at the end of a transaction that may write. Throws `ListDamage`. */
  update(): void {
    if (this.#touched.size === 0 || !this.#context) return;
    this.#revision += 1;
    if (this.#isBuilt && this.#touched.size > MOST_UPDATED) {
      this.#isBuilt = this.#isMarked = false;
      this.#task = null;
    }
    if (!this.#isBuilt) {
      for (const id of this.#touched) this.#pending.add(id);
      if (this.#isMarked) return;
      this.sql.run(INCOMPLETE);
      this.#isMarked = this.#marksNow = true;
      return;
    }
    const { texts, removed } = updateRows(this.#context, this.sql, [...this.#touched]);
    if (texts) {
      this.#textChanges += 1;
      flushIndexes(this.sql);
    }
    if (removed) {
      this.#hasRemoved = true;
      this.sql.run('UPDATE list_state SET has_removed = 1 WHERE has_removed = 0');
    }
  }

  /** A transaction was rolled back, and what it did to the rows with it. */
  rolledBack(): void {
    this.#revision += 1;
    if (this.#marksNow) this.#isMarked = false;
  }

  /** Damage was met: it is not asked any more until it has been built again. Not inside a transaction. */
  damaged(error: ListDamage): void {
    this.#options.onUnexpected(error);
    this.#isBuilt = false;
    this.#task = null;
    try {
      this.#transact(() => this.sql.run(INCOMPLETE));
      this.#isMarked = true;
    } catch (another) {
      // What cannot be marked for damage cannot be read at the next start either.
      this.#isMarked = another instanceof ListDamage;
    }
  }

  /**
   * Works for about `ms`, at least one step; a small one is built at once.
   * @returns whether there is more to do; a failure when it cannot go on, of a full disk for example
   */
  work(ms: number): Outcome<boolean> {
    const more = this.#work(ms);
    this.#failure = more.ok ? null : more.failure;
    return more;
  }

  #work(ms: number): Outcome<boolean> {
    const end = performance.now() + ms;
    try {
      do {
        this.#task ??= this.#next();
        if (!this.#task) return success(false);
        if (this.#task.next().done) this.#task = null;
      } while (performance.now() < end || (!this.#isBuilt && this.#count() <= BUILT_AT_ONCE));
      return success(true);
    } catch (error) {
      this.#task = null;
      return this.#failed(error);
    }
  }

  #failed(error: unknown): Outcome<boolean> {
    if (error instanceof ListDamage) {
      const wasBuilt = this.#isBuilt;
      this.damaged(error);
      // Met while it is being built, it would be met again at once.
      return wasBuilt ? success(true) : failed('store.damaged');
    }
    const failure = storeFailure(error, this.#options.path);
    if (failure?.code === 'store.damaged') this.#options.onDamage();
    if (failure) return { ok: false, failure };
    this.#options.onUnexpected(error);
    return failed('app.unexpected');
  }

  /** What is to be done next, or null. */
  #next(): Iterator<void> | null {
    if (!this.#isBuilt) return this.#rebuild();
    if (this.#formats !== locale().formats) return this.#checkOrder();
    if (this.#hasRemoved) return this.#forgetRemoved();
    if (this.#textChanges >= MERGED_AFTER) return this.#merge();
    return null;
  }

  *#rebuild(): Generator<void> {
    if (!this.#context) return;
    this.#done = 0;
    this.#formats = locale().formats;
    yield* rebuild({
      database: this.#database,
      context: this.#context,
      sql: this.sql,
      transact: (work) => this.#transact(work),
      touched: this.#pending,
      onProgress: (done) => (this.#done = done),
      onDropped: (arePagesLost) => {
        this.#isMarked = true;
        // Only writing the file again frees them.
        if (arePagesLost) this.#options.onDamage();
      },
    });
    this.#isBuilt = true;
    this.#isMarked = false;
    this.#hasRemoved = false;
    this.#textChanges = 0;
    this.#revision += 1;
  }

  /** Another language may have another order; most have the same, and then there is nothing to do. */
  *#checkOrder(): Generator<void> {
    const { formats } = locale();
    const compare = byName();
    const NEXT = `SELECT place, name, organization_id AS id FROM organization_row
      WHERE place > ? ORDER BY place LIMIT ?`;
    let last: (Named & { place: number }) | null = null;
    for (let isEnd = false; !isEnd; yield) {
      const rows = this.sql.all(NEXT, last?.place ?? -Infinity, NAMES);
      isEnd = rows.length < NAMES;
      for (const row of rows) {
        const name = columns.toText(row['name']);
        const named = { id: String(row['id']), name, place: Number(row['place']) };
        if (last && compare(last, named) > 0) {
          this.#transact(() => this.sql.run(INCOMPLETE));
          this.#isBuilt = false;
          this.#isMarked = true;
          return;
        }
        last = named;
      }
    }
    this.#transact(() => this.sql.run('UPDATE list_state SET formats = ?', formats));
    this.#formats = formats;
  }

  *#forgetRemoved(): Generator<void> {
    this.#hasRemoved = false;
    yield* this.#merge(true);
    if (!this.#hasRemoved) {
      this.#transact(() => this.sql.run('UPDATE list_state SET has_removed = 0'));
    }
  }

  *#merge(all = false): Generator<void> {
    this.#textChanges = 0;
    yield* mergeIndexes(this.sql, (work) => this.#transact(work), all);
  }

  /** A transaction that need not survive a power cut: what it writes can be built again. */
  #transact(work: () => unknown): void {
    this.#database.script('PRAGMA synchronous = NORMAL');
    try {
      this.#database.transaction('BEGIN IMMEDIATE', work);
    } finally {
      this.#database.script('PRAGMA synchronous = FULL');
    }
  }

  #count(): number {
    return columns.toNumber(this.#database.get('SELECT count(*) AS n FROM organization')?.['n']);
  }
}
