/** What the files of this room share: the rooms they use, and the few steps all of them take. */
import type { Outcome } from '../../shared/failure';
import type { Cloudflare } from '../cloudflare/types';
import type { CredentialStore } from '../keychain';
import type { CredentialRow, Store } from '../database/tables';
import type { Authorizations } from './authorizations';
import type { SessionKeys } from './session-keys';
import type { SignInHealth } from './health';
import type { SerialQueue } from '../lib/serial-queue';

/** The parts of this room, wired once. */
export interface SignInContext {
  store: Store;
  keychain: CredentialStore;
  cloudflare: Cloudflare;
  sessionKeys: SessionKeys;
  authorizations: Authorizations;
  health: SignInHealth;
  turns: SerialQueue;
  /** A sign-in works again, or has a new key. */
  onHealed: () => void;
  /** Now, ms since the epoch. */
  now: () => number;
  /** A new sign-in id: 16 hex characters. */
  newId: () => string;
  /** Writes a row. */
  put: (row: CredentialRow) => Outcome<null>;
  /** The row of a sign-in; `sign-in.none` for one that is gone or going. */
  saved: (id: string) => Outcome<CredentialRow>;
  /** Changes the row of a sign-in, unless it is gone or going (`sign-in.none`). */
  change: (id: string, changes: Partial<CredentialRow>) => Outcome<null>;
}
