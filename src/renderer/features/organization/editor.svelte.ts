/**
 * One open organization: its page as main last sent it, the form on top of it, and everything a person
 * can do with it. The page makes one when it is mounted; what was typed is in the autosave, which stays.
 */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure, Outcome } from '../../../shared/failure';
import type { Autosaves } from '../../state/autosaves.svelte';
import type { Autosave } from '../../state/autosave.svelte';
import { Choices } from '../../state/conflict-choices.svelte';
import { isOlder } from '../../state/open-organization.svelte';
import type { OrganizationView } from '../../../shared/organization';
import type { Patch } from '../../../shared/patch';
import type { FieldName, Profile } from '../../../shared/profile';
import { Actions, type Action } from './actions.svelte';
import { ProfileForm } from './form.svelte';

/** What the person just did; the page shows it until they continue. */
export type Feedback =
  'change-discarded' | 'accepted' | 'theirs-kept' | 'restored' | 'restored-same';

/** How restoring a version ended. `ask`: there is a draft, so the person is asked first. */
export type Restored = 'done' | 'ask' | 'failed';

/** What `Editor` needs. */
export interface EditorOptions {
  api: LetterheadApi;
  autosaves: Autosaves;
  /** The organization as it is when its page opens. */
  view: OrganizationView;
  /** What was chosen in its conflict when its page was open before. */
  choices?: Choices;
  /** Called with every newer page that an action answered. */
  onview?: (view: OrganizationView) => void;
}

/** The state and the actions of one organization's page. */
export class Editor {
  #view = $state.raw() as OrganizationView;
  #feedback = $state.raw<Feedback | null>(null);
  #discarded = $state.raw<Patch | null>(null);
  readonly autosave: Autosave;
  readonly form: ProfileForm;
  readonly choices: Choices;
  readonly #actions = new Actions();
  readonly #api: LetterheadApi;
  readonly #onview: (view: OrganizationView) => void;

  constructor({ api, autosaves, view, choices, onview }: EditorOptions) {
    this.#api = api;
    this.#view = view;
    this.#onview = onview ?? (() => undefined);
    this.autosave = autosaves.of(view);
    this.form = new ProfileForm(this.autosave);
    this.choices = choices ?? new Choices();
    this.choices.follow(view.change);
  }

  /** The organization as main last sent it. */
  get view(): OrganizationView {
    return this.#view;
  }

  /** What is under way, or null. */
  get busy(): Action | null {
    return this.#actions.busy;
  }

  /** Whether another action has to wait for what is under way. */
  get occupied(): boolean {
    return this.#actions.occupied;
  }

  /** Why the last action failed here, before anything reached Cloudflare; null after the next one. */
  get failure(): Failure | null {
    return this.#actions.failed?.failure ?? null;
  }

  /** The action that failed so. */
  get failedAction(): Action | null {
    return this.#actions.failed?.action ?? null;
  }

  /** What the person did last, if the page shows it; null once they continue. */
  get feedback(): Feedback | null {
    return this.#feedback;
  }

  /** Whether edits were discarded a moment ago and can be brought back. */
  get canBringBack(): boolean {
    return this.#discarded !== null;
  }

  /** Whether there is anything to edit: something was read, or was typed before. */
  get editable(): boolean {
    const { profile, draft, change } = this.#view;
    return profile !== null || draft !== null || change !== null;
  }

