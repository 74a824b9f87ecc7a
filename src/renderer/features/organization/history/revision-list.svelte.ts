/**
 * The revisions of one organization, newest first, as far back as the person asked. A revision never
 * changes once it is there, so what is shown stays and only newer and older ones are put to its ends.
 */
import type { LetterheadApi } from '../../../../shared/contract/bridge';
import type { Failure } from '../../../../shared/failure';
import type { Revision } from '../../../../shared/history';

/** Which end of the list is being read, or could not be. */
export type End = 'newest' | 'older';

/** The pages of the history that are shown. */
export class RevisionList {
  #items = $state.raw<readonly Revision[]>([]);
  #more = $state(false);
  #loaded = $state(false);
  #busy = $state.raw<End | null>(null);
  #failed = $state.raw<{ end: End; failure: Failure } | null>(null);
  /** Whether the newest end changed once more while something was being read. */
  #stale = false;
  readonly #api: LetterheadApi;
  readonly #organizationId: string;

  constructor(api: LetterheadApi, organizationId: string) {
    this.#api = api;
    this.#organizationId = organizationId;
  }

  /** What is shown, newest first. */
  get items(): readonly Revision[] {
    return this.#items;
  }

  /** Whether there are older ones than those shown. */
  get more(): boolean {
    return this.#more;
  }

  /** Whether the newest page was ever read. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** What is being read, or null. */
  get busy(): End | null {
    return this.#busy;
  }

  /** What could not be read, and why; null after the next try. */
  get failed(): { end: End; failure: Failure } | null {
    return this.#failed;
  }

  /** Reads what is newer than what is shown; at first, the newest page. */
  async refresh(): Promise<void> {
    this.#stale = true;
    if (this.#busy) return;
    while (this.#stale) {
      this.#stale = false;
      await this.#reading('newest', () => this.#newer());
    }
  }

  /** Reads one more page of older ones; answers the first of them, or null. */
  async older(): Promise<Revision | null> {
    const last = this.#items.at(-1);
    if (this.#busy || !last) return null;
    const count = this.#items.length;
    await this.#reading('older', async () => {
      const page = await this.#page(last.id);
      if (!page) return;
      this.#items = [...this.#items, ...page.revisions];
      this.#more = page.more;
    });
    if (this.#stale) void this.refresh();
    return this.#items[count] ?? null;
  }

  /** Pages until they meet what is shown, so that no gap stays between both. */
  async #newer(): Promise<void> {
    const known = this.#items[0]?.id ?? 0;
    const fresh: Revision[] = [];
    for (let before: number | null = null; ; before = fresh.at(-1)?.id ?? null) {
      const page = await this.#page(before);
      if (!page) return;
      const newer = page.revisions.filter(({ id }) => id > known);
      fresh.push(...newer);
      if (!this.#loaded) this.#more = page.more;
      const met = newer.length < page.revisions.length || !page.more;
      if (!this.#loaded || met || newer.length === 0) break;
    }
    this.#items = [...fresh, ...this.#items];
    this.#loaded = true;
  }

  async #page(before: number | null): Promise<{ revisions: Revision[]; more: boolean } | null> {
    const organizationId = this.#organizationId;
    const outcome = await this.#api.history.list({ organizationId, before });
    if (outcome.ok) return outcome.value;
    this.#failed = { end: this.#busy ?? 'newest', failure: outcome.failure };
    return null;
  }

  async #reading(end: End, work: () => Promise<void>): Promise<void> {
    this.#busy = end;
    this.#failed = null;
    await work();
    this.#busy = null;
  }
}
