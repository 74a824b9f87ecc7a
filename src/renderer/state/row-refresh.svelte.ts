/** Refreshes organizations one by one from their menus in the list, and remembers how it went. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Failure } from '../../shared/failure';
import type { EntryName } from '../../shared/organization';
import type { Commands } from './commands';
import type { Navigation } from './navigation.svelte';
import type { OpenOrganization } from './open-organization.svelte';
import type { OrganizationsState } from './organizations.svelte';

/**
 * A refresh of one organization that was started in the list: running, or its result until it is dismissed. Its name is
 * empty if it is unknown.
 */
export interface RowRefresh extends EntryName {
  entryId: string;
  isRunning: boolean;
  /** Why it could not be read, or null. */
  failure: Failure | null;
}

/** The parts of the window that the refresh uses. */
interface Dependencies {
  organizations: OrganizationsState;
  open: OpenOrganization;
  navigation: Navigation;
  commands: Commands;
}

/** The refreshes of single organizations from the list. */
export class RowRefreshState {
  #all = $state.raw<readonly RowRefresh[]>([]);
  readonly #api: LetterheadApi;
  readonly #dependencies: Dependencies;

  constructor(api: LetterheadApi, dependencies: Dependencies) {
    this.#api = api;
    this.#dependencies = dependencies;
  }

  /** The running refreshes, those that failed until they are dismissed, and the last that succeeded. Reactive. */
  get all(): readonly RowRefresh[] {
    return this.#all;
  }

  /** Hides the result of a refresh. */
  dismiss(entryId: string): void {
    this.#all = this.#all.filter((one) => one.entryId !== entryId);
  }

  /**
   * Refreshes an organization. If its page is not shown, the person stays where they are, and `all` says how it went:
   * the answer may take so long that they are in the middle of something else.
   */
  async refresh(entryId: string): Promise<void> {
    const { navigation, open, commands } = this.#dependencies;
    const isShown = navigation.screen === 'organization' && open.id === entryId;
    if (isShown && commands.can('refresh')) return commands.run('refresh');
    const started: RowRefresh = {
      entryId,
      ...this.#nameOf(entryId),
      isRunning: true,
      failure: null,
    };
    const others = this.#all.filter((one) => one.entryId !== entryId);
    this.#all = [...others.filter((one) => one.isRunning || one.failure !== null), started];
    const result = await this.#api.organizations.refresh({ entryId });
    const failure = result.ok ? result.value.refreshFailure : result.failure;
    const isGone = failure?.code === 'organization.not-saved-here';
    if (isGone && open.id === entryId) navigation.leaveOrganization();
    // A later refresh of the same organization shows its own result.
    const ended: RowRefresh = { ...started, isRunning: false, failure };
    this.#all = this.#all.map((one) => (one === started ? ended : one));
  }

  #nameOf(entryId: string): EntryName {
    const { open, organizations } = this.#dependencies;
    const rows = [...(organizations.shown?.rows.values() ?? [])];
    const row = rows.find(({ id }) => id === entryId);
    if (row) return { name: row.name, organizationName: row.organizationName };
    return { name: (open.id === entryId ? open.name : null) ?? '', organizationName: null };
  }
}
