/** The saves that are kept, and the one that is to take the focus. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import { isRowPaused } from '../../shared/messages/row-state';
import type { OrganizationRow } from '../../shared/organization';
import type { Save } from '../../shared/saves';
import { LiveValue } from './live-value.svelte';

/** Loads the saves with `saves.list` and keeps them up to date through `savesChanged`. */
export class SavesState extends LiveValue<Save[]> {
  #toFocus = $state<string | null>(null);

  constructor(api: LetterheadApi) {
    super([], () => api.saves.list(), api.on.savesChanged);
  }

  /** Whether a row waits because its save is paused. Worked out here, so that pausing a save changes no rows. */
  isRowPaused(row: Pick<OrganizationRow, 'state' | 'saveId'>): boolean {
    const paused = this.value.filter(({ state }) => state === 'paused').map(({ id }) => id);
    return isRowPaused(row, paused);
  }

  /** The id of the save that is to take the focus, until it has it; or null. */
  get toFocus(): string | null {
    return this.#toFocus;
  }

  /** Makes a save take the focus on *Changes*: it was just submitted, or can be undone there. */
  focus(saveId: string): void {
    this.#toFocus = saveId;
  }

  /** Resets `toFocus`. Call it once the save has the focus. */
  clearFocus(): void {
    this.#toFocus = null;
  }
}
