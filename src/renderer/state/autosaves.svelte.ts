/**
 * The autosaves of the window, one per organization. The open organization always has one; any other stays
 * only until main has everything that was typed there.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { OrganizationView } from '../../shared/organization';
import { Autosave, LATE_AFTER } from './autosave.svelte';
import { byId, changed } from './immutable';

/** Every autosave that has something to keep, and the one of the open organization. */
export class Autosaves {
  #all = $state.raw(byId<Autosave>());
  #open: string | null = null;
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi) {
    this.#api = api;
    api.on.organizationsChanged(({ removed }) => {
      for (const id of removed) this.drop(id);
    });
  }

  /** Those whose newest text is known not to be on disk. */
  get behind(): Autosave[] {
    return [...this.#all.values()].filter((autosave) => autosave.behind);
  }

  /** The organizations whose newest text is not on disk. */
  get unsaved(): string[] {
    return [...this.#all].filter(([, autosave]) => !autosave.kept).map(([id]) => id);
  }

  /** How many there are. */
  get size(): number {
    return this.#all.size;
  }

  /** The autosave of an organization, or undefined. */
  get(id: string): Autosave | undefined {
    return this.#all.get(id);
  }

  /** The autosave for a page that opens with this view. */
  of(view: OrganizationView): Autosave {
    const known = this.#all.get(view.id);
    known?.follow(view);
    if (known) return known;
    const onidle = (): void => this.#release(view.id);
    const autosave = new Autosave({ api: this.#api, view, onidle });
    this.#all = changed(this.#all, [autosave], []);
    return autosave;
  }

  /** Another organization is open now, or none. What was typed in the one before is kept at once. */
  open(id: string | null): void {
    const before = this.#open;
    this.#open = id;
    if (before === null || before === id) return;
    const left = this.#all.get(before);
    if (left?.kept) this.#release(before);
    else void left?.flush();
  }

  /**
   * Resolves when main has the last edit of an organization, when keeping it failed, or after 2 s. What is
   * not kept lies on top either way. Null: nothing to wait for.
   */
  settle(id: string): Promise<unknown> | null {
    const autosave = this.#all.get(id);
    if (!autosave || autosave.kept) return null;
    const late = new Promise((resolve) => setTimeout(resolve, LATE_AFTER));
    return Promise.race([autosave.flush(), late]);
  }

  /** Keeps everything that is not kept yet; resolves when main has it, or when that failed. */
  async flush(): Promise<void> {
    await Promise.all([...this.#all.values()].map((autosave) => autosave.flush()));
  }

  /** An organization was removed, with everything typed there. */
  drop(id: string): void {
    this.#all.get(id)?.drop();
    this.#forget(id);
  }

  #release(id: string): void {
    if (id !== this.#open) this.#forget(id);
  }

  #forget(id: string): void {
    if (this.#all.has(id)) this.#all = changed(this.#all, [], [id]);
  }
}
