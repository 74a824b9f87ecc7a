/** What the last window showed: the width of the list, which this window changes, and the open page. */
import type { LetterheadApi } from '../../shared/contract/bridge';

/** Loads it with `app.lastWindow`, before the first paint. */
export class LastWindowState {
  #sidebarWidth = $state<number | null>(null);
  #entryId: string | null = null;
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi) {
    this.#api = api;
  }

  /** The width of the list as the person chose it, in CSS px; null: the default width. */
  get sidebarWidth(): number | null {
    return this.#sidebarWidth;
  }

  /** The organization whose page was open last, or null. It may have been removed. */
  get entryId(): string | null {
    return this.#entryId;
  }

  /** Loads both. If that fails, the window starts with its defaults. */
  async load(): Promise<void> {
    const result = await this.#api.app.lastWindow();
    if (!result.ok) return;
    this.#sidebarWidth = result.value.sidebarWidth;
    this.#entryId = result.value.entryId;
  }

  /** Changes the width of the list on screen, until `saveSidebar`. `width`: in CSS px; null: the default width. */
  resizeSidebar(width: number | null): void {
    this.#sidebarWidth = width;
  }

  /** Remembers the width on screen for the next start. If that fails, only this window has it. */
  async saveSidebar(): Promise<void> {
    await this.#api.app.setSidebarWidth({ width: this.#sidebarWidth });
  }
}
