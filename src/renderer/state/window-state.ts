/**
 * The whole state of the window, created once in main.ts and passed down as Svelte context. Components get
 * it from `windowState()`; component tests create one over the fake api.
 */
import { getContext } from 'svelte';
import type { AdditionStatus } from '../../shared/additions';
import type { Banner } from '../../shared/banner';
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { InitialFetchStatus } from '../../shared/initial-fetch';
import type { CheckStatus } from '../../shared/settings';
import type { UpdateStatus } from '../../shared/updates';
import { Autosaves } from './autosaves.svelte';
import { SavesState } from './saves.svelte';
import { ChangesState } from './changes.svelte';
import { Clock } from './clock.svelte';
import { Commands } from './commands';
import { Conflicts } from './conflicts';
import { ConnectionState } from './connection.svelte';
import { CsvState } from './csv.svelte';
import { DialogState } from './dialog.svelte';
import { LanguageState } from './language.svelte';
import { LastWindowState } from './last-window.svelte';
import { LiveValue } from './live-value.svelte';
import { Navigation } from './navigation.svelte';
import { OpenOrganization } from './open-organization.svelte';
import { ContextMenuCommands } from './context-menu-commands.svelte';
import { OrganizationsState } from './organizations.svelte';
import { RowRefreshState } from './row-refresh.svelte';
import { SelectionActionsState } from './selection-actions.svelte';
import { Selection } from './selection.svelte';
import { SettingsState } from './settings.svelte';
import { SignInsState } from './sign-ins.svelte';
import { UnsavedTexts } from './unsaved-texts';

/** What is shown of background checks and updates before main has reported it. */
const UNKNOWN_CHECKS: CheckStatus = {
  running: false,
  done: 0,
  total: 0,
  endedAt: null,
  checked: 0,
  unchecked: 0,
  changed: 0,
  failure: null,
  nextAt: null,
};
const UNKNOWN_UPDATES: UpdateStatus = {
  mode: 'none',
  reason: null,
  step: 'idle',
  version: null,
  checkedAt: null,
  failure: null,
};

/** One state object per topic. */
export class WindowState {
  readonly api: LetterheadApi;
  readonly language: LanguageState;
  readonly lastWindow: LastWindowState;
  readonly organizations: OrganizationsState;
  readonly connection: ConnectionState;
  readonly signIns: SignInsState;
  /** Progress of listing the organizations of a sign-in, and of adding many organizations. */
  readonly additions: LiveValue<AdditionStatus>;
  /** What the person must know about the app's own data. */
  readonly banners: LiveValue<Banner[]>;
  readonly settings: SettingsState;
  readonly checks: LiveValue<CheckStatus>;
  /** The progress of reading the profiles that were never read; null while there are none. */
  readonly initialFetch: LiveValue<InitialFetchStatus | null>;
  readonly updates: LiveValue<UpdateStatus>;
  readonly selection: Selection;
  readonly selectionActions: SelectionActionsState;
  readonly dialog = new DialogState();
  readonly saves: SavesState;
  readonly changes: ChangesState;
  readonly csv: CsvState;
  readonly autosaves: Autosaves;
  readonly open: OpenOrganization;
  readonly navigation: Navigation;
  readonly conflicts: Conflicts;
  readonly commands: Commands;
  readonly rowRefresh: RowRefreshState;
  readonly contextMenuCommands: ContextMenuCommands;
  readonly unsavedTexts: UnsavedTexts;
  readonly clock = new Clock();

  /** @param api from `createApi` */
  constructor(api: LetterheadApi) {
    this.api = api;
    this.language = new LanguageState(api);
    this.lastWindow = new LastWindowState(api);
    this.organizations = new OrganizationsState(api);
    this.connection = new ConnectionState(api);
    this.signIns = new SignInsState(api);
    this.additions = new LiveValue<AdditionStatus>(
      { listing: null, addition: null },
      () => api.additions.get(),
      api.on.additionsChanged,
    );
    this.banners = new LiveValue<Banner[]>([], () => api.app.banners(), api.on.bannersChanged);
    this.settings = new SettingsState(api);
    this.checks = new LiveValue(UNKNOWN_CHECKS, () => api.checks.get(), api.on.checksChanged);
    this.initialFetch = new LiveValue<InitialFetchStatus | null>(
      null,
      () => api.initialFetch.get(),
      api.on.initialFetchChanged,
    );
    this.updates = new LiveValue(UNKNOWN_UPDATES, () => api.updates.get(), api.on.updatesChanged);
    this.selection = new Selection(api, this.organizations);
    this.selectionActions = new SelectionActionsState(api);
    this.saves = new SavesState(api);
    this.changes = new ChangesState(api);
    this.autosaves = new Autosaves(api);
    this.open = new OpenOrganization(api, this.autosaves);
    this.navigation = new Navigation(api, this.open);
    this.csv = new CsvState(api, this.navigation);
    this.conflicts = new Conflicts(api, this.open);
    this.commands = new Commands(api);
    this.rowRefresh = new RowRefreshState(api, this);
    this.contextMenuCommands = new ContextMenuCommands(api, this);
    this.unsavedTexts = new UnsavedTexts(api);
    api.on.showRequested(({ entryId }) => {
      if (entryId === null) {
        this.organizations.query.showOnly('attention');
        this.navigation.showList();
      } else this.navigation.openOrganization(entryId);
    });
  }

  /**
   * Loads what the first paint shows; resolves when every call has succeeded or failed. The preload makes the
   * same calls ahead (`firstCalls`), and main answers them before it reads anything else.
   */
  async load(): Promise<void> {
    await Promise.all([
      this.language.load(),
      this.organizations.load(),
      this.signIns.load(),
      this.banners.load(),
      this.lastWindow.load(),
    ]);
    this.#openPage();
  }

  /** Opens the only organization, or the one that was open last. The code of its page loads after the first paint. */
  #openPage(): void {
    const only = this.organizations.saved === 1 ? this.organizations.at(0)?.id : undefined;
    const id = only ?? this.lastWindow.entryId;
    if (id === null || this.organizations.saved === 0) return;
    const row = [...(this.organizations.shown?.rows.values() ?? [])].find((one) => one.id === id);
    void this.navigation.restore(id, row?.name);
  }

  /** Loads the rest of what is always visible, after the first paint. Pages load their own data. */
  async loadRest(): Promise<void> {
    await Promise.all([
      this.connection.load(),
      this.initialFetch.load(),
      this.saves.load(),
      this.changes.load(),
    ]);
  }
}

const KEY = Symbol('window state');

/** The Svelte context that carries the state. Pass it to `mount`, or to `render` in component tests. */
export function contextOf(state: WindowState): Map<symbol, WindowState> {
  return new Map([[KEY, state]]);
}

/** The state of the window. Call it during component initialization. */
export function windowState(): WindowState {
  return getContext<WindowState>(KEY);
}
