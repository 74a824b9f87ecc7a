/** Carries out what a person chooses in the context menu of an organization, or of the selected ones. */
import type { EventPayload, LetterheadApi } from '../../shared/contract/bridge';
import type { Failure } from '../../shared/failure';
import type { BulkState } from './bulk.svelte';
import type { Commands } from './commands';
import type { Navigation } from './navigation.svelte';
import type { OpenOrganization } from './open-organization.svelte';
import type { OrganizationsState } from './organizations.svelte';
import type { Selection } from './selection.svelte';

/** A dialog of an organization's page that the context menu opens. */
export type RequestedDialog = 'sign-in' | 'remove';

/** A refresh of one organization that was started in the list: running, or its result until it is dismissed. */
export interface RowRefresh {
  organizationId: string;
  /** The name of the organization; empty if it is unknown. */
  name: string;
  isRunning: boolean;
  /** Why it could not be read, or null. */
  failure: Failure | null;
}

/** The parts of the window that the commands use. */
interface Dependencies {
  organizations: OrganizationsState;
  open: OpenOrganization;
  navigation: Navigation;
  commands: Commands;
  selection: Selection;
  bulk: BulkState;
}

/** The commands of context menus. */
export class ContextMenuCommands {
  /** `moves`: that of the navigation. Once the person goes elsewhere, nothing is asked any more. */
  #requested = $state.raw<{
    organizationId: string;
    dialog: RequestedDialog;
    moves: number;
  } | null>(null);
  #refreshed = $state.raw<RowRefresh | null>(null);
  readonly #api: LetterheadApi;
  readonly #dependencies: Dependencies;

  constructor(api: LetterheadApi, dependencies: Dependencies) {
    this.#api = api;
    this.#dependencies = dependencies;
    api.on.organizationCommand((chosen) => void this.#run(chosen));
    api.on.selectionCommand(({ command }) => this.#runForSelection(command));
  }

  /** The dialog to open on the page of an organization, once; or null. Reactive. */
  takeDialog(organizationId: string): RequestedDialog | null {
    if (this.#requested?.organizationId !== organizationId) return null;
    const { dialog, moves } = this.#requested;
    this.#requested = null;
    return moves === this.#dependencies.navigation.moves ? dialog : null;
  }

  /** The last refresh of one organization that was started in the list, until it is dismissed; or null. Reactive. */
  get rowRefresh(): RowRefresh | null {
    return this.#refreshed;
  }

  /** Hides the result of the refresh. */
  dismissRefresh(): void {
    this.#refreshed = null;
  }

  async #run({ command, organizationId }: EventPayload<'organizationCommand'>): Promise<void> {
    const { navigation } = this.#dependencies;
    if (command === 'refresh') return this.refresh(organizationId);
    const opened = navigation.openIfSaved(organizationId);
    if (command === 'open') return;
    const dialog = command === 'remove' ? 'remove' : 'sign-in';
    const requested = { organizationId, dialog, moves: navigation.moves } as const;
    this.#requested = requested;
    // The page may load much later, when the person does not expect a dialog any more.
    if (!(await opened) && this.#requested === requested) this.#requested = null;
  }

  /**
   * Refreshes an organization. If its page is not shown, the person stays where they are, and `rowRefresh` says how it
   * went: the answer may take so long that they are in the middle of something else.
   */
  async refresh(organizationId: string): Promise<void> {
    const { navigation, open, commands } = this.#dependencies;
    const isShown = navigation.page === 'organization' && open.id === organizationId;
    if (isShown && commands.can('refresh')) return commands.run('refresh');
    const name = this.#nameOf(organizationId);
    const started: RowRefresh = { organizationId, name, isRunning: true, failure: null };
    this.#refreshed = started;
    const outcome = await this.#api.organizations.refresh({ organizationId });
    const failure = outcome.ok ? outcome.value.refreshFailure : outcome.failure;
    const isGone = failure?.code === 'organization.not-saved-here';
    if (isGone && open.id === organizationId) navigation.leaveOrganization();
    // A later refresh shows its own result.
    if (this.#refreshed === started) this.#refreshed = { ...started, isRunning: false, failure };
  }

  #nameOf(organizationId: string): string {
    const { open, organizations } = this.#dependencies;
    const rows = [...(organizations.shown?.rows.values() ?? [])];
    const name = rows.find(({ id }) => id === organizationId)?.name;
    return name ?? (open.id === organizationId ? open.name : null) ?? '';
  }

  #runForSelection(command: EventPayload<'selectionCommand'>['command']): void {
    const { selection, bulk } = this.#dependencies;
    if (command === 'refresh') void selection.act(() => this.#api.selectionActions.refresh());
    else if (command === 'change-sign-in') bulk.show({ kind: 'change-sign-ins' });
    else bulk.show({ kind: command });
  }
}
