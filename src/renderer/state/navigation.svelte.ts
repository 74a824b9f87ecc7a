/** Which page the window shows. With no organization saved and no page asked for: the welcome. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { OpenOrganization } from './open-organization.svelte';

/** A page of the window; `none` waits for a choice in the list. */
export type Page = 'none' | 'organization' | 'add' | 'settings';

/** A tab of Settings. */
export type SettingsTab = 'sign-ins' | 'checks' | 'general' | 'about';

/** Where *Add organizations* begins. */
export type AddStart =
  /** Choosing a sign-in. */
  | { kind: 'sign-in' }
  /** Entering a new sign-in; asked for in Settings. */
  | { kind: 'new-sign-in' }
  /** What a saved sign-in can see and is not saved yet; asked for in Settings. */
  | { kind: 'find-new'; signInId: string };

/** The page shown; the organization's own content is in `OpenOrganization`. */
export class Navigation {
  #page = $state<Page>('none');
  #before: Page = 'none';
  #wantedSignIn = $state<string | null>(null);
  #adding = $state.raw<AddStart>({ kind: 'sign-in' });
  readonly #open: OpenOrganization;
  /** The tab of Settings that is shown; its row of tabs writes it. */
  settingsTab = $state<SettingsTab>('sign-ins');

  constructor(api: LetterheadApi, open: OpenOrganization) {
    this.#open = open;
    api.on.organizationsChanged(({ removed }) => {
      if (open.id !== null && removed.includes(open.id)) this.leaveOrganization();
    });
  }

  get page(): Page {
    return this.#page;
  }

  /** The sign-in somebody was sent to Settings for, or null; once it is there, `arrived` clears it. */
  get wantedSignIn(): string | null {
    return this.#wantedSignIn;
  }

  /**
   * Shows an organization.
   * @param name its name, as far as known: it is shown until its page is here
   */
  openOrganization(id: string, name?: string): void {
    this.#page = 'organization';
    if (this.#open.id !== id) void this.#open.open(id, name);
  }

  /** Where *Add organizations* began: another object whenever it begins anew. */
  get adding(): AddStart {
    return this.#adding;
  }

  /** Shows *Add organizations*; `back` returns. What is being typed there already stays. */
  add(start?: AddStart): void {
    if (start || this.#page !== 'add') this.#adding = start ?? { kind: 'sign-in' };
    this.#leaveFor('add');
  }

  /**
   * Shows *Settings* at a tab; without one, where they begin, or where the person is in them already.
   *
   * @param signInId the sign-in to go to in the tab *Sign-ins*
   */
  settings(tab?: SettingsTab, signInId?: string): void {
    if (tab !== undefined) this.settingsTab = tab;
    else if (this.#page !== 'settings') this.settingsTab = 'sign-ins';
    this.#wantedSignIn = signInId ?? null;
    this.#leaveFor('settings');
  }

  /** The sign-in that was wanted is in sight. */
  arrived(): void {
    this.#wantedSignIn = null;
  }

  /** Back to where the person was before *Add organizations* or *Settings*. */
  back(): void {
    this.#page =
      this.#before === 'organization' && this.#open.id !== null ? 'organization' : 'none';
  }

  /** The open organization is gone from the list. */
  leaveOrganization(): void {
    this.#open.close();
    this.#before = 'none';
    if (this.#page === 'organization') this.#page = 'none';
  }

  #leaveFor(page: 'add' | 'settings'): void {
    if (this.#page === 'none' || this.#page === 'organization') this.#before = this.#page;
    this.#page = page;
  }
}
