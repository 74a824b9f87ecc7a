/**
 * The revisions of one organization, newest first, as far back as the person has loaded them. The list only grows:
 * at both ends, and where a recovery adds to it. Of a revision, only the author may change, which is known later.
 */
import type { LetterheadApi } from '../../../../shared/contract/bridge';
import type { Failure } from '../../../../shared/failure';
import type { Revision } from '../../../../shared/history';

/** The end of the list that is being loaded, or failed to load. */
export type End = 'newest' | 'older';

/** The loaded part of the history. */
export class RevisionList {
  #items = $state.raw<readonly Revision[]>([]);
  #hasOlder = $state(false);
  #loaded = $state(false);
  #busy = $state.raw<End | null>(null);
  #failed = $state.raw<{ end: End; failure: Failure } | null>(null);
  /** Whether there are newer revisions than those loaded or being loaded. */
  #stale = false;
  readonly #api: LetterheadApi;
  readonly #entryId: string;

  constructor(api: LetterheadApi, entryId: string) {
    this.#api = api;
    this.#entryId = entryId;
  }

  /** The loaded revisions, newest first. */
  get items(): readonly Revision[] {
    return this.#items;
  }

  /** Whether there are older revisions to load. */
  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  /** Whether the newest page was loaded at least once. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** The end that is being loaded, or null. */
  get busy(): End | null {
    return this.#busy;
  }

  /** The end that failed to load, and why, once it can be retried; null again while it is. */
  get failed(): { end: End; failure: Failure } | null {
    return this.#busy ? null : this.#failed;
  }

  /** Loads newer revisions; the first time, the newest page. */
  async refresh(): Promise<void> {
    this.#stale = true;
    if (this.#busy) return;
    while (this.#stale) {
      this.#stale = false;
      await this.#load('newest', () => this.#loadNewer());
    }
  }

  /** Loads one more page of older revisions. Returns the newest of them, or null if none was loaded. */
  async loadOlder(): Promise<Revision | null> {
    const last = this.#items.at(-1);
    if (this.#busy || !last) return null;
    const count = this.#items.length;
    await this.#load('older', async () => {
      const page = await this.#loadPage(last.id);
      if (!page) return;
      this.#items = [...this.#items, ...page.revisions];
      this.#hasOlder = page.more;
    });
    if (this.#stale) void this.refresh();
    return this.#items[count] ?? null;
  }

  /** Loads pages until they reach the known revisions, so that no gap remains. Updates those it meets. */
  async #loadNewer(): Promise<void> {
    const isKnown = (id: number): boolean => this.#items.some((item) => item.id === id);
    const loaded: Revision[] = [];
    for (let last: Revision | undefined, more = true; more; last = loaded.at(-1)) {
      const page = await this.#loadPage(last?.id ?? null);
      if (!page) return;
      loaded.push(...page.revisions);
      more = page.more;
      if (!this.#loaded || !more) this.#hasOlder = more;
      const oldest = page.revisions.at(-1);
      if (!this.#loaded || (oldest && isKnown(oldest.id))) break;
    }
    const end = this.#items.findIndex(({ id }) => id === loaded.at(-1)?.id);
    this.#items = [...loaded, ...(end < 0 ? [] : this.#items.slice(end + 1))];
    this.#loaded = true;
  }

  async #loadPage(before: number | null): Promise<{ revisions: Revision[]; more: boolean } | null> {
    const entryId = this.#entryId;
    const result = await this.#api.history.list({ entryId, before });
    if (result.ok) return result.value;
    this.#failed = { end: this.#busy ?? 'newest', failure: result.failure };
    return null;
  }

  async #load(end: End, work: () => Promise<void>): Promise<void> {
    this.#busy = end;
    this.#failed = null;
    await work();
    this.#busy = null;
  }
}
