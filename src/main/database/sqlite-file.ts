/**
 * A thin layer over the SQLite driver. It prepares each statement only once, and refuses to write outside of a
 * write transaction, or into a file that is no longer at its path. Errors of the driver are thrown; database.ts turns
 * them into failures.
 */
import { renameSync, statSync } from 'node:fs';
import { DatabaseSync } from '@photostructure/sqlite';

/** A value that we store in a column. */
export type Value = string | number | null;

/** A row as the driver returns it. The disk is untrusted: any column may hold anything. */
export type Row = Record<string, unknown>;

type Driver = InstanceType<typeof DatabaseSync>;
type Statement = ReturnType<Driver['prepare']>;

/** The part of `SqliteFile` that repositories use. */
export interface Sql {
  /** Every row. */
  all(sql: string, ...values: Value[]): Row[];
  /** Every row as an array of its columns: faster for thousands of rows. */
  arrays(sql: string, ...values: Value[]): unknown[][];
  /** The rows one by one, as arrays: for a caller that may stop before the last one. */
  each(sql: string, ...values: Value[]): Iterable<unknown[]>;
  /** The first row, or null. */
  get(sql: string, ...values: Value[]): Row | null;
  /** Runs a statement that writes and returns the number of changed rows. Only inside `Database.write`. */
  run(sql: string, ...values: Value[]): number;
}

/** After so many commits that do not wait for the disk, `checkpoint` has something to do: some 300 pages. */
const COMMITS_PER_CHECKPOINT = 4;
/** SQLite's own number of pages in the log after which a commit copies them to the file; only where it waits for the disk. */
const PAGES_PER_CHECKPOINT = 1_000;

/** The file was moved, replaced or deleted while it was open: what is written to it is gone at the next launch. */
export class FileMoved extends Error {}

/** Identifies the file at a path, whatever its name; null if there is none. */
function identityOf(path: string): string | null {
  try {
    const file = statSync(path, { bigint: true, throwIfNoEntry: false });
    return file ? `${file.dev} ${file.ino}` : null;
  } catch (error) {
    // Its folder has become a file.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return null;
    throw error;
  }
}

/** Options of `SqliteFile`. */
interface SqliteFileOptions {
  /** How long to wait for another process's lock, ms. */
  busyTimeout: number;
  readOnly?: boolean;
}

/** An open database file. Every method may throw an error of the driver or of the file system. */
export class SqliteFile implements Sql {
  readonly #options: SqliteFileOptions;
  #path: string;
  #db: Driver;
  /** The files that are open. Without a log in use, `log` is undefined. */
  #files: { database: string | null; log?: string | null };
  readonly #statements = new Map<string, Statement>();
  /** Whether commits wait for the disk. */
  #waits = true;
  /** Commits that did not wait for the disk since the last `checkpoint`. */
  #commits = 0;
  /** Whether a write transaction is open. */
  #writing = false;

  /** Opens an existing file. */
  constructor(path: string, options: SqliteFileOptions) {
    this.#options = options;
    this.#path = path;
    // Before opening: if the file is replaced at this moment, the difference is found at the first write.
    this.#files = { database: identityOf(path) };
    this.#db = this.#open(path);
  }

