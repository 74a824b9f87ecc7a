/** Refreshes one organization from its menu in the list, and remembers how it went. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Failure } from '../../shared/failure';
import type { Commands } from './commands';
import type { Navigation } from './navigation.svelte';
import type { OpenOrganization } from './open-organization.svelte';
import type { OrganizationsState } from './organizations.svelte';

/** A refresh of one organization that was started in the list: running, or its result until it is dismissed. */
export interface RowRefresh {
  organizationId: string;
  /** The name of the organization; empty if it is unknown. */
  name: string;
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

/** The refresh of one organization from the list. */
export class RowRefreshState {
  #current = $state.raw<RowRefresh | null>(null);
  readonly #api: LetterheadApi;
  readonly #dependencies: Dependencies;

  constructor(api: LetterheadApi, dependencies: Dependencies) {
    this.#api = api;
    this.#dependencies = dependencies;
  }

  /** The last refresh of one organization that was started in the list, until it is dismissed; or null. Reactive. */
  get current(): RowRefresh | null {
    return this.#current;
  }

  /** Hides the result of the refresh. */
  dismiss(): void {
    this.#current = null;
  }

  /**
   * Refreshes an organization. If its page is not shown, the person stays where they are, and `current` says how it
   * went: the answer may take so long that they are in the middle of something else.
   */
  async refresh(organizationId: string): Promise<void> {
    const { navigation, open, commands } = this.#dependencies;
    const isShown = navigation.page === 'organization' && open.id === organizationId;
    if (isShown && commands.can('refresh')) return commands.run('refresh');
    const name = this.#nameOf(organizationId);
    const started: RowRefresh = { organizationId, name, isRunning: true, failure: null };
    this.#current = started;
    const outcome = await this.#api.organizations.refresh({ organizationId });
    const failure = outcome.ok ? outcome.value.refreshFailure : outcome.failure;
    const isGone = failure?.code === 'organization.not-saved-here';
    if (isGone && open.id === organizationId) navigation.leaveOrganization();
    // A later refresh shows its own result.
    if (this.#current === started) this.#current = { ...started, isRunning: false, failure };
  }

  #nameOf(organizationId: string): string {
    const { open, organizations } = this.#dependencies;
    const rows = [...(organizations.shown?.rows.values() ?? [])];
    const name = rows.find(({ id }) => id === organizationId)?.name;
    return name ?? (open.id === organizationId ? open.name : null) ?? '';
  }
}
