/**
 * The organization whose page is open: first its page with the saved copy, then every newer page from main.
 * Actions that return a page (refresh, submit, discard) pass the page to `replace`.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Failure } from '../../shared/failure';
import { nameOf } from '../../shared/messages/entry-name';
import { entryNameOf, type OrganizationView } from '../../shared/organization';
import type { Autosaves } from './autosaves.svelte';

/** Whether a page was built before another page of the same organization, or contains fewer of the person's edits. */
export function isOlder(view: OrganizationView, other: OrganizationView): boolean {
  return view.viewNumber < other.viewNumber || view.editNumber < other.editNumber;
}

/** Loads the open page with `organizations.open` and keeps it up to date through `organizationChanged`. */
export class OpenOrganization {
  #id = $state<string | null>(null);
  #name = $state<string | null>(null);
  #view = $state.raw<OrganizationView | null>(null);
  #failure = $state.raw<Failure | null>(null);
  #changes = 0;
  readonly #api: LetterheadApi;
  readonly #autosaves: Autosaves;

  constructor(api: LetterheadApi, autosaves: Autosaves) {
    this.#api = api;
    this.#autosaves = autosaves;
    api.on.organizationChanged((view) => this.replace(view));
  }

  /** The id of the organization that is open or being opened, or null. */
  get id(): string | null {
    return this.#id;
  }

  /** The name to show, or null. Known before the page is loaded if `open` was given a name. */
  get name(): string | null {
    return this.#view ? nameOf(entryNameOf(this.#view)) : this.#name;
  }

  /** The page, or null while it is loading. */
  get view(): OrganizationView | null {
    return this.#view;
  }

  /** Why the organization could not be opened, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /**
   * Opens an organization. The previous page closes immediately. The new page loads once main has the last edit
   * of that organization, or after 2 s at most: unsaved edits are shown on top of the page in any case.
   *
   * @param name the organization's name, if known
   */
  async open(id: string, name: string | null = null): Promise<void> {
    this.#name = id === this.#id ? this.name : name;
    if (id !== this.#id) this.#view = null;
    this.#id = id;
    this.#failure = null;
    this.#autosaves.open(id);
    const settled = this.#autosaves.settle(id);
    if (settled) await settled;
    if (this.#id !== id) return;
    const before = this.#changes;
    const result = await this.#api.organizations.open({ entryId: id });
    if (this.#id !== id) return;
    if (result.ok) {
      if (this.#changes === before) this.#view = result.value;
      return;
    }
    this.#failure = result.failure;
    // Unsaved text must stay visible: fall back to the last known page.
    this.#view ??= this.#autosaves.get(id)?.view ?? null;
  }

  /** Shows a newer page of the open organization. Older pages and other organizations are ignored. */
  replace(view: OrganizationView): void {
    if (view.id !== this.#id || (this.#view && isOlder(view, this.#view))) return;
    this.#changes += 1;
    this.#view = view;
    this.#failure = null;
  }

  /** Closes the page. */
  close(): void {
    this.#autosaves.open(null);
    this.#id = null;
    this.#name = null;
    this.#view = null;
    this.#failure = null;
  }
}
