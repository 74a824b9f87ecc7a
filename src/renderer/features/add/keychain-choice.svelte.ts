/**
 * Where to store a key that the person enters: in this computer's keychain or, if that fails and the person
 * agrees, in memory for this session.
 */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure } from '../../../shared/failure';

/** Whether the keychain works, and the person's choice. */
export class KeychainChoice {
  #failure = $state.raw<Failure | null>(null);
  readonly #api: LetterheadApi;
  /** The user's choice to keep the key in memory; only offered while the keychain fails. */
  sessionOnly = $state(false);

  constructor(api: LetterheadApi) {
    this.#api = api;
  }

  /** Why the keychain cannot store a key, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Checks whether the keychain can store a key. */
  async probe(): Promise<void> {
    const result = await this.#api.signIns.canStoreKey();
    this.#failure = result.ok ? null : result.failure;
  }

  /** Where to store the key, or null if the person must choose first; the key then stays in its field. */
  async destination(): Promise<'keychain' | 'session' | null> {
    if (this.sessionOnly) return 'session';
    // The keychain may have been unlocked since the last check.
    if (this.#failure) await this.probe();
    return this.#failure ? null : 'keychain';
  }

  /** Whether a call failed because of the keychain. If so, the failure is stored in `failure`. */
  accept(failure: Failure): boolean {
    const isKeychain =
      failure.code.startsWith('keychain.') && failure.code !== 'keychain.invalid-value';
    if (isKeychain) this.#failure = failure;
    return isKeychain;
  }
}
