/** Carries out what a person chooses in the context menu of an organization, or of the selected ones. */
import type { EventPayload, LetterheadApi } from '../../shared/contract/bridge';
import type { BulkState } from './bulk.svelte';
import type { Commands } from './commands';
import type { CsvState } from './csv.svelte';
import type { Navigation } from './navigation.svelte';
import type { OpenOrganization } from './open-organization.svelte';
import type { Selection } from './selection.svelte';

/** A dialog of an organization's page that the context menu opens. */
export type AskedDialog = 'sign-in' | 'remove';

/** The parts of the window that the commands use. */
interface Parts {
  open: OpenOrganization;
  navigation: Navigation;
  commands: Commands;
  selection: Selection;
  bulk: BulkState;
  csv: CsvState;
}

/** The commands of context menus. */
export class OrganizationCommands {
  #asked = $state.raw<{ organizationId: string; dialog: AskedDialog } | null>(null);
  readonly #api: LetterheadApi;
  readonly #parts: Parts;

  constructor(api: LetterheadApi, parts: Parts) {
    this.#api = api;
    this.#parts = parts;
    api.on.organizationCommand((chosen) => void this.#run(chosen));
    api.on.selectionCommand(({ command }) => this.#runForSelection(command));
  }

  /** The dialog to open on the page of an organization, once; or null. Reactive. */
  take(organizationId: string): AskedDialog | null {
    if (this.#asked?.organizationId !== organizationId) return null;
    const { dialog } = this.#asked;
    this.#asked = null;
    return dialog;
  }

  async #run({ command, organizationId }: EventPayload<'organizationCommand'>): Promise<void> {
    const { navigation } = this.#parts;
    if (command === 'refresh') return this.#refresh(organizationId);
    if (command !== 'open') {
      const dialog = command === 'remove' ? 'remove' : 'sign-in';
      this.#asked = { organizationId, dialog };
    }
    navigation.openOrganization(organizationId);
  }

  /** Refreshes without opening the page, so that the person stays where they are. Opens it to say why that failed. */
  async #refresh(organizationId: string): Promise<void> {
    const { navigation, open, commands } = this.#parts;
    const isShown = navigation.page === 'organization' && open.id === organizationId;
    if (isShown) return commands.run('refresh');
    const outcome = await this.#api.organizations.refresh({ organizationId });
    if (!outcome.ok || outcome.value.refreshFailure) navigation.openOrganization(organizationId);
  }

  #runForSelection(command: EventPayload<'selectionCommand'>['command']): void {
    const { selection, bulk, csv } = this.#parts;
    if (command === 'export') void csv.export('selected');
    else if (command === 'refresh') void selection.act(() => this.#api.selected.refresh());
    else if (command === 'change-sign-in') bulk.show({ kind: 'change-sign-ins' });
    else bulk.show({ kind: command });
  }
}
