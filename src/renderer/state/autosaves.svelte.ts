/**
 * The autosaves of the window, one per organization. The open organization always has one. The autosave of any other
 * organization is dropped as soon as main has everything that was typed there and no one keeps it.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { OrganizationView } from '../../shared/organization';
import type { Patch } from '../../shared/patch';
import { Autosave, LATE_AFTER_MS } from './autosave.svelte';
import { byId, withChanges } from './immutable';

/** The autosave of the open organization, those that are kept, and all that still have text to save. */
export class Autosaves {
  /** The edits that were last discarded, by organization id, until the next edit there. Kept for this session. */
  readonly discarded = new SvelteMap<string, Patch>();
  #all = $state.raw(byId<Autosave>());
  #open: string | null = null;
  /** How many keep the autosave of an organization. */
  readonly #keepers: Record<string, number> = {};
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi) {
    this.#api = api;
    api.on.organizationsChanged(({ removed }) => {
      for (const id of removed) this.drop(id);
    });
  }

  /** The autosaves that failed or take very long. */
  get withIssue(): Autosave[] {
    return [...this.#all.values()].filter((autosave) => autosave.hasIssue);
  }

  /** The autosaves whose last save failed. */
  get withFailure(): Autosave[] {
    return [...this.#all.values()].filter(({ failure }) => failure !== null);
  }

  /** The ids of organizations whose newest text is not on disk. */
  get unsaved(): string[] {
    return [...this.#all].filter(([, autosave]) => !autosave.isSaved).map(([id]) => id);
  }

  /** The number of autosaves. */
  get size(): number {
    return this.#all.size;
  }

  /** The autosave of an organization, or undefined. */
  get(id: string): Autosave | undefined {
    return this.#all.get(id);
  }

  /** The autosave for a page that opens with this view: the existing one, updated, or a new one. */
  of(view: OrganizationView): Autosave {
    const existing = this.#all.get(view.id);
    existing?.follow(view);
    if (existing) return existing;
    const onidle = (): void => this.#release(view.id);
    const autosave = new Autosave({ api: this.#api, view, onidle });
    this.#all = withChanges(this.#all, [autosave], []);
    return autosave;
  }

  /** Sets the open organization, or null for none. Text typed in the previous one is saved immediately. */
  open(id: string | null): void {
    const before = this.#open;
    this.#open = id;
    if (before === null || before === id) return;
    const left = this.#all.get(before);
    if (left?.isSaved) this.#release(before);
    else void left?.flush();
  }

  /**
   * Waits for the last edit of an organization, before its page is loaded. Resolves when main has the edit,
   * when saving it failed, or after 2 s: unsaved edits are shown on top of the page in any case. Returns null
   * when there is nothing to wait for.
   */
  settle(id: string): Promise<unknown> | null {
    const autosave = this.#all.get(id);
    if (!autosave || autosave.isSaved) return null;
    const late = new Promise((resolve) => setTimeout(resolve, LATE_AFTER_MS));
    return Promise.race([autosave.flush(), late]);
  }

  /**
   * Keeps the autosave of an organization that is typed into without its page, so that there is never a second one with
   * the same numbers. Call it before the organization is loaded, and `letGo` at the end.
   */
  keep(id: string): void {
    this.#keepers[id] = (this.#keepers[id] ?? 0) + 1;
  }

  /** Drops the autosave once main has its text, unless someone else keeps it or its page is open. */
  letGo(id: string): void {
    const rest = (this.#keepers[id] ?? 0) - 1;
    if (rest > 0) this.#keepers[id] = rest;
    else delete this.#keepers[id];
    if (this.#all.get(id)?.isSaved) this.#release(id);
  }

  /** Saves everything now; resolves when main has it, or when saving failed. */
  async flush(): Promise<void> {
    await Promise.all([...this.#all.values()].map((autosave) => autosave.flush()));
  }

  /** Drops an organization that was removed, with everything typed there. */
  drop(id: string): void {
    this.#all.get(id)?.drop();
    this.discarded.delete(id);
    this.#forget(id);
  }

  #release(id: string): void {
    if (id !== this.#open && !this.#keepers[id]) this.#forget(id);
  }

  #forget(id: string): void {
    if (this.#all.has(id)) this.#all = withChanges(this.#all, [], [id]);
  }
}
