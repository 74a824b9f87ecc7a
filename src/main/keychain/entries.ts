/**
 * Single entries of the keychain by its rules: nothing found is not believed before a write probe
 * (a locked keyring answers like an empty one), and every set and delete is read back.
 */
import { failed, success, type FailureCode, type Outcome } from '../../shared/failure';
import type { HelperLink, Reply } from './helper-link';

/** The largest value every system takes (Windows: CRED_MAX_CREDENTIAL_BLOB_SIZE), in bytes. */
export const MAX_VALUE_BYTES = 2_560;

/** The account of the write probe; no sign-in has this name. */
const CANARY = 'canary';

/** Whether a value can be kept: not empty, no NUL (it would be cut there), not over 2,560 bytes. */
export function canBeKept(value: string): boolean {
  return value !== '' && !value.includes('\0') && Buffer.byteLength(value) <= MAX_VALUE_BYTES;
}

/** Reads, writes and deletes entries of one service. One call at a time: the caller takes turns. */
export class Entries {
  readonly #link: HelperLink;
  readonly #service: string;
  readonly #platform: NodeJS.Platform;

  /** @param platform where we run: what a refusal means differs between systems */
  constructor(link: HelperLink, service: string, platform: NodeJS.Platform) {
    this.#link = link;
    this.#service = service;
    this.#platform = platform;
  }

  /** What the keychain says at first: null may mean absent, locked or lost. */
  async read(account: string): Promise<Outcome<string | null>> {
    const reply = await this.#link.ask({ operation: 'get', service: this.#service, account });
    if (reply.result !== 'done') return this.#failure(reply);
    return success(typeof reply.value === 'string' ? reply.value : null);
  }

  /** Like `read`, but null means that there is none: the keychain was open when it said so. */
  async readSurely(account: string): Promise<Outcome<string | null>> {
    const first = await this.read(account);
    if (!first.ok || first.value !== null) return first;
    const open = await this.probe();
    // The probe may itself have unlocked the keyring, so it is asked once more.
    return open.ok ? this.read(account) : open;
  }

  /**
   * Writes and reads back. Only `keychain.bad-value` and `keychain.locked` say for certain that nothing
   * was written; any other failure leaves it open.
   */
  async write(account: string, value: string): Promise<Outcome<null>> {
    if (!canBeKept(value)) return failed('keychain.bad-value');
    const service = this.#service;
    const reply = await this.#link.ask({ operation: 'set', service, account, value });
    // Another question to a keychain that does not answer would only wait as long again.
    if (reply.result === 'silent' || reply.result === 'timed-out' || reply.result === 'stopping') {
      return this.#failure(reply);
    }
    const kept = await this.read(account);
    if (kept.ok && kept.value === value) return success(null);
    if (reply.result === 'done') return failed('keychain.not-kept');
    // Refused while reading works: locked, as far as there are locks here (Windows has none).
    if (reply.result === 'refused' && this.#platform !== 'win32' && kept.ok) {
      return failed('keychain.locked');
    }
    return this.#failure(reply);
  }

  /** Deletes and makes sure that it is gone; nothing there is a success too. */
  async remove(account: string): Promise<Outcome<null>> {
    const service = this.#service;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const reply = await this.#link.ask({ operation: 'delete', service, account });
      if (reply.result !== 'done') return this.#failure(reply);
      // Deleted: nothing found now is the proof. Not deleted: perhaps locked, so it is not believed.
      const left = reply.value === true ? await this.read(account) : await this.readSurely(account);
      if (!left.ok) return left;
      if (left.value === null) return success(null);
    }
    return failed('keychain.not-kept');
  }

  /** Whether the keychain takes, gives back and forgets a value now. It leaves nothing behind. */
  async probe(): Promise<Outcome<null>> {
    const written = await this.write(CANARY, 'canary');
    if (!written.ok) return written;
    const service = this.#service;
    const gone = await this.#link.ask({ operation: 'delete', service, account: CANARY });
    if (gone.result !== 'done') return this.#failure(gone);
    const left = await this.read(CANARY);
    if (!left.ok) return left;
    return left.value === null ? success(null) : failed('keychain.not-kept');
  }

  #failure(reply: Exclude<Reply, { result: 'done' }>): {
    ok: false;
    failure: { code: FailureCode };
  } {
    switch (reply.result) {
      case 'refused':
        // A locked keyring answers a get or delete on Linux (measured); macOS refuses it.
        return failed(this.#platform === 'darwin' ? 'keychain.locked' : 'keychain.unavailable');
      case 'absent':
      case 'gone':
        return failed('keychain.unavailable');
      case 'silent':
      case 'timed-out':
        return failed('keychain.timed-out');
      case 'stopping':
        return failed('app.stopping');
    }
  }
}
