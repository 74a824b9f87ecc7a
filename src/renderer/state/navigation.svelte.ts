/** Which page the window shows beside the list. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { FieldName } from '../../shared/profile';
import { isTypingElsewhere } from '../ui/focus';
import { narrow, veryLow } from '../ui/window-size';
import type { OpenOrganization } from './open-organization.svelte';

/**
 * A page of the window. `none` shows a hint to choose an organization, or the welcome page while no
 * organization is saved.
 */
export type Screen = 'none' | 'organization' | 'changes' | 'activity' | 'add' | 'settings';

/** How the window shows the organizations: as the list beside a page, or as the table, which fills the window. */
export type View = 'list' | 'table';

/** A tab of *Changes*. */
export type ChangesTab = 'to-save' | 'waiting' | 'decide' | 'saved';

/** What the page of an organization focuses when it is opened. */
export type PageTarget = FieldName | 'heading';

/** A tab of *Settings*. */
export type SettingsTab = 'sign-ins' | 'general' | 'about';

/** Where *Add organizations* starts. */
export type AddStart =
  /** Choosing a sign-in. */
  | { kind: 'sign-in' }
  /** Entering a new sign-in; from *Settings*. */
  | { kind: 'new-sign-in' }
  /** Organizations of a saved sign-in that are not saved yet; from *Settings*. */
  | { kind: 'find-new'; signInId: string };

/** The pages besides those of organizations that going back leads to. Not *Add*: that may lose what was typed. */
const PLACES = ['changes', 'activity', 'settings'] as const;
type PlaceScreen = (typeof PLACES)[number];

/** A page to go back to: one of PLACES, or the id of an organization. */
type Place = PlaceScreen | (string & {});

/** How many pages are remembered. */
const PLACES_LIMIT = 50;

/** The shown page. The content of an organization's page is in `OpenOrganization`. */
export class Navigation {
  #screen = $state<Screen>('none');
  #previousScreen: Screen = 'none';
  /** The list or the table. */
  view = $state<View>('list');
  #targetSignIn = $state<string | null>(null);
  #addStart = $state.raw<AddStart>({ kind: 'sign-in' });
  #isRestored = false;
  #moves = 0;
  /** Whether the person, or a notification, has chosen what to show. */
  #isChosen = false;
  /** What the page of an organization focuses once, and what had the focus when it was asked for. */
  #target = $state.raw<{ entryId: string; target: PageTarget; from: Element | null } | null>(null);
  #backStack: Place[] = [];
  #forwardStack: Place[] = [];
  readonly #open: OpenOrganization;
  #isListInFront = $state(false);
  /** The shown tab of *Settings*; bound to its tab list. */
  settingsTab = $state<SettingsTab>('sign-ins');
  /** The shown tab of *Changes*; bound to its tab list. */
  changesTab = $state<ChangesTab>('to-save');

  constructor(api: LetterheadApi, open: OpenOrganization) {
    this.#open = open;
    api.on.organizationsChanged(({ removed }) => {
      const isKept = (place: Place): boolean => !removed.includes(place);
      this.#backStack = this.#backStack.filter(isKept);
      this.#forwardStack = this.#forwardStack.filter(isKept);
      if (open.id !== null && removed.includes(open.id)) this.leaveOrganization();
    });
  }

  get screen(): Screen {
    return this.#screen;
  }

  /** What the screen is about: it starts over when this changes. */
  get subject(): unknown {
    return this.#screen === 'organization' ? this.#open.id : this.#addStart;
  }

  /** How often a page was shown or left. Not reactive. */
  get moves(): number {
    return this.#moves;
  }

  /** The id of the sign-in to scroll to in *Settings*, until `clearTarget` is called; or null. */
  get targetSignIn(): string | null {
    return this.#targetSignIn;
  }

  /**
   * Where the table is shown: opens the page of its next row, or of the one before, with `target` as below. Null elsewhere.
   */
  openBeside: ((step: 1 | -1, target?: PageTarget) => unknown) | null = null;

