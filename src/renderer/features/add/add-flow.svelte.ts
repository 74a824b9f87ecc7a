/**
 * The steps of *Add organizations*: choose a sign-in, then its organizations. The key of a new sign-in is never
 * stored here: `addNew` takes the key from its field for one call, and returns it if the person did not confirm the
 * email or token.
 */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure, FailureCode } from '../../../shared/failure';
import { SIGN_IN_KINDS, type SignIn, type SignInKind } from '../../../shared/sign-in';
import type { AddStart } from '../../state/navigation.svelte';
import { KeychainChoice } from './keychain-choice.svelte';

/** Why a new sign-in was refused, grouped by where the reason is shown. */
export interface SignInIssues {
  email: Failure | null;
  key: Failure | null;
  /** Shown above the fields, such as a key that does not belong to the email, or a network failure. */
  general: Failure | null;
}

const NO_ISSUE: SignInIssues = { email: null, key: null, general: null };
/** The failures that belong to one field. */
const FIELD_OF_FAILURE: Partial<Record<FailureCode, 'email' | 'key'>> = {
  'sign-in.malformed-email': 'email',
  'sign-in.malformed-key': 'key',
  'token.malformed': 'key',
  'token.unknown': 'key',
  'token.disabled': 'key',
  'token.expired': 'key',
  'token.refused': 'key',
  'keychain.invalid-value': 'key',
};

/** The key field. */
export interface KeySource {
  /** Empties the field and returns the key. */
  take(): string;
  /** Returns the key to the field. */
  putBack(key: string): void;
}

const NOT_CONFIRMED: readonly FailureCode[] = ['sign-in.not-confirmed', 'sign-in.confirm-later'];

/** Whether nothing was stored because the person did not confirm the email or token; the typed key is still good. */
export function isNotConfirmed({ code }: Failure): boolean {
  return NOT_CONFIRMED.includes(code);
}

/** The state of the page *Add organizations*. */
export class AddFlow {
  #signIn = $state.raw<string | null>(null);
  #addedKind = $state.raw<SignInKind | null>(null);
  #busy = $state(false);
  #issues = $state.raw(NO_ISSUE);
  #needsKeyAgain = $state(false);
  readonly #api: LetterheadApi;

  /** The selected radio: the id of a saved sign-in, or the kind of a new one. */
  choice = $state<string>('token');
  label = $state('');
  email = $state('');
  /** Whether a new sign-in should only read. */
  readOnly = $state(false);
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
    this.choice = start.kind === 'new-sign-in' ? 'token' : (saved[0]?.id ?? 'token');
    if (start.kind === 'find-new') this.#signIn = start.signInId;
  }

  /** The sign-in whose organizations to choose from, or null in the first step. */
  get signIn(): string | null {
    return this.#signIn;
  }

  /** The kind of new sign-in that is being entered, or null if a saved one is selected. */
  get newKind(): SignInKind | null {
    return SIGN_IN_KINDS.find((kind) => kind === this.choice) ?? null;
  }

  /** The kind of the sign-in that was just added; the list of sign-ins may not have it yet. */
  get addedKind(): SignInKind | null {
    return this.#addedKind;
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
   * the key field is empty unless the person did not confirm.
   */
  async addNew(field: KeySource): Promise<void> {
    const kind = this.newKind;
    if (this.#busy || kind === null) return;
    this.#busy = true;
    this.#issues = NO_ISSUE;
    const keep = await this.keychain.destination();
    if (keep === null) {
      this.#busy = false;
      return;
    }
    const email = this.email.trim();
    const key = field.take();
    const label = this.label.trim();
    const entered = { keep, key, readOnly: this.readOnly };
    const outcome = await this.#api.signIns.add(
      kind === 'key'
        ? { kind, label: label || email, email, ...entered }
        : { kind, label, ...entered },
    );
    this.#busy = false;
    if (outcome.ok) {
      this.#addedKind = kind;
      this.#signIn = outcome.value.signInId;
      return;
    }
    const { failure } = outcome;
    this.#needsKeyAgain = !isNotConfirmed(failure);
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

  /** Hides all issues. Call it when another kind of sign-in is selected. */
  kindChanged(): void {
    this.#issues = NO_ISSUE;
    this.#needsKeyAgain = false;
  }

  /** Returns to the first step; a sign-in that was just added is selected. */
  backToSignIn(): void {
    if (this.#signIn !== null) this.choice = this.#signIn;
    this.#signIn = null;
    this.#needsKeyAgain = false;
  }
}
