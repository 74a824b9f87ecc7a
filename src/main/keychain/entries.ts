/**
 * Reads, writes and deletes single entries of the keychain. A locked keyring answers a read like an empty one.
 * So "nothing found" is trusted only after a probe: writing, reading and deleting a test entry. Every write and
 * delete is verified by reading back.
 */
import type { FailureCode } from '../../shared/failure';
import { failed, success, type Result } from '../../shared/result';
import type { KeychainLink, KeychainReply } from './protocol';

/** The largest value that every system accepts (Windows: CRED_MAX_CREDENTIAL_BLOB_SIZE), in bytes. */
const MAX_VALUE_BYTES = 2_560;

/** The account of the probe's test entry. No sign-in id looks like this. */
const CANARY = 'canary';

/** Whether a value can be stored: not empty, no NUL (it would be cut there), at most 2,560 bytes. */
export function isStorable(value: string): boolean {
  return value !== '' && !value.includes('\0') && Buffer.byteLength(value) <= MAX_VALUE_BYTES;
}

/** Reads, writes and deletes entries of one service. The caller must make one call at a time. */
export class KeychainEntries {
  readonly #link: KeychainLink;
  readonly #service: string;
  readonly #platform: NodeJS.Platform;

  /** @param platform the operating system, because the meaning of a refusal differs */
  constructor(link: KeychainLink, service: string, platform: NodeJS.Platform) {
    this.#link = link;
    this.#service = service;
    this.#platform = platform;
  }

  /** Reads without verification: null may mean absent, locked or lost. */
  async read(account: string): Promise<Result<string | null>> {
    const reply = await this.#link.ask({ operation: 'get', service: this.#service, account });
    if (reply.result !== 'done') return this.#failure(reply);
    return success(typeof reply.value === 'string' ? reply.value : null);
  }

  /** Like `read`, but null means that there certainly is no value: a probe proved the keychain open. */
  async readVerified(account: string): Promise<Result<string | null>> {
    const first = await this.read(account);
    if (!first.ok || first.value !== null) return first;
    const probed = await this.probe();
    // The probe may have unlocked the keyring, so read again.
    return probed.ok ? this.read(account) : probed;
  }

  /**
   * Writes and reads back. After `keychain.invalid-value` and `keychain.locked` nothing was written; after
   * any other failure the value may have been written.
   */
  async write(account: string, value: string): Promise<Result<null>> {
    if (!isStorable(value)) return failed('keychain.invalid-value');
    const service = this.#service;
    const reply = await this.#link.ask({ operation: 'set', service, account, value });
    // A keychain that did not answer the write would not answer a read either.
    if (reply.result === 'silent' || reply.result === 'timed-out' || reply.result === 'stopping') {
      return this.#failure(reply);
    }
    const stored = await this.read(account);
    if (stored.ok && stored.value === value) return success(null);
    if (reply.result === 'done') return failed('keychain.not-stored');
    // Reading works but writing is refused, so the keyring is locked. (Windows has no locked keyrings.)
    if (reply.result === 'refused' && this.#platform !== 'win32' && stored.ok) {
      return failed('keychain.locked');
    }
    return this.#failure(reply);
  }

  /** Deletes an entry and verifies that it is gone. Succeeds if there was none. */
  async remove(account: string): Promise<Result<null>> {
    const service = this.#service;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const reply = await this.#link.ask({ operation: 'delete', service, account });
      if (reply.result !== 'done') return this.#failure(reply);
      // If an entry was deleted, a plain read is proof enough. If not, the keyring may be locked.
      const remaining =
        reply.value === true ? await this.read(account) : await this.readVerified(account);
      if (!remaining.ok) return remaining;
      if (remaining.value === null) return success(null);
    }
    return failed('keychain.not-stored');
  }

  /** Checks that a value can be written, read and deleted now. Leaves nothing behind. */
  async probe(): Promise<Result<null>> {
    const written = await this.write(CANARY, 'canary');
    if (!written.ok) return written;
    const service = this.#service;
    const deleted = await this.#link.ask({ operation: 'delete', service, account: CANARY });
    if (deleted.result !== 'done') return this.#failure(deleted);
    const remaining = await this.read(CANARY);
    if (!remaining.ok) return remaining;
    return remaining.value === null ? success(null) : failed('keychain.not-stored');
  }

  #failure(reply: Exclude<KeychainReply, { result: 'done' }>): {
    ok: false;
    failure: { code: FailureCode };
  } {
    switch (reply.result) {
      case 'refused':
        // On Linux a locked keyring still answers a get or delete (measured); macOS refuses it.
        return failed(this.#platform === 'darwin' ? 'keychain.locked' : 'keychain.unavailable');
      case 'absent':
      case 'gone':
      case 'malformed':
        return failed('keychain.unavailable');
      case 'silent':
      case 'timed-out':
        return failed('keychain.timed-out');
      case 'stopping':
        return failed('app.stopping');
    }
  }
}