  /**
   * Shows the page of an organization.
   *
   * @param name the organization's name, if known; shown until the page is loaded
   * @param target what to focus there; without it, the focus stays
   */
  openOrganization(id: string, name?: string, target?: PageTarget): void {
    this.#remember(id);
    this.#showOrganization();
    const from = document.activeElement;
    this.#target = target === undefined ? null : { entryId: id, target, from };
    if (this.#open.id !== id) void this.#open.open(id, name);
  }

  /**
   * What to focus on the page of an organization, once; or null, also if the person went to another text field while the page was
   * loading: what they type there would go into this one. Reactive.
   */
  takeTarget(entryId: string): PageTarget | null {
    const requested = this.#target;
    if (requested?.entryId !== entryId) return null;
    this.#target = null;
    return isTypingElsewhere(requested.from) ? null : requested.target;
  }

  /** What a page that is still loading will focus. */
  get nextTarget(): PageTarget | undefined {
    return this.#target?.target;
  }

  get #place(): Place | null {
    if (this.#screen === 'organization') return this.#open.id;
    return PLACES.find((place) => place === this.#screen) ?? null;
  }

  /** Remembers the shown page, which another one, or none, is about to replace. */
  #remember(next: Place | null): void {
    const place = this.#place;
    if (place === null || place === next) return;
    this.#backStack = [...this.#backStack, place].slice(-PLACES_LIMIT);
    this.#forwardStack = [];
  }

  /** Goes to the page before this one, or with `forward` to the one from which the person went back. */
  async travel(forward: boolean): Promise<void> {
    if (this.#screen === 'add') return;
    const [from, to] = forward
      ? [this.#forwardStack, this.#backStack]
      : [this.#backStack, this.#forwardStack];
    const place = this.#place;
    let target = from.pop();
    // The button *Back* has led there already.
    while (target !== undefined && target === place) target = from.pop();
    if (target === undefined) return;
    if (place !== null) to.push(place);
    const screen = PLACES.find((one) => one === target);
    if (screen) this.#leaveFor(screen);
    else await this.#openIfSaved(target);
  }

  /**
   * Shows the page of an organization that may have been removed in the meantime: then no page stays open. Resolves to
   * whether its page has loaded and is still open.
   */
  openIfSaved(id: string): Promise<boolean> {
    this.#remember(id);
    return this.#openIfSaved(id);
  }

  async #openIfSaved(id: string): Promise<boolean> {
    this.#showOrganization();
    if (this.#open.id !== id || this.#open.view === null) await this.#open.open(id);
    this.#leaveIfGone(id);
    return this.#open.id === id && this.#open.view !== null;
  }

  #showOrganization(): void {
    this.showPage();
    this.#target = null;
    this.#isChosen = true;
    this.#isRestored = false;
    this.#moves += 1;
    this.#screen = 'organization';
  }

  /** Closes the page of an organization that could not be opened, because it is not in the list any more. */
  #leaveIfGone(id: string): void {
    const isGone = this.#open.failure?.code === 'organization.not-saved-here';
    if (isGone && this.#open.id === id && this.#open.view === null) this.leaveOrganization();
  }

  /** Whether the shown page was opened by `restore`, so it must not take the focus. */
  get isRestored(): boolean {
    return this.#isRestored;
  }

  /**
   * Shows the page of an organization at startup, unless something else has been chosen by now. If the
   * organization is gone, no page stays open.
   *
   * @param name the organization's name, if known
   */
  async restore(id: string, name?: string): Promise<void> {
    if (this.#isChosen) return;
    this.#isRestored = true;
    this.#screen = 'organization';
    await this.#open.open(id, name);
    this.#leaveIfGone(id);
  }

  /** Where *Add organizations* starts: a new object each time the page starts over. */
  get addStart(): AddStart {
    return this.#addStart;
  }

  /** Shows *Add organizations*. If the page is open already and `start` is absent, typed text stays. */
  add(start?: AddStart): void {
    this.#remember('add');
    if (start || this.#screen !== 'add') this.#addStart = start ?? { kind: 'sign-in' };
    this.#leaveFor('add');
  }

  /** Shows *Changes*. Without `tab`, the current tab stays. */
  changes(tab?: ChangesTab): void {
    this.#remember('changes');
    if (tab !== undefined) this.changesTab = tab;
    this.#leaveFor('changes');
  }

  /** Shows *Activity*. */
  activity(): void {
    this.#remember('activity');
    this.#leaveFor('activity');
  }

  /**
   * Shows *Settings*.
   *
   * @param tab the tab to show; by default the first one, or the current one if *Settings* is open already
   * @param signInId the sign-in to scroll to in the tab *Sign-ins*
   */
  settings(tab?: SettingsTab, signInId?: string): void {
    this.#remember('settings');
    if (tab !== undefined) this.settingsTab = tab;
    else if (this.#screen !== 'settings') this.settingsTab = 'sign-ins';
    this.#targetSignIn = signInId ?? null;
    this.#leaveFor('settings');
  }

  /** Call it once the target sign-in is in view. */
  clearTarget(): void {
    this.#targetSignIn = null;
  }

  /** Returns to the page before *Changes*, *Add organizations* or *Settings*. */
  back(): void {
    this.#moves += 1;
    this.#show(this.#previousScreen);
  }

  /** Closes the page of the open organization, which was removed. */
  leaveOrganization(): void {
    this.#moves += 1;
    this.#open.close();
    if (this.#screen === 'organization') this.#screen = 'none';
  }

  /** Closes the page beside the table, whichever it is. The button *Back* does not bring it back, Alt+Left does. */
  closePage(): void {
    this.#remember(null);
    this.#moves += 1;
    this.#open.close();
    this.#screen = 'none';
    this.#previousScreen = 'none';
  }

  /** Whether the table has the window for itself, and room for what is about an import. */
  get isTableAlone(): boolean {
    return this.view === 'table' && this.#screen === 'none' && !veryLow.current;
  }

  /** Whether a narrow window shows the list, although a page is open. */
  get isListInFront(): boolean {
    return this.#isListInFront;
  }

  /** Shows the list in a narrow window. The page stays as it is until it is shown again, with what is typed there. */
  showList(): void {
    this.#isListInFront = narrow.current;
  }

  /** Shows the open page again. */
  showPage(): void {
    this.#isListInFront = false;
  }

  #leaveFor(screen: Exclude<Screen, 'none' | 'organization'>): void {
    this.#target = null;
    this.#isChosen = true;
    this.#isRestored = false;
    this.#moves += 1;
    if (this.#screen !== 'add' && this.#screen !== 'settings') this.#previousScreen = this.#screen;
    this.#show(screen);
  }

  /**
   * From *Changes* it goes back to the open organization, whatever was shown in between; and so it does from the page that it went
   * back to.
   */
  #show(screen: Screen): void {
    this.showPage();
    const page = this.#open.id === null ? 'none' : 'organization';
    this.#screen = screen === 'organization' ? page : screen;
    if (screen === 'changes' || screen === this.#previousScreen) this.#previousScreen = page;
  }
}
