/**
 * The organization whose page is open: the saved copy at once, then whatever main says of it. Calls
 * that answer with the page (refresh, submit, discard) hand their answer to `replace`.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Failure } from '../../shared/failure';
import type { OrganizationView } from '../../shared/organization';
import type { Autosaves } from './autosaves.svelte';

/** Whether a page was made before another one of the same organization. */
export function isOlder(view: OrganizationView, other: OrganizationView): boolean {
  return view.draftNumber < other.draftNumber;
}

/** Mirrors `organizations.open` and `organizationChanged` for one organization at a time. */
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

  /** Id of the organization that is open or being opened, or null. */
  get id(): string | null {
    return this.#id;
  }

  /** Its name, also before its page was read where it was opened by name; or null. */
  get name(): string | null {
    return this.#view?.name ?? this.#name;
  }

  /** Its page, or null while it is being read. */
  get view(): OrganizationView | null {
    return this.#view;
  }

  /** Why it could not be opened, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /**
   * Opens an organization once main has its last edit, or after 2 s; what is not kept lies on top either
   * way. The page that was open before is closed at once.
   * @param name its name, as far as known
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
    const outcome = await this.#api.organizations.open({ organizationId: id });
    if (this.#id !== id) return;
    if (outcome.ok) {
      if (this.#changes === before) this.#view = outcome.value;
      return;
    }
    this.#failure = outcome.failure;
    // A text that is not on disk is shown all the same, over the page as it was last seen.
    this.#view ??= this.#autosaves.get(id)?.view ?? null;
  }

  /** Takes a newer page of the organization that is open; an older one, or of another, is ignored. */
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
