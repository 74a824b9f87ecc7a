/**
 * Records the issue of each sign-in: the failure because of which it does not work, or null. It is stored in the
 * sign-in's row, and the change feed publishes it.
 */
import { isOfWholeKeychain, type Failure } from '../../shared/failure';
import type { SignInRow, Database, Tables } from '../database';

/** Records and clears issues. If the database cannot be written, the issue stays as it was. */
export class SignInHealth {
  readonly #database: Database;
  readonly #onRecovered: () => void;
  readonly #now: () => number;

  constructor(database: Database, onRecovered: () => void, now: () => number) {
    this.#database = database;
    this.#onRecovered = onRecovered;
    this.#now = now;
  }

  /**
   * Records an issue and when it was found. Recording the same failure again does not change that time.
   * @param changes further changes of the row
   */
  record(id: string, failure: Failure, changes: Partial<SignInRow> = {}): void {
    this.#database.write((tables) => this.recordIn(tables, id, failure, changes));
  }

  /** The same inside a `Database.write` that stores more than this. */
  recordIn(tables: Tables, id: string, failure: Failure, changes: Partial<SignInRow> = {}): void {
    const now = this.#now();
    const found = { checkedAt: now, issue: failure };
    this.#change(tables, id, (row) => ({
      ...(JSON.stringify(row.issue) === JSON.stringify(failure) ? {} : found),
      // The same code is the same issue, even if details such as the ray id differ.
      issueSince: row.issue?.code === failure.code ? (row.issueSince ?? now) : now,
      ...changes,
    }));
  }

  /**
   * Clears the issue. If the keychain was the cause, it works again for all sign-ins: a person unlocks it once.
   * @param only `keychain` clears only keychain issues: a working keychain says nothing about Cloudflare
   * @param changes further changes of the row, made in any case
   */
  clear(id: string, only: 'keychain' | 'any', changes: Partial<SignInRow> = {}): void {
    const isCleared = (row: SignInRow): boolean =>
      row.issue !== null && (only === 'any' || row.issue.code.startsWith('keychain.'));
    const cleared = { issue: null, issueSince: null, checkedAt: this.#now() };
    const before = this.#database.write((tables) => {
      const row = this.#change(tables, id, (found) => ({
        ...(isCleared(found) ? cleared : {}),
        ...changes,
      }));
      if (row?.issue && isCleared(row) && isOfWholeKeychain(row.issue)) {
        for (const { id: other, issue } of tables.signIns.all()) {
          if (issue && isOfWholeKeychain(issue)) this.#change(tables, other, () => cleared);
        }
      }
      return row;
    });
    if (before.ok && before.value && isCleared(before.value)) this.#onRecovered();
  }

  /** Changes a row. Returns the row before the change, or null if nothing changed. */
  #change(
    { signIns }: Tables,
    id: string,
    changesFor: (row: SignInRow) => Partial<SignInRow>,
  ): SignInRow | null {
    const row = signIns.get(id);
    if (!row) return null;
    const after = { ...row, ...changesFor(row) };
    if (JSON.stringify(after) === JSON.stringify(row)) return null;
    signIns.put(after);
    return row;
  }
}
