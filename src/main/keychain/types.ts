/**
 * The interface of the keychain for the rest of main. Absent, locked, lost, unavailable and timed out are
 * different failures (codes `keychain.*`).
 */
import type { Outcome } from '../../shared/outcome';

/** Stores keys in the operating system's keychain, one operation at a time. */
export interface CredentialStore {
  /**
   * The key of a sign-in, or null if there is none and none was expected.
   * @param expected whether we know that we stored one, so that finding nothing means locked or lost
   */
  get(id: string, expected: boolean): Promise<Outcome<string | null>>;
  /** Stores a key and reads it back. The index lists the id before the key exists. */
  set(id: string, key: string): Promise<Outcome<null>>;
  /** Deletes a key, verifies that it is gone, then removes the id from the index. */
  delete(id: string): Promise<Outcome<null>>;
  /** The ids in the index of this data folder. Fails with `store.*` if the folder's id is unreadable. */
  index(): Promise<Outcome<string[]>>;
  /** Succeeds if keys can be stored now, by a write probe that leaves nothing behind. */
  probe(): Promise<Outcome<null>>;
  /** Ends the helper at once. The current and later calls fail with `app.stopping`. */
  stop(): void;
}
