/**
 * Carries out what a person chooses in the context menu of an organization, of a version in its history, or of the
 * selected organizations.
 */
import type { EventPayload, LetterheadApi } from '../../shared/contract/bridge';
import { isCellCommand } from '../../shared/contract/menus';
import type { Revision } from '../../shared/history';
import type { DialogState } from './dialog.svelte';
import type { Navigation } from './navigation.svelte';
import type { RowRefreshState } from './row-refresh.svelte';
import type { Selection } from './selection.svelte';

/** A dialog of an organization's page that the context menu opens. */
export type RequestedDialog = 'sign-in' | 'remove';

/** The parts of the window that the commands use. */
interface Dependencies {
  navigation: Navigation;
  rowRefresh: RowRefreshState;
  selection: Selection;
  dialog: DialogState;
}

/** The commands of context menus. */
export class ContextMenuCommands {
  /** `moves`: that of the navigation. Once the person goes elsewhere, nothing is asked any more. */
  #requested = $state.raw<{
    entryId: string;
    dialog: RequestedDialog;
    moves: number;
  } | null>(null);
  /** The version of the history whose menu was opened last. */
  #version: { entryId: string; revision: Revision } | null = null;
  #restored = $state.raw<{ entryId: string; revision: Revision } | null>(null);
  readonly #api: LetterheadApi;
  readonly #dependencies: Dependencies;

  constructor(api: LetterheadApi, dependencies: Dependencies) {
    this.#api = api;
    this.#dependencies = dependencies;
    api.on.organizationCommand((chosen) => void this.#run(chosen));
    api.on.selectionCommand(({ command }) => this.#runForSelection(command));
  }

  /** The dialog to open on the page of an organization, once; or null. Reactive. */
  takeDialog(entryId: string): RequestedDialog | null {
    if (this.#requested?.entryId !== entryId) return null;
    const { dialog, moves } = this.#requested;
    this.#requested = null;
    return moves === this.#dependencies.navigation.moves ? dialog : null;
  }

  /** Call when the menu of a version is about to open. */
  openVersion(entryId: string, revision: Revision): void {
    this.#version = { entryId, revision };
  }

  /** The version of an organization to restore, once; or null. Reactive. */
  takeVersion(entryId: string): Revision | null {
    if (this.#restored?.entryId !== entryId) return null;
    const { revision } = this.#restored;
    this.#restored = null;
    return revision;
  }

  async #run({ command, entryId }: EventPayload<'organizationCommand'>): Promise<void> {
    const { navigation, rowRefresh } = this.#dependencies;
    if (command === 'refresh') return rowRefresh.refresh(entryId);
    if (command === 'restore-version') {
      this.#restored = this.#version?.entryId === entryId ? this.#version : null;
      return;
    }
    if (command === 'labels') return this.#dependencies.dialog.show({ kind: 'labels', entryId });
    const opened = navigation.openIfSaved(entryId);
    if (command === 'open') return;
    const dialog = command === 'remove' ? 'remove' : 'sign-in';
    const requested = { entryId, dialog, moves: navigation.moves } as const;
    this.#requested = requested;
    // The page may load much later, when the person does not expect a dialog any more.
    if (!(await opened) && this.#requested === requested) this.#requested = null;
  }

  #runForSelection(command: EventPayload<'selectionCommand'>['command']): void {
    const { selection, dialog } = this.#dependencies;
    // The table does that.
    if (isCellCommand(command)) return;
    if (command === 'refresh') void selection.act(() => this.#api.selectionActions.refresh());
    else if (command === 'change-sign-in') dialog.show({ kind: 'change-sign-ins' });
    else if (command === 'labels') dialog.show({ kind: 'labels', entryId: null });
    else dialog.show({ kind: command });
  }
}
