/**
 * One open organization: its page as main last sent it, the form on top of it, and everything a
 * person can do with it. The page mounts one for each organization and closes it when it leaves.
 */
import type { LetterheadApi } from '../../../shared/bridge';
import type { Failure, Outcome } from '../../../shared/failure';
import type { OrganizationView } from '../../../shared/organization';
import type { FieldName } from '../../../shared/profile';
import { ProfileForm, type Typed } from './form.svelte';
import { DraftKeeper } from './keeper.svelte';

/** What may be under way on a page because the person asked for it. */
export type Action = 'refresh' | 'submit' | 'retry' | 'discard-change' | 'accept' | 'discard-edits';

/** The state and the actions of one organization's page. */
export class OrganizationSession {
  #view = $state.raw() as OrganizationView;
  #busy = $state.raw<Action | null>(null);
  #failure = $state.raw<Failure | null>(null);
  #discarded = $state.raw<Typed | null>(null);
  readonly form: ProfileForm;
  readonly keeper: DraftKeeper;
  readonly #api: LetterheadApi;
  readonly #onview: (view: OrganizationView) => void;

  /**
   * @param api the calls to main
   * @param view the organization as it is when its page opens
   * @param onview hears of every newer page that an action answered
   */
  constructor(
    api: LetterheadApi,
    view: OrganizationView,
    onview: (view: OrganizationView) => void = () => undefined,
  ) {
    this.#api = api;
    this.#onview = onview;
    this.#view = view;
    this.form = new ProfileForm(view);
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
    return this.#busy;
  }

  /** Why the last action failed here, before anything reached Cloudflare; null after the next one. */
  get failure(): Failure | null {
    return this.#failure;
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
  }

  /** The person typed; `typed` is all the control holds now. */
  type(field: FieldName, typed: string): void {
    if (typed === this.form.shown(field)) return;
    this.form.type(field, typed);
    this.#discarded = null;
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
  discardChange(): Promise<boolean> {
    return this.#act('discard-change', () =>
      this.#api.changes.discard({ organizationId: this.#view.id }),
    );
  }

  /** Takes what Cloudflare stored. */
  acceptAsStored(): Promise<boolean> {
    return this.#act('accept', () =>
      this.#api.changes.acceptAsStored({ organizationId: this.#view.id }),
    );
  }

  /** One action at a time; its answer, where it is a page, is followed. */
  async #act(
    action: Action,
    call: () => Promise<Outcome<OrganizationView | null>>,
  ): Promise<boolean> {
    if (this.#busy) return false;
    this.#busy = action;
    const outcome = await call();
    this.#busy = null;
    this.#failure = outcome.ok ? null : outcome.failure;
    if (outcome.ok && outcome.value) {
      this.follow(outcome.value);
      this.#onview(outcome.value);
    }
    return outcome.ok;
  }
}
