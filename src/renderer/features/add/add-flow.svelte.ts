/**
 * The way of adding: a sign-in, then its organizations. It never holds a key: the key field hands it
 * over for the one call that carries it.
 */
import type { LetterheadApi } from '../../../shared/bridge';
import type { Failure, FailureCode } from '../../../shared/failure';
import type { SignIn } from '../../../shared/sign-in';

/** The choice that stands for entering a sign-in. */
export const NEW = 'new';

/** What is wrong with the new sign-in, each beside what caused it. */
export interface SignInTroubles {
  email: Failure | null;
  key: Failure | null;
  /** Above both: the pair, the network, Cloudflare. */
  both: Failure | null;
}

const NO_TROUBLE: SignInTroubles = { email: null, key: null, both: null };
const BESIDE: Partial<Record<FailureCode, 'email' | 'key'>> = {
  'sign-in.malformed-email': 'email',
  'sign-in.malformed-key': 'key',
  'keychain.bad-value': 'key',
};

/** The state of the page *Add organizations*. */
export class AddFlow {
  #signIn = $state.raw<string | null>(null);
  #busy = $state(false);
  #troubles = $state.raw(NO_TROUBLE);
  #cannotKeep = $state.raw<Failure | null>(null);
  #emptied = $state(false);
  readonly #api: LetterheadApi;

  /** The chosen radio: the id of a saved sign-in, or `NEW`. */
  choice = $state<string>(NEW);
  label = $state('');
  email = $state('');
  sessionOnly = $state(false);

  constructor(api: LetterheadApi, saved: readonly SignIn[]) {
    this.#api = api;
    this.choice = saved[0]?.id ?? NEW;
  }

  /** The sign-in whose organizations are being chosen, or null while it is not settled. */
  get signIn(): string | null {
    return this.#signIn;
  }

  get busy(): boolean {
    return this.#busy;
  }

  get troubles(): SignInTroubles {
    return this.#troubles;
  }

  /** Why a key cannot be kept on this computer, or null. */
  get cannotKeep(): Failure | null {
    return this.#cannotKeep;
  }

  /** Whether the key field was emptied and its key is needed once more. */
  get emptied(): boolean {
    return this.#emptied;
  }

  /** Asks whether a key can be kept here. */
  async probe(): Promise<void> {
    const outcome = await this.#api.signIns.canKeep();
    this.#cannotKeep = outcome.ok ? null : outcome.failure;
  }

  /** Goes on with a saved sign-in. */
  useSaved(): void {
    this.#signIn = this.choice;
  }

  /**
   * Checks the new sign-in with Cloudflare and keeps it.
   * @param take empties the key field and gives what was in it
   */
  async addNew(take: () => string): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#troubles = NO_TROUBLE;
    if (this.#cannotKeep && !this.sessionOnly) {
      // Perhaps it was unlocked meanwhile; the key stays in its field until this is known.
      await this.probe();
      if (this.#cannotKeep) {
        this.#busy = false;
        return;
      }
    }
    const email = this.email.trim();
    const call = this.#api.signIns.add({
      label: this.label.trim() || email,
      email,
      keep: this.sessionOnly ? 'session' : 'keychain',
      key: take(),
    });
    const outcome = await call;
    this.#busy = false;
    if (outcome.ok) {
      this.#signIn = outcome.value.signInId;
      return;
    }
    this.#emptied = true;
    const { failure } = outcome;
    const place = BESIDE[failure.code];
    if (place) this.#troubles = { ...NO_TROUBLE, [place]: failure };
    else if (failure.code.startsWith('keychain.')) this.#cannotKeep = failure;
    else this.#troubles = { ...NO_TROUBLE, both: failure };
  }

  /** The person works on the field again: what was said beside it goes. */
  edited(place: 'email' | 'key'): void {
    if (this.#troubles[place]) this.#troubles = { ...this.#troubles, [place]: null };
    if (place === 'key') this.#emptied = false;
  }

  /** Back to the choice of a sign-in; one that was just made is chosen. */
  backToSignIn(): void {
    if (this.#signIn !== null) this.choice = this.#signIn;
    this.#signIn = null;
    this.#emptied = false;
  }
}
