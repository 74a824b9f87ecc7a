/**
 * The steps of *Add organizations*: choose a sign-in, then its organizations. The key of a new sign-in is never
 * stored here: `addNew` reads it from its field for one call, and empties the field once the sign-in is accepted.
 */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure, FailureCode } from '../../../shared/failure';
import { SIGN_IN_KINDS, type SignIn, type SignInKind } from '../../../shared/sign-in';
import { Action } from '../../state/action.svelte';
import type { AddStart } from '../../state/navigation.svelte';
import { KeychainChoice } from './keychain-choice.svelte';

/** Why a new sign-in was refused, grouped by where the reason is shown. */
export interface SignInIssues {
  email: Failure | null;
  key: Failure | null;
  /** Why the sample sign-in could not be added; shown beside it. */
  sample: Failure | null;
  /** Shown above the fields, such as a key that does not belong to the email, or a network failure. */
  general: Failure | null;
}

const NO_ISSUE: SignInIssues = { email: null, key: null, sample: null, general: null };
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
  /** Returns the key, which stays in the field. */
  read(): string;
  /** Empties the field. */
  clear(): void;
}

/** The state of the page *Add organizations*. */
export class AddFlow {
  #signIn = $state.raw<string | null>(null);
  #addedKind = $state.raw<SignInKind | null>(null);
  /** The only saved sign-in, if choosing it was skipped and the person did not choose another one since; or null. */
  #skippedTo = $state.raw<string | null>(null);
  #hasSample = $state(false);
  readonly #action = new Action<'sample' | 'new'>();
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
   * @param saved the sign-ins to choose from; a single one is not asked about
   * @param start the step to start at
   */
  constructor(api: LetterheadApi, saved: readonly SignIn[], start: AddStart = { kind: 'sign-in' }) {
    this.#api = api;
    this.keychain = new KeychainChoice(api);
    this.choice = start.kind === 'new-sign-in' ? 'token' : (saved[0]?.id ?? 'token');
    if (start.kind === 'find-new') this.#signIn = start.signInId;
    const [first] = saved;
    if (start.kind === 'sign-in' && first && saved.length === 1) {
      this.#skippedTo = first.id;
      this.#signIn = first.id;
    }
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

  /** Whether the first step was skipped, so that there is none to go back to. */
  get isFirstStepSkipped(): boolean {
    return this.#signIn !== null && this.#signIn === this.#skippedTo;
  }

  /** Whether there is a sample sign-in to add; only in the demo. */
  get hasSample(): boolean {
    return this.#hasSample;
  }

  /** Whether the form for a new sign-in is on screen and says why the keychain cannot store its key. */
  get isKeychainExplained(): boolean {
    return this.#signIn === null && this.newKind !== null && this.keychain.failure !== null;
  }

  get busy(): boolean {
    return this.#action.isBusy;
  }

  get issues(): SignInIssues {
    const { failure, failedName } = this.#action;
    if (!failure) return NO_ISSUE;
    const place =
      failedName === 'sample' ? 'sample' : (FIELD_OF_FAILURE[failure.code] ?? 'general');
    return { ...NO_ISSUE, [place]: failure };
  }

  /** Continues with the selected saved sign-in. */
  useSaved(): void {
    this.#skippedTo = null;
    this.#signIn = this.choice;
  }

  /** Leaves the list of the only saved sign-in for the first step. */
  useOther(): void {
    this.choice = 'token';
    this.#signIn = null;
  }

  /** Returns from the first step to the list that `useOther` has left. False if there is none. */
  returnToList(): boolean {
    if (this.#skippedTo === null) return false;
    this.#signIn = this.#skippedTo;
    return true;
  }

  /** Finds out whether there is a sample sign-in. */
  async findSample(): Promise<void> {
    const result = await this.#api.signIns.hasSample();
    this.#hasSample = result.ok && result.value;
  }

  /** Adds the sample sign-in. If that fails, the reason is in `issues`. */
  async addSample(): Promise<void> {
    const result = await this.#action.run('sample', () => this.#api.signIns.addSample());
    if (result?.ok) this.#continueWith(result.value.signInId, 'key');
  }

  /**
   * Checks the new sign-in with Cloudflare and saves it, and empties the key field. If that fails, the reason is in
   * `issues` or `keychain`, and everything stays as typed.
   */
  async addNew(field: KeySource): Promise<void> {
    const kind = this.newKind;
    if (kind === null) return;
    const result = await this.#action.run('new', async () => {
      const keep = await this.keychain.destination();
      if (keep === null) return null;
      const email = this.email.trim();
      const label = this.label.trim();
      const entered = { keep, key: field.read(), readOnly: this.readOnly };
      const answer = await this.#api.signIns.add(
        kind === 'key'
          ? { kind, label: label || email, email, ...entered }
          : { kind, label, ...entered },
      );
      return !answer.ok && this.keychain.accept(answer.failure) ? null : answer;
    });
    if (!result?.ok) return;
    field.clear();
    this.#continueWith(result.value.signInId, kind);
  }

  #continueWith(added: string, kind: SignInKind): void {
    this.#skippedTo = null;
    this.#addedKind = kind;
    this.#signIn = added;
  }

  /** Hides the issue of a field. Call it when the field is edited. */
  edited(field: 'email' | 'key'): void {
    if (this.issues[field]) this.#action.failure = null;
  }

  /** Hides all issues. Call it when another kind of sign-in is selected. */
  kindChanged(): void {
    this.#action.failure = null;
  }

  /** Returns to the first step; a sign-in that was just added is selected. */
  backToSignIn(): void {
    if (this.#signIn !== null) this.choice = this.#signIn;
    this.#signIn = null;
  }
}
