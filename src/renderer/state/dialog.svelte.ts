/** The open dialog of the window's frame. Those of a page belong to the page. */

/** A dialog about many organizations. */
export type Dialog =
  | { kind: 'fill' }
  /** `entryId`: null for the selected ones. */
  | { kind: 'labels'; entryId: string | null }
  | { kind: 'change-sign-ins' }
  | { kind: 'remove' }
  | { kind: 'export' };

/** Which dialog is open: at most one. */
export class DialogState {
  #open = $state.raw<Dialog | null>(null);

  /** The open dialog, or null. */
  get open(): Dialog | null {
    return this.#open;
  }

  /** Opens a dialog, replacing the open one. */
  show(dialog: Dialog): void {
    this.#open = dialog;
  }

  /** Closes the open dialog. */
  close(): void {
    this.#open = null;
  }
}
