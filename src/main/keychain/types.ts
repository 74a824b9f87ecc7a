/**
 * What the rest of main may ask of the computer's keychain. Present, absent, locked, lost,
 * unavailable and timed out are different answers (failure codes `keychain.*`).
 */
import type { Outcome } from '../../shared/failure';

/** Keeps keys in the operating system's keychain, one call at a time. */
export interface CredentialStore {
  /**
   * The key kept under this id, or null when there is none and none was expected.
   * @param expected whether we know that we stored one: then nothing found means locked or lost
   */
  get(id: string, expected: boolean): Promise<Outcome<string | null>>;
  /** Stores the key and reads it back; the index entry lists the id before the key exists. */
  set(id: string, key: string): Promise<Outcome<null>>;
  /** Deletes the key and reads back that it is gone, then takes it out of the index. */
  delete(id: string): Promise<Outcome<null>>;
  /** The ids the keychain's own index lists for this data folder; `store.*` where its id is unreadable. */
  index(): Promise<Outcome<string[]>>;
  /** Whether keys can be kept here now: a write probe that leaves nothing behind. */
  probe(): Promise<Outcome<null>>;
  /** Ends the helper at once, whatever it is doing; later calls fail with `app.stopping`. */
  stop(): void;
}
