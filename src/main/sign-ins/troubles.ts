/** What is wrong with a sign-in, on its row: recorded when it changes, with a word to those who wait. */
import type { Failure } from '../../shared/failure';
import type { CredentialRow, Store } from '../store/tables';

/** Who hears of sign-ins. */
export interface SignInListeners {
  /** The list the window shows has changed. */
  onSignInsChanged: () => void;
  /** A sign-in stopped working: changes that need it pause. */
  onSignInTrouble: (id: string) => void;
  /** A sign-in works again, or has a new key: paused changes go on. */
  onSignInHealed: (id: string) => void;
  /** A sign-in is gone: these organizations have none now. */
  onSignInReleased: (organizationIds: readonly string[]) => void;
}

/** Records and clears trouble. A database that cannot be written loses the mark, nothing else. */
export class Troubles {
  readonly #store: Store;
  readonly #listeners: SignInListeners;
  readonly #now: () => number;

  constructor(store: Store, listeners: SignInListeners, now: () => number) {
    this.#store = store;
    this.#listeners = listeners;
    this.#now = now;
  }

  /** Marks what is wrong, and when that was found; saying the same again changes nothing. */
  record(id: string, failure: Failure, changes: Partial<CredentialRow> = {}): void {
    const now = this.#now();
    const found = { checkedAt: now, trouble: failure };
    const before = this.#change(id, (row) => ({
      ...(JSON.stringify(row.trouble) === JSON.stringify(failure) ? {} : found),
      // Another answer with the same meaning, such as one with another ray id, is no new trouble.
      troubleSince: row.trouble?.code === failure.code ? (row.troubleSince ?? now) : now,
      ...changes,
    }));
    if (!before) return;
    // Changes pause first, so that what is told counts them.
    if (before.trouble?.code !== failure.code) this.#listeners.onSignInTrouble(id);
    this.#listeners.onSignInsChanged();
  }

  /**
   * Takes the mark away.
   * @param only clears only this kind: a keychain that works says nothing about Cloudflare
   */
  clear(id: string, only: 'keychain' | 'any', changes: Partial<CredentialRow> = {}): void {
    const gone = (row: CredentialRow): boolean =>
      row.trouble !== null && (only === 'any' || row.trouble.code.startsWith('keychain.'));
    const before = this.#change(id, (row) => ({
      ...(gone(row) ? { trouble: null, troubleSince: null, checkedAt: this.#now() } : {}),
      ...changes,
    }));
    if (!before) return;
    if (gone(before)) this.#listeners.onSignInHealed(id);
    this.#listeners.onSignInsChanged();
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
