/**
 * The steps of *Add organizations*: choose a sign-in, then its organizations. The key of a new sign-in is never
 * stored here: `addNew` takes the key from its field for one call, and returns it if the person did not confirm the
 * email.
 */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure, FailureCode } from '../../../shared/failure';
import type { SignIn } from '../../../shared/sign-in';
import type { AddStart } from '../../state/navigation.svelte';
import { KeychainChoice } from './keychain-choice.svelte';

/** The radio value for entering a new sign-in. */
export const NEW = 'new';

/** Why a new sign-in was refused, grouped by where the reason is shown. */
export interface SignInIssues {
  email: Failure | null;
  key: Failure | null;
  /** Shown above both fields, such as a key that does not belong to the email, or a network failure. */
  general: Failure | null;
}

const NO_ISSUE: SignInIssues = { email: null, key: null, general: null };
/** The failures that belong to one field. */
const FIELD_OF_FAILURE: Partial<Record<FailureCode, 'email' | 'key'>> = {
  'sign-in.malformed-email': 'email',
  'sign-in.malformed-key': 'key',
  'keychain.invalid-value': 'key',
};

/** The key field. */
export interface KeySource {
  /** Empties the field and returns the key. */
  take(): string;
  /** Returns the key to the field. */
  putBack(key: string): void;
}

/** Failures before anything is sent: the person did not confirm the email. */
const NOT_CONFIRMED: readonly FailureCode[] = ['sign-in.not-confirmed', 'sign-in.confirm-later'];

/** The state of the page *Add organizations*. */
export class AddFlow {
  #signIn = $state.raw<string | null>(null);
  #busy = $state(false);
  #issues = $state.raw(NO_ISSUE);
  #needsKeyAgain = $state(false);
  readonly #api: LetterheadApi;

  /** The selected radio: the id of a saved sign-in, or `NEW`. */
  choice = $state<string>(NEW);
  label = $state('');
  email = $state('');
  /** Where the key is stored. */
  readonly keychain: KeychainChoice;

  /**
   * @param api the calls to main
   * @param saved the sign-ins to choose from
   * @param start the step to start at
   */
  constructor(api: LetterheadApi, saved: readonly SignIn[], start: AddStart = { kind: 'sign-in' }) {
    this.#api = api;
    this.keychain = new KeychainChoice(api);
    this.choice = start.kind === 'new-sign-in' ? NEW : (saved[0]?.id ?? NEW);
    if (start.kind === 'find-new') this.#signIn = start.signInId;
  }

  /** The sign-in whose organizations to choose from, or null in the first step. */
  get signIn(): string | null {
    return this.#signIn;
  }

  get busy(): boolean {
    return this.#busy;
  }

  get issues(): SignInIssues {
    return this.#issues;
  }

  /** Whether the key field was emptied and the key must be entered again. */
  get needsKeyAgain(): boolean {
    return this.#needsKeyAgain;
  }

  /** Continues with the selected saved sign-in. */
  useSaved(): void {
    this.#signIn = this.choice;
  }

  /**
   * Checks the new sign-in with Cloudflare and saves it. If that fails, the reason is in `issues` or `keychain`, and
   * the key field is empty unless the person did not confirm the email.
   */
  async addNew(field: KeySource): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#issues = NO_ISSUE;
    const keep = await this.keychain.destination();
    if (keep === null) {
      this.#busy = false;
      return;
    }
    const email = this.email.trim();
    const key = field.take();
    const outcome = await this.#api.signIns.add({
      kind: 'key',
      label: this.label.trim() || email,
      email,
      keep,
      key,
      readOnly: false,
    });
    this.#busy = false;
    if (outcome.ok) {
      this.#signIn = outcome.value.signInId;
      return;
    }
    const { failure } = outcome;
    this.#needsKeyAgain = !NOT_CONFIRMED.includes(failure.code);
    if (!this.#needsKeyAgain) field.putBack(key);
    const issue = FIELD_OF_FAILURE[failure.code];
    if (issue) this.#issues = { ...NO_ISSUE, [issue]: failure };
    else if (!this.keychain.accept(failure)) this.#issues = { ...NO_ISSUE, general: failure };
  }

  /** Hides the issue of a field. Call it when the field is edited. */
  edited(field: 'email' | 'key'): void {
    if (this.#issues[field]) this.#issues = { ...this.#issues, [field]: null };
    if (field === 'key') this.#needsKeyAgain = false;
  }

  /** Returns to the first step; a sign-in that was just added is selected. */
  backToSignIn(): void {
    if (this.#signIn !== null) this.choice = this.#signIn;
    this.#signIn = null;
    this.#needsKeyAgain = false;
  }
}
