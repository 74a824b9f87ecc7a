/** Which page the window shows. With no organization saved and no page asked for: the welcome. */
import type { LetterheadApi } from '../../shared/bridge';
import type { OpenOrganization } from './open-organization.svelte';

/** A page of the window; `none` waits for a choice in the list. */
export type Page = 'none' | 'organization' | 'add' | 'settings';

/** The page shown; the organization's own content is in `OpenOrganization`. */
export class Navigation {
  #page = $state<Page>('none');
  #before: Page = 'none';
  readonly #open: OpenOrganization;

  constructor(api: LetterheadApi, open: OpenOrganization) {
    this.#open = open;
    api.on.rowsChanged(({ removed }) => {
      if (open.id !== null && removed.includes(open.id)) this.leaveOrganization();
    });
  }

  get page(): Page {
    return this.#page;
  }

  /** Shows an organization. */
  openOrganization(id: string): void {
    this.#page = 'organization';
    if (this.#open.id !== id) void this.#open.open(id);
  }

  /** Shows *Add organizations* or *Settings*; `back` returns. */
  show(page: 'add' | 'settings'): void {
    if (this.#page === 'none' || this.#page === 'organization') this.#before = this.#page;
    this.#page = page;
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
}
