/**
 * One open organization: its page as main last sent it, the form on top of it, and everything a
 * person can do with it. The page mounts one for each organization and closes it when it leaves.
 */
import type { LetterheadApi } from '../../../shared/bridge';
import type { Failure, Outcome } from '../../../shared/failure';
import type { OrganizationView } from '../../../shared/organization';
import type { FieldName } from '../../../shared/profile';
import { Choices } from '../../state/choices.svelte';
import { Actions, type Action } from './actions.svelte';
import { ProfileForm, type Typed } from './form.svelte';
import { DraftKeeper } from './keeper.svelte';

/** What the person did that is told on the page until they go on. */
export type Told = 'given-up' | 'accepted' | 'theirs-kept' | 'restored' | 'restored-same';

/** How restoring a version ended: there may be a draft, and then the person is asked first. */
export type Restored = 'done' | 'ask' | 'failed';

/** The state and the actions of one organization's page. */
export class OrganizationSession {
  #view = $state.raw() as OrganizationView;
  #told = $state.raw<Told | null>(null);
  #discarded = $state.raw<Typed | null>(null);
  readonly form: ProfileForm;
  readonly keeper: DraftKeeper;
  readonly choices: Choices;
  readonly #actions = new Actions();
  readonly #api: LetterheadApi;
  readonly #onview: (view: OrganizationView) => void;

  /**
   * @param api the calls to main
   * @param view the organization as it is when its page opens
   * @param onview hears of every newer page that an action answered
   * @param choices what was chosen in its conflict when its page was open before
   */
  constructor(
    api: LetterheadApi,
    view: OrganizationView,
    onview: (view: OrganizationView) => void = () => undefined,
    choices = new Choices(),
  ) {
    this.#api = api;
    this.#onview = onview;
    this.choices = choices;
    this.#view = view;
    this.form = new ProfileForm(view);
    this.choices.follow(view.change);
    this.keeper = new DraftKeeper(() =>
      api.drafts.keep({ organizationId: view.id, ...this.form.typed() }),
    );
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

  /** What the person did last, where the page tells it; null once they go on. */
  get told(): Told | null {
    return this.#told;
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

  /** Main sent the page anew. */
  follow(view: OrganizationView): void {
    this.#view = view;
    this.form.follow(view);
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
    this.#told = null;
    this.keeper.typed();
  }

  /** Hands the edits over to be sent; true when main took them. */
  async submit(): Promise<boolean> {
    // Taken over, not kept once more: a draft that lands after the submit would come back as an edit.
    await this.keeper.yield();
    const typed = this.form.typed();
    const done = await this.#act('submit', () =>
      this.#api.changes.submit({ organizationId: this.#view.id, ...typed }),
    );
    if (!done) this.keeper.typed();
    return done;
  }

  /** Throws the edits away; `bringBack` undoes it until the next key. */
  async discardEdits(): Promise<void> {
    const edits = this.form.discard();
    await this.keeper.yield();
    const done = await this.#act('discard-edits', () =>
      this.#api.drafts.discard({ organizationId: this.#view.id }),
    );
    if (done) this.#discarded = edits;
    else this.form.restore(edits);
  }

  /** Brings back what was discarded, and keeps it at once. */
  async bringBack(): Promise<void> {
    if (!this.#discarded) return;
    this.form.restore(this.#discarded);
    this.#discarded = null;
    this.keeper.typed();
    await this.keeper.flush();
  }

  /** Asks Cloudflare for the profile now. */
  refresh(): Promise<boolean> {
    return this.#act('refresh', () =>
      this.#api.organizations.refresh({ organizationId: this.#view.id }),
    );
  }

  /** Tries to send the pending change now. */
  retry(): Promise<boolean> {
    return this.#act('retry', () => this.#api.changes.retry({ organizationId: this.#view.id }));
  }

  /** Gives the pending change up. */
  async discardChange(): Promise<boolean> {
    const done = await this.#act('discard-change', () =>
      this.#api.changes.discard({ organizationId: this.#view.id }),
    );
    if (done) this.#told = 'given-up';
    return done;
  }

  /** Takes what Cloudflare stored. */
  async acceptAsStored(): Promise<boolean> {
    const done = await this.#act('accept', () =>
      this.#api.changes.acceptAsStored({ organizationId: this.#view.id }),
    );
    if (done) this.#told = 'accepted';
    return done;
  }

  /** Saves what was chosen in a conflict, for the texts that are on screen. */
  async resolve(): Promise<boolean> {
    const { id, change } = this.#view;
    if (!change?.theirs) return false;
    const { version, theirs } = change;
    const { chosen } = this.choices;
    // What was typed on top must be on disk before its ground moves.
    await this.keeper.flush();
    const done = await this.#act('resolve', () =>
      this.#api.changes.resolve({ organizationId: id, version, theirs, choices: chosen }),
    );
    if (done && !this.#view.change) this.#told = 'theirs-kept';
    return done;
  }

  /**
   * Puts a version of the history into the form, as a draft. A draft that is there already is only
   * replaced when `replaceDraft` says so; otherwise the answer is `ask`.
   */
  async restore(revisionId: number, replaceDraft: boolean): Promise<Restored> {
    // Kept first: main must know of everything typed, to ask about it and to remember it.
    await this.keeper.flush();
    if (this.keeper.behind) return 'failed';
    const organizationId = this.#view.id;
    const done = await this.#act('restore', () =>
      this.#api.history.restore({ organizationId, revisionId, replaceDraft }),
    );
    if (!done) {
      if (this.failure?.code !== 'draft.exists' || this.failedAction !== 'restore') return 'failed';
      this.#actions.forget();
      return 'ask';
    }
    this.form.startFrom(this.#view);
    this.#discarded = null;
    this.#told = this.form.changed.length > 0 ? 'restored' : 'restored-same';
    return 'done';
  }

  /** One action at a time; its answer, where it is a page, is followed. */
  async #act(
    action: Action,
    call: () => Promise<Outcome<OrganizationView | null>>,
  ): Promise<boolean> {
    const outcome = await this.#actions.run(action, () => {
      this.#told = null;
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
