/**
 * A thin layer over the SQLite driver. It prepares each statement only once, and refuses to write outside of a
 * write transaction. Errors of the driver are thrown; store.ts turns them into failures.
 */
import { DatabaseSync } from '@photostructure/sqlite';

/** A value that we store in a column. */
export type Value = string | number | null;

/** A row as the driver returns it. The disk is untrusted: any column may hold anything. */
export type Row = Record<string, unknown>;

type Driver = InstanceType<typeof DatabaseSync>;
type Statement = ReturnType<Driver['prepare']>;

/** The part of `Database` that repositories use. */
export interface Sql {
  /** Every row. */
  all(sql: string, ...values: Value[]): Row[];
  /** Every row as an array of its columns: faster for thousands of rows. */
  arrays(sql: string, ...values: Value[]): unknown[][];
  /** The first row, or null. */
  get(sql: string, ...values: Value[]): Row | null;
  /** Runs a statement that writes and returns the number of changed rows. Only inside `Store.write`. */
  run(sql: string, ...values: Value[]): number;
}

/** An open database file. Every method may throw an error of the driver. */
export class Database implements Sql {
  readonly #db: Driver;
  readonly #statements = new Map<string, Statement>();
  /** Whether a write transaction is open. */
  #writing = false;

  /** Opens an existing file. `busyTimeout`, in ms: how long to wait for another process's lock. */
  constructor(path: string, options: { busyTimeout: number; readOnly?: boolean }) {
    this.#db = new DatabaseSync(path, {
      timeout: options.busyTimeout,
      readOnly: options.readOnly ?? false,
      enableForeignKeyConstraints: true,
      defensive: true,
    });
    // No function runs that only the schema of the file asks for, and damaged pages are found where they are read.
    this.#db.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
  }

  get isOpen(): boolean {
    return this.#db.isOpen;
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
    if (!this.#writing) throw new Error('a write outside of a transaction');
    return this.#statement(sql).run(...values).changes;
  }

  /** Runs statements that return nothing, such as a schema. Not limited to write transactions. */
  script(sql: string): void {
    this.#db.exec(sql);
  }

  /**
   * Removes tables from the schema without reading them, if they are too damaged for `DROP TABLE`. Their
   * pages stay unused until the next `VACUUM`.
   * @param where SQL condition on `sqlite_schema`
   */
  forgetTables(where: string): void {
    this.#statements.clear();
    this.#db.enableDefensive(false);
    try {
      this.#db.exec('PRAGMA writable_schema = ON');
      this.#db.exec(`DELETE FROM sqlite_schema WHERE ${where}`);
    } finally {
      this.#db.exec('PRAGMA writable_schema = RESET');
      this.#db.enableDefensive(true);
    }
  }

  /** Runs `work` in a transaction that `begin` opens. Rolls back and rethrows what it throws. */
  transaction<T>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => T): T {
    // A transaction is still open only if an earlier rollback failed. None of its writes may be committed now.
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
    this.#db.exec(begin);
    this.#writing = begin === 'BEGIN IMMEDIATE';
    try {
      const value = work();
      this.#db.exec('COMMIT');
      return value;
    } catch (error) {
      // SQLite may already have rolled back, after a full disk or an I/O error.
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
