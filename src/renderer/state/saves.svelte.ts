/** The saves that are kept, and the one that was just submitted. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Save } from '../../shared/saves';
import { LiveValue } from './live-value.svelte';

/** Loads the saves with `saves.list` and keeps them up to date through `savesChanged`. */
export class SavesState extends LiveValue<Save[]> {
  #started = $state<string | null>(null);

  constructor(api: LetterheadApi) {
    super([], () => api.saves.list(), api.on.savesChanged);
  }

  /** The id of the save that was just submitted, until it is shown and has the focus; or null. */
  get started(): string | null {
    return this.#started;
  }

  /** Call it when a save was submitted: it is shown on *Changes* and takes the focus. */
  start(saveId: string): void {
    this.#started = saveId;
  }

  /** Resets `started`. Call it once the submitted save is shown and has the focus. */
  clearStarted(): void {
    this.#started = null;
  }
}
