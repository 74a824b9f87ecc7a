/** The saves that change many organizations, and the open dialog about a save, an import or an export. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Save } from '../../shared/saves';
import type { Import } from '../../shared/csv';
import { LiveValue } from './live-value.svelte';

/** A dialog about many organizations, or about those that are selected. Only one is open at a time. */
export type SavesDialog =
  | { kind: 'fill' }
  | { kind: 'change-sign-ins' }
  | { kind: 'remove' }
  | { kind: 'import'; file: Import }
  | { kind: 'export' };

/** Loads the saves with `saves.list` and keeps them up to date through `savesChanged`. */
export class SavesState extends LiveValue<Save[]> {
  #dialog = $state.raw<SavesDialog | null>(null);
  #started = $state<string | null>(null);

  constructor(api: LetterheadApi) {
    super([], () => api.saves.list(), api.on.savesChanged);
  }

  /** The open dialog, or null. */
  get dialog(): SavesDialog | null {
    return this.#dialog;
  }

  /** The id of the save that was just submitted, until it is shown and has the focus; or null. */
  get started(): string | null {
    return this.#started;
  }

  /** Opens a dialog, replacing the open one. */
  show(dialog: SavesDialog): void {
    this.#dialog = dialog;
  }

  /** Call it when a save was submitted: closes the dialog, and makes the save take the focus, which is shown on *Changes*. */
  start(saveId: string): void {
    this.#started = saveId;
    this.close();
  }

  /** Resets `started`. Call it once the submitted save is shown and has the focus. */
  clearStarted(): void {
    this.#started = null;
  }

  /** Closes the open dialog. */
  close(): void {
    this.#dialog = null;
  }
}
