/**
 * A thin layer over the SQLite driver: statements are prepared once and reused, and writing is only
 * possible while a transaction of `Store.write` is open. Errors of the driver pass through here as
 * exceptions; store.ts turns them into failures.
 */
import { DatabaseSync } from '@photostructure/sqlite';

/** A value SQLite can hold in the columns we use. */
export type Value = string | number | null;

/** A row as the driver answers it. The disk is untrusted: any column may hold anything. */
export type Row = Record<string, unknown>;

type Driver = InstanceType<typeof DatabaseSync>;
type Statement = ReturnType<Driver['prepare']>;

/** What the repositories see of the database. */
export interface Sql {
  /** Every row. */
  all(sql: string, ...values: Value[]): Row[];
  /** Every row as an array of its columns: quicker for the long list. */
  arrays(sql: string, ...values: Value[]): unknown[][];
  /** The first row, or null. */
  get(sql: string, ...values: Value[]): Row | null;
  /** Changes rows and says how many; only inside `Store.write`. */
  run(sql: string, ...values: Value[]): number;
}

/** An open database file. Every method may throw an error of the driver. */
export class Database implements Sql {
  readonly #db: Driver;
  readonly #statements = new Map<string, Statement>();
  /** Whether a transaction that may write is open. */
  #writing = false;

  /** Opens the file; it must exist. `busyTimeout` in ms: how long another process may hold it. */
  constructor(path: string, options: { busyTimeout: number; readOnly?: boolean }) {
    this.#db = new DatabaseSync(path, {
      timeout: options.busyTimeout,
      readOnly: options.readOnly ?? false,
      enableForeignKeyConstraints: true,
      defensive: true,
    });
  }

  get isOpen(): boolean {
    return this.#db.isOpen;
  }

  get inTransaction(): boolean {
    return this.#db.isTransaction;
  }

  all(sql: string, ...values: Value[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  arrays(sql: string, ...values: Value[]): unknown[][] {
    const statement = this.#statement(sql);
    statement.setReturnArrays(true);
    return statement.all(...values) as unknown[][];
  }

  get(sql: string, ...values: Value[]): Row | null {
    return (this.#statement(sql).get(...values) as Row | undefined) ?? null;
  }

  run(sql: string, ...values: Value[]): number {
    if (!this.#writing) throw new Error('written outside of a transaction');
    return this.#statement(sql).run(...values).changes;
  }

  /** Runs statements without answers, such as a schema; for opening only. */
  script(sql: string): void {
    this.#db.exec(sql);
  }

  /**
   * Removes tables from the schema without reading them, for those too damaged to be dropped. Their pages
   * are lost until the next `VACUUM`.
   * @param which condition on `sqlite_schema`
   */
  forgetTables(which: string): void {
    this.#statements.clear();
    this.#db.enableDefensive(false);
    try {
      this.#db.exec('PRAGMA writable_schema = ON');
      this.#db.exec(`DELETE FROM sqlite_schema WHERE ${which}`);
    } finally {
      this.#db.exec('PRAGMA writable_schema = RESET');
      this.#db.enableDefensive(true);
    }
  }

  /** The transaction `begin` opens holds what `work` does: all of it, or nothing when it throws. */
  transaction<T>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => T): T {
    // Left over only when a rollback failed; nothing of it may slip into the next transaction.
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
    this.#db.exec(begin);
    this.#writing = begin === 'BEGIN IMMEDIATE';
    try {
      const value = work();
      this.#db.exec('COMMIT');
      return value;
    } catch (error) {
      // A full disk or an I/O error may have rolled it back already.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    } finally {
      this.#writing = false;
    }
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  #statement(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
