/**
 * Where a key goes that a person is entering: into this computer's keychain, or, where that cannot be
 * used and the person says so, into memory for this session.
 */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure } from '../../../shared/failure';

/** What is known of the keychain, and the person's choice. */
export class KeychainChoice {
  #cannotKeep = $state.raw<Failure | null>(null);
  readonly #api: LetterheadApi;
  /** The person's choice; only offered while a key cannot be kept. */
  sessionOnly = $state(false);

  constructor(api: LetterheadApi) {
    this.#api = api;
  }

  /** Why a key cannot be kept on this computer, or null. */
  get cannotKeep(): Failure | null {
    return this.#cannotKeep;
  }

  /** Asks whether a key can be kept here. */
  async probe(): Promise<void> {
    const outcome = await this.#api.signIns.canKeep();
    this.#cannotKeep = outcome.ok ? null : outcome.failure;
  }

  /** Where the key goes, or null while the person has to choose; then it stays in its field. */
  async place(): Promise<'keychain' | 'session' | null> {
    if (this.sessionOnly) return 'session';
    // Perhaps it was unlocked meanwhile.
    if (this.#cannotKeep) await this.probe();
    return this.#cannotKeep ? null : 'keychain';
  }

  /** Takes a failure of the call that carried the key, if it was the keychain's; says whether it was. */
  failed(failure: Failure): boolean {
    const refused = failure.code.startsWith('keychain.') && failure.code !== 'keychain.bad-value';
    if (refused) this.#cannotKeep = failure;
    return refused;
  }
}