  #open(path: string): Driver {
    const db = new DatabaseSync(path, {
      timeout: this.#options.busyTimeout,
      readOnly: this.#options.readOnly ?? false,
      enableForeignKeyConstraints: true,
      defensive: true,
    });
    // The schema of the file cannot make us run unsafe functions, and damaged pages are found where they are read.
    db.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
    return db;
  }

  /** Writes durably from now on, and through a write-ahead log. */
  useWriteAheadLog(): void {
    this.#db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON',
    );
    this.#waits = true;
    // Opens the log, which then stays the same file until the database is closed.
    this.get('SELECT 1 FROM sqlite_schema');
    this.#files.log = identityOf(`${this.#path}-wal`);
  }

  /**
   * Whether the open files are still those at their paths. The index of the log (-shm) does not matter: it contains
   * nothing that the next launch could not read from the log.
   */
  get isInPlace(): boolean {
    const { database, log } = this.#files;
    return (
      identityOf(this.#path) === database &&
      (log === undefined || identityOf(`${this.#path}-wal`) === log)
    );
  }

  /** Throws `FileMoved` unless the open files are still those at their paths. */
  expectInPlace(): void {
    if (!this.isInPlace) throw new FileMoved('the open file is no longer at its path');
  }

  /** Writes everything into an empty file. */
  copyTo(path: string): void {
    this.#db.prepare('VACUUM INTO ?').run(path);
  }

  /** Continues with a copy that `copyTo` made. */
  moveTo(path: string): void {
    const database = identityOf(path);
    const db = this.#open(path);
    this.close();
    this.#path = path;
    this.#files = { database };
    this.#db = db;
    this.useWriteAheadLog();
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

  each(sql: string, ...values: Value[]): Iterable<unknown[]> {
    const statement = this.#statement(sql);
    statement.setReturnArrays(true);
    return statement.iterate(...values) as Iterable<unknown[]>;
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

  /**
   * Runs `work` in a transaction that `begin` opens. Rolls back and rethrows what it throws.
   * @param waits whether its commit waits for the disk. If not, a power failure undoes it and those after it, until one
   *   that waits.
   */
  transaction<T>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => T, waits = true): T {
    // A transaction is still open only if an earlier rollback failed. None of its writes may be committed now.
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
    if (begin === 'BEGIN IMMEDIATE' && waits !== this.#waits) {
      const pages = waits ? PAGES_PER_CHECKPOINT : 0;
      const synchronous = waits ? 'FULL' : 'NORMAL';
      this.#db.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA wal_autocheckpoint = ${pages}`);
      this.#waits = waits;
    }
    this.#db.exec(begin);
    this.#writing = begin === 'BEGIN IMMEDIATE';
    try {
      const value = work();
      if (this.#writing) this.expectInPlace();
      this.#db.exec('COMMIT');
      if (this.#writing && !waits) this.#commits += 1;
      return value;
    } catch (error) {
      // SQLite may already have rolled back, after a full disk or an I/O error.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    } finally {
      this.#writing = false;
    }
  }

  /**
   * After several commits that did not wait for the disk, copies what they wrote from the log to the file, which waits.
   * Returns whether it did. If it fails, the next one or a commit that waits does it.
   */
  checkpoint(): boolean {
    if (this.#commits < COMMITS_PER_CHECKPOINT || this.#writing || !this.isOpen) return false;
    this.#commits = 0;
    try {
      if (this.isInPlace) this.get('PRAGMA wal_checkpoint(PASSIVE)');
    } catch {
      // Where the disk is full or broken, what is written next fails, too, and says so.
    }
    return true;
  }

  /** Gives back the memory of the pages that were read: up to 2 MB. They are read again where they are needed. */
  releaseMemory(): void {
    this.#db.exec('PRAGMA shrink_memory');
  }

  /** Waits until everything that was committed is on the disk. */
  flush(): void {
    const version = Number(this.get('PRAGMA user_version')?.['user_version']);
    // A transaction that writes nothing would not wait.
    this.transaction('BEGIN IMMEDIATE', () => this.#db.exec(`PRAGMA user_version = ${version}`));
  }

  /**
   * Closes the file. If it was moved and another one is at its path now, SQLite does not touch that one, but leaves our
   * log beside it. Then the log gets another name, because the next launch would apply it to the other database.
   */
  close(): void {
    this.#statements.clear();
    if (!this.#db.isOpen) return;
    const log = `${this.#path}-wal`;
    const now = identityOf(this.#path);
    const isForeign = now !== null && now !== this.#files.database;
    const isStray = isForeign && identityOf(log) === this.#files.log;
    this.#db.close();
    if (isStray) renameSync(log, `${log}-stray`);
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
