/** The context that the files of this folder share: the modules they use, and functions for rows of sign-ins. */
import type { Result } from '../../shared/result';
import type { Cloudflare } from '../cloudflare';
import type { SystemKeychain } from '../keychain';
import type { SignInRow, Database, Tables } from '../database';
import type { Authorizations } from './authorizations';
import type { Confirmation } from './confirm';
import type { EnteredSecrets } from './entered-secrets';
import type { SessionKeys } from './session-keys';
import type { SignInHealth } from './health';
import type { SerialQueue } from '../lib/serial-queue';

/** Created once, in sign-ins.ts. */
export interface SignInContext {
  database: Database;
  keychain: SystemKeychain;
  cloudflare: Cloudflare;
  /** See `Verification.stored`. */
  folderKeyStored: () => Promise<Result<null>>;
  sessionKeys: SessionKeys;
  authorizations: Authorizations;
  health: SignInHealth;
  /** Keys and tokens that were just entered. */
  secrets: EnteredSecrets;
  /** Asks the person about an email before it is used. */
  confirmation: Confirmation;
  /** Runs all work that writes keys, one after the other. */
  queue: SerialQueue;
  /** Called when a sign-in works again or has a new key. */
  onRecovered: () => void;
  /** Now, ms since the epoch. */
  now: () => number;
  /** A new sign-in id: 16 hex characters. */
  newId: () => string;
  /** Writes a row; see `put` of the table. */
  put: (row: SignInRow) => Result<null>;
  /** The row of a sign-in; fails with `sign-in.not-found` if it is gone or being removed. */
  saved: (id: string) => Result<SignInRow>;
  /**
   * Changes the row of a sign-in; fails with `sign-in.not-found` if it is gone or being removed.
   * @param then done in the same transaction
   */
  change: (
    id: string,
    changes: Partial<Omit<SignInRow, 'readOnly'>>,
    then?: (tables: Tables) => void,
  ) => Result<null>;
}