  /** Main sent the page. */
  follow(view: OrganizationView): void {
    if (isOlder(view, this.#view)) return;
    this.#view = view;
    this.autosave.follow(view);
    this.form.update();
    this.choices.follow(view.change);
  }

  /** The person typed; `typed` is all the control holds now. */
  type(field: FieldName, typed: string): void {
    if (typed !== this.form.shown(field)) this.#edit(() => this.form.type(field, typed));
  }

  /** The person changed a part of a field's text; `text` is all of it, byte for byte. */
  put(field: FieldName, text: string): void {
    if (text !== this.form.texts[field]) this.#edit(() => this.form.put(field, text));
  }

  #edit(edit: () => void): void {
    edit();
    this.#discarded = null;
    this.#feedback = null;
  }

  /** Submits the edits to be sent; true when main took them. */
  submit(): Promise<boolean> {
    return this.#act('submit', () => this.autosave.submit());
  }

  /** Discards the edits; `bringBack` undoes it until the next key. */
  async discardEdits(): Promise<void> {
    const { touched } = this.autosave;
    if (await this.#act('discard-edits', () => this.autosave.discard())) this.#discarded = touched;
  }

  /** Brings back what was discarded, and keeps it at once. */
  async bringBack(): Promise<void> {
    if (!this.#discarded) return;
    this.autosave.restore(this.#discarded);
    this.form.update();
    this.#discarded = null;
    await this.autosave.flush();
  }

  /** Asks Cloudflare for the profile now. */
  refresh(): Promise<boolean> {
    return this.#act('refresh', () =>
      this.#api.organizations.refresh({ organizationId: this.#view.id }),
    );
  }

  /** Tries to send the pending change now. */
  async retry(): Promise<boolean> {
    const decision = this.#decision();
    return decision !== null && this.#act('retry', () => this.#api.changes.retry(decision));
  }

  /** Discards the pending change. */
  async discardChange(): Promise<boolean> {
    // The one the question was about: what a job added since is not discarded with it.
    const version = this.#view.change?.version;
    if (version === undefined) return false;
    const done = await this.#actOnKept('discard-change', () =>
      this.#api.changes.discard({ organizationId: this.#view.id, version }),
    );
    if (done) this.#feedback = 'change-discarded';
    return done;
  }

  /** Takes what Cloudflare stored. */
  async acceptAsStored(): Promise<boolean> {
    const decision = this.#decision();
    if (!decision) return false;
    const done = await this.#actOnKept('accept', () => this.#api.changes.acceptAsStored(decision));
    if (done) this.#feedback = 'accepted';
    return done;
  }

  /** Saves what was chosen in a conflict, for the texts that are on screen. */
  async resolve(): Promise<boolean> {
    const decision = this.#decision();
    if (!decision?.remote) return false;
    const { chosen } = this.choices;
    const done = await this.#actOnKept('resolve', () =>
      this.#api.changes.resolve({ ...decision, choices: chosen }),
    );
    if (done && !this.#view.change) this.#feedback = 'theirs-kept';
    return done;
  }

  /**
   * Puts a version of the history into the form, as a draft. A draft that is there already is only
   * replaced when `replaceDraft` says so; otherwise the answer is `ask`.
   */
  async restore(revisionId: number, replaceDraft: boolean): Promise<Restored> {
    const organizationId = this.#view.id;
    // Main must have everything typed, to ask about it and to put it into the history.
    const done = await this.#actOnKept('restore', () =>
      this.#api.history.restore({ organizationId, revisionId, replaceDraft }),
    );
    if (!done) {
      if (this.failure?.code !== 'draft.exists' || this.failedAction !== 'restore') return 'failed';
      this.#actions.forget();
      return 'ask';
    }
    this.#discarded = null;
    this.#feedback = this.form.changed.length > 0 ? 'restored' : 'restored-same';
    return 'done';
  }

  /** What the person sees and decides about, or null without a pending change. */
  #decision(): { organizationId: string; version: number; remote: Profile | null } | null {
    const { id, change } = this.#view;
    return change && { organizationId: id, version: change.version, remote: change.remote };
  }

  /**
   * An action that changes the texts under what was typed. The draft must be on disk first: main moves its
   * bases, and cannot do that for text that only the window has.
   */
  #actOnKept(action: Action, call: () => Promise<Outcome<OrganizationView>>): Promise<boolean> {
    return this.#act(action, async () => {
      await this.autosave.flush();
      const { failure } = this.autosave;
      return failure ? { ok: false, failure } : call();
    });
  }

  /** One action at a time; its answer, where it is a page, is followed. */
  async #act(
    action: Action,
    call: () => Promise<Outcome<OrganizationView | null>>,
  ): Promise<boolean> {
    const outcome = await this.#actions.run(action, () => {
      this.#feedback = null;
      return call();
    });
    if (!outcome?.ok) return false;
    if (outcome.value) {
      this.follow(outcome.value);
      this.#onview(outcome.value);
    }
    return true;
  }
}
