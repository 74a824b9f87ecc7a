/**
 * The interface of the keychain for the rest of main. Each reason why a key cannot be read has its own failure
 * code: locked, lost, keychain unavailable, timed out (`keychain.*`). A key that was never stored is null.
 *
 * All calls go through the helper, a separate process that can be killed when the keychain hangs. The index is a
 * list of sign-in ids in the keychain itself, so keys can be found even if the database is lost. An id is added
 * before its key is stored, and removed after its key is deleted. So the index lists every stored key, and it
 * may list ids without a key.
 */
import type { Outcome } from '../../shared/outcome';

/** Stores keys in the operating system's keychain, one operation at a time. */
export interface Keychain {
  /**
   * The key of a sign-in, or null if there is none and none was expected.
   * @param expected true if a key was stored earlier. If none is found then, the call fails with
   *   `keychain.locked` or `keychain.lost` instead of returning null.
   */
  get(id: string, expected: boolean): Promise<Outcome<string | null>>;
  /**
   * Adds the id to the index, stores the key, and verifies it by reading it back.
   * @param key the key, or a function that returns it: the system may prompt the person before it can be written, and
   *   no one should hold it that long. If that function fails, so does `set`, and nothing is written
   */
  set(id: string, key: string | (() => Outcome<string>)): Promise<Outcome<null>>;
  /** Deletes a key, verifies that it is gone, then removes the id from the index. */
  delete(id: string): Promise<Outcome<null>>;
  /** The ids in the index of this data folder. Fails with `database.*` if the folder's id is unreadable. */
  index(): Promise<Outcome<string[]>>;
  /**
   * The keys of the MACs of rows (mac-keys.ts), oldest first; none if there certainly are none. Null if nothing of
   * this data folder was ever stored in the keychain.
   */
  macKeys(): Promise<Outcome<string[] | null>>;
  /** Replaces these keys, and verifies them by reading them back. */
  setMacKeys(keys: readonly string[]): Promise<Outcome<null>>;
  /** Deletes these keys. */
  deleteMacKeys(): Promise<Outcome<null>>;
  /** Checks that keys can be stored now, by writing, reading and deleting a test entry. */
  probe(): Promise<Outcome<null>>;
  /** Ends the helper process if it has nothing to do, because its memory may still contain a key. */
  endIdleHelper(): void;
  /** Ends the helper process immediately. The current and later calls fail with `app.stopping`. */
  stop(): void;
}
