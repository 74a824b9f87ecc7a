/** What is wrong with a sign-in, on its row: the change feed announces it to those who wait for it. */
import type { Failure } from '../../shared/failure';
import type { CredentialRow, Store } from '../database/tables';

/** Records and clears trouble. A database that cannot be written loses the mark, nothing else. */
export class SignInHealth {
  readonly #store: Store;
  readonly #onHealed: () => void;
  readonly #now: () => number;

  constructor(store: Store, onHealed: () => void, now: () => number) {
    this.#store = store;
    this.#onHealed = onHealed;
    this.#now = now;
  }

  /** Marks what is wrong, and when that was found; saying the same again changes nothing. */
  record(id: string, failure: Failure, changes: Partial<CredentialRow> = {}): void {
    const now = this.#now();
    const found = { checkedAt: now, issue: failure };
    this.#change(id, (row) => ({
      ...(JSON.stringify(row.issue) === JSON.stringify(failure) ? {} : found),
      // Another answer with the same meaning, such as one with another ray id, is no new trouble.
      issueSince: row.issue?.code === failure.code ? (row.issueSince ?? now) : now,
      ...changes,
    }));
  }

  /**
   * Takes the mark away.
   * @param only clears only this kind: a keychain that works says nothing about Cloudflare
   */
  clear(id: string, only: 'keychain' | 'any', changes: Partial<CredentialRow> = {}): void {
    const gone = (row: CredentialRow): boolean =>
      row.issue !== null && (only === 'any' || row.issue.code.startsWith('keychain.'));
    const before = this.#change(id, (row) => ({
      ...(gone(row) ? { issue: null, issueSince: null, checkedAt: this.#now() } : {}),
      ...changes,
    }));
    if (before && gone(before)) this.#onHealed();
  }

  /** Changes a row and gives it as it was, or null when nothing changed. */
  #change(
    id: string,
    changesFor: (row: CredentialRow) => Partial<CredentialRow>,
  ): CredentialRow | null {
    const changed = this.#store.write(({ credentials }) => {
      const row = credentials.get(id);
      if (!row) return null;
      const after = { ...row, ...changesFor(row) };
      if (JSON.stringify(after) === JSON.stringify(row)) return null;
      credentials.put(after);
      return row;
    });
    return changed.ok ? changed.value : null;
  }
}
