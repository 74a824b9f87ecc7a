/**
 * The way of adding: a sign-in, then its organizations. It never holds a key: the key field hands it
 * over for the one call that carries it.
 */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure, FailureCode } from '../../../shared/failure';
import type { SignIn } from '../../../shared/sign-in';
import type { AddStart } from '../../state/navigation.svelte';
import { KeychainChoice } from './keychain-choice.svelte';

/** The choice that stands for entering a sign-in. */
export const NEW = 'new';

/** What is wrong with the new sign-in, each beside what caused it. */
export interface SignInIssues {
  email: Failure | null;
  key: Failure | null;
  /** Above both: the pair, the network, Cloudflare. */
  both: Failure | null;
}

const NO_ISSUE: SignInIssues = { email: null, key: null, both: null };
const BESIDE: Partial<Record<FailureCode, 'email' | 'key'>> = {
  'sign-in.malformed-email': 'email',
  'sign-in.malformed-key': 'key',
  'keychain.bad-value': 'key',
};

/** The state of the page *Add organizations*. */
export class AddFlow {
  #signIn = $state.raw<string | null>(null);
  #busy = $state(false);
  #issues = $state.raw(NO_ISSUE);
  #emptied = $state(false);
  readonly #api: LetterheadApi;

  /** The chosen radio: the id of a saved sign-in, or `NEW`. */
  choice = $state<string>(NEW);
  label = $state('');
  email = $state('');
  /** Where the key goes. */
  readonly keeping: KeychainChoice;

  /**
   * @param api the calls to main
   * @param saved the sign-ins to choose from
   * @param start where to begin
   */
  constructor(api: LetterheadApi, saved: readonly SignIn[], start: AddStart = { kind: 'sign-in' }) {
    this.#api = api;
    this.keeping = new KeychainChoice(api);
    this.choice = start.kind === 'new-sign-in' ? NEW : (saved[0]?.id ?? NEW);
    if (start.kind === 'find-new') this.#signIn = start.signInId;
  }

  /** The sign-in whose organizations are being chosen, or null while it is not settled. */
  get signIn(): string | null {
    return this.#signIn;
  }

  get busy(): boolean {
    return this.#busy;
  }

  get issues(): SignInIssues {
    return this.#issues;
  }

  /** Whether the key field was emptied and its key is needed once more. */
  get emptied(): boolean {
    return this.#emptied;
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
    this.#issues = NO_ISSUE;
    const keep = await this.keeping.place();
    if (keep === null) {
      this.#busy = false;
      return;
    }
    const email = this.email.trim();
    const call = this.#api.signIns.add({
      label: this.label.trim() || email,
      email,
      keep,
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
    if (place) this.#issues = { ...NO_ISSUE, [place]: failure };
    else if (!this.keeping.failed(failure)) this.#issues = { ...NO_ISSUE, both: failure };
  }

  /** The person works on the field again: what was said beside it goes. */
  edited(place: 'email' | 'key'): void {
    if (this.#issues[place]) this.#issues = { ...this.#issues, [place]: null };
    if (place === 'key') this.#emptied = false;
  }

  /** Back to the choice of a sign-in; one that was just made is chosen. */
  backToSignIn(): void {
    if (this.#signIn !== null) this.choice = this.#signIn;
    this.#signIn = null;
    this.#emptied = false;
  }
}
