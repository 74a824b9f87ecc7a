/**
 * Finds controls that move under the pointer or disappear. A press takes some 80 ms: whatever main reports meanwhile, what is
 * pressed must stay where it is, or the press is lost. So this sends every event of the contract to a screen, and
 * compares where the controls of its dialog are before and after, or else those of its bars.
 */
import { expect, type ElectronApplication, type Page } from '@playwright/test';
import {
  eventChannel,
  type EventName,
  type EventPayload,
  type LetterheadApi,
} from '../../../src/shared/contract/bridge';
import type { Failure } from '../../../src/shared/failure';
import type { Result } from '../../../src/shared/result';
import type { OrganizationView } from '../../../src/shared/organization';
import type { SignIn } from '../../../src/shared/sign-in';

/** The values of main that events carry, as they are now. */
interface Now {
  /** When they were read, ms since the epoch. */
  at: number;
  view: OrganizationView | null;
  signIns: SignIn[];
  connection: EventPayload<'connectionChanged'>;
  banners: EventPayload<'bannersChanged'>;
  settings: EventPayload<'settingsChanged'>;
  locale: EventPayload<'localeChanged'>;
  checks: EventPayload<'checksChanged'>;
  initialFetch: EventPayload<'initialFetchChanged'>;
  changes: EventPayload<'changesChanged'>;
  batches: EventPayload<'batchesChanged'>;
  saves: EventPayload<'savesChanged'>;
  selectionActions: EventPayload<'selectionActionsChanged'>;
  additions: EventPayload<'additionsChanged'>;
  updates: EventPayload<'updatesChanged'>;
}

/** The payloads of an event that change most on the screen; the last one is what main would send now. */
type Payloads = { [E in EventName]: (now: Now) => EventPayload<E>[] };

/**
 * The bars of the window: the actions of the page, those for the selection, what is below the list, the buttons and rows
 * of *Changes*, and the list of *Add organizations* with what is above and below it.
 */
const BARS =
  '.dock :is(.action, .actions), .dock > .bar, [role="toolbar"], aside > .add, aside > .foot > button, .to-save > .head, .to-save > .list, .changes .tab-list, .changes .change-rows, .changes .save .actions, .choices > .tools, .choices > .rows, .step .submit';

/** Controls of bars that may disappear, and why. */
const MAY_DISAPPEAR: ReadonlyMap<string, string> = new Map([
  ['Show in History', 'A page is news once, and this check opens it again.'],
  ['Discard waiting change', 'It was sent, and there is nothing left to discard.'],
  ['Try again now', 'It is being sent, so a press that comes too late loses nothing.'],
]);

const OFFLINE: Failure = { code: 'network.unreachable' };
const REFUSED: Failure = {
  code: 'sign-in.refused',
  status: 403,
  errors: [{ code: 10000, message: 'Authentication error', field: null, link: null }],
};
const LONG_TEXT = Array.from({ length: 12 }, (_, line) => `Line ${line + 1} of a text`).join('\n');
const LATER_MS = 3_600_000;

const idOfSignIn = (n: number): string => n.toString(16).padStart(16, '0');

/** Pages, each with one thing that main may add to it automatically. `now.view` stays what the person has typed. */
function pagesOf({ view, at }: Now): OrganizationView[] {
  if (!view) return [];
  const { profile, change, signIn } = view;
  const texts = (text: string) => ({
    business_name: text,
    business_email: text,
    business_phone: text,
    business_address: text,
    external_metadata: text,
  });
  const changed = { fields: texts(LONG_TEXT), confirmedAt: at, checkedAt: at };
  const pages: OrganizationView[] = [
    { ...view, refreshing: true },
    { ...view, refreshFailure: OFFLINE },
    { ...view, name: `${view.name} `.repeat(8).trim() },
    { ...view, hasUnreadableEdits: true },
    { ...view, remarks: { missing: ['business_email'], advice: [] } },
  ];
  if (profile) {
    const changedElsewhere = { at, fields: ['business_name' as const, 'business_email' as const] };
    pages.push({ ...view, profile: changed, changedElsewhere });
  }
  if (signIn) {
    pages.push({ ...view, signIn: { ...signIn, issue: REFUSED, issueSince: at } });
  }
  // Another outcome is another panel; but one that waits is tried again and again.
  if (change && ['queued', 'waiting'].includes(change.state)) {
    pages.push({ ...view, change: { ...change, state: 'waiting', failure: OFFLINE } });
    pages.push({ ...view, change: { ...change, step: 'writing' } });
    const confirmed = { at, alsoUpdated: [], replaced: {}, messages: [] };
    pages.push({ ...view, change: null, confirmed });
  }
  return [...pages, view];
}

const PAYLOADS: Payloads = {
  connectionChanged: ({ connection, at }) => [
    { ...connection, state: 'online', answeredAt: at, failure: null },
    { ...connection, state: 'offline', failure: OFFLINE, nextTryAt: at + LATER_MS, waiting: 12 },
    { ...connection, blockedUntil: at + LATER_MS, breakerUntil: at + LATER_MS },
    connection,
  ],
  organizationChanged: pagesOf,
  signInsChanged: ({ signIns, at }) => {
    const [first] = signIns;
    if (!first) return [signIns];
    const added: SignIn = { ...first, id: idOfSignIn(9), label: 'Added meanwhile' };
    const used = { organizations: 1_234, waiting: 56, paused: 7 };
    return [
      [{ ...added, label: 'A' }, ...signIns, added],
      signIns.map((one) => ({ ...one, issue: REFUSED, issueSince: at })),
      signIns.map((one) => ({ ...one, ...used, expiresAt: at + LATER_MS })),
      signIns,
    ];
  },
  bannersChanged: ({ banners }) => {
    const keys = [8, 9].map((n) => ({ signInId: idOfSignIn(n), kind: 'key' as const }));
    const known = banners.flatMap((one) => (one.kind === 'keys-without-record' ? one.keys : []));
    const others = banners.filter(({ kind }) => kind !== 'keys-without-record');
    return [
      [
        ...others,
        { kind: 'keychain-asking' },
        { kind: 'session-only', labels: ['Head office', 'Colleague'] },
        { kind: 'keys-without-record', keys: [...known, ...keys] },
        { kind: 'update', version: '9.9.9', reason: 'package' },
      ],
      banners,
    ];
  },
  settingsChanged: ({ settings }) => [
    { ...settings, notify: !settings.notify, checkEvery: 'off' },
    settings,
  ],
  checksChanged: ({ checks, at }) => [
    { ...checks, running: true, done: 7, total: 1_200 },
    { ...checks, endedAt: at, checked: 1_200, unchecked: 3, changed: 4, failure: OFFLINE },
    checks,
  ],
  initialFetchChanged: ({ initialFetch, at }) => [
    { read: 7, total: 1_200, timeLeft: 90_000, waitsUntil: null, paused: false },
    { read: 7, total: 1_200, timeLeft: null, waitsUntil: at + LATER_MS, paused: true },
    initialFetch,
  ],
  changesChanged: ({ changes }) => [{ all: 1_234, toSave: 1_200, waiting: 30, decide: 4 }, changes],
  // Only a person closes the line of one.
  batchesChanged: ({ batches }) => [
    batches.map((batch) => ({ ...batch, undoable: false })),
    batches,
  ],
  savesChanged: ({ saves }) => [
    saves.map((save) => ({
      ...save,
      done: Math.max(0, save.done - 1),
      waiting: save.state === 'ended' ? 0 : save.total,
      failed: save.total - 1,
      canceled: 1,
      timeLeft: 9e6,
    })),
    saves.map((save) => ({ ...save, state: 'ended', done: save.total - 1, waiting: 0, failed: 1 })),
    saves,
  ],
  selectionActionsChanged: ({ selectionActions }) => [
    {
      refresh: {
        isRunning: false,
        done: 12,
        total: 12,
        read: 9,
        changed: 3,
        withoutSignIn: 2,
        isStopped: false,
        failure: OFFLINE,
      },
      work: { done: 3, total: 12 },
    },
    selectionActions,
  ],
  importProgressChanged: () => [12_345, null],
  additionsChanged: ({ additions }) => [
    {
      listing: { found: 1_200, total: null },
      addition: { state: 'paused', added: 12, total: 1_200, failure: OFFLINE },
    },
    additions,
  ],
  updatesChanged: ({ updates, at }) => [
    { ...updates, step: 'ready', version: '9.9.9', checkedAt: at },
    { ...updates, step: 'available', version: '9.9.9', checkedAt: at },
    updates,
  ],
  // Rows are read again; `commit` is not newer than any.
  organizationsChanged: () => [{ commit: 0, ids: null, removed: [] }],
  localeChanged: ({ locale }) => [locale],
  // What only a person causes, with a press of their own.
  menuCommand: () => [],
  organizationCommand: () => [],
  selectionCommand: () => [],
  showRequested: () => [],
  closing: () => [],
};

/** What the window keeps for the checks. */
interface Kept {
  /** The page that main sent last. */
  lastView?: OrganizationView;
  /** Waits for these events and what follows from them; says which of the controls have moved. */
  movedControls?: (names: readonly EventName[]) => Promise<string[]>;
  stopListening?: () => void;
  releaseTimers?: () => void;
}

/** Reads what main would send now. Opens the open page again, because no call only reads it. */
function readNow(page: Page): Promise<Now> {
  return page.evaluate(async () => {
    const kept = window as Kept;
    const { letterhead: api } = window as unknown as { letterhead: LetterheadApi };
    const valueOf = <T>(outcome: Result<T>): T => {
      if (!outcome.ok) throw new Error(outcome.failure.code);
      return outcome.value;
    };
    const isOpen = document.querySelector('main [role="tablist"], main .dock') !== null;
    const { entryId } = valueOf(await api.app.lastWindow());
    if (!kept.lastView) {
      api.on.organizationChanged((view) => {
        if (Number.isInteger(view.viewNumber)) kept.lastView = view;
      });
    }
    if (isOpen && entryId) {
      kept.lastView = valueOf(await api.organizations.open({ entryId }));
    }
    return {
      at: Date.now(),
      view: isOpen ? (kept.lastView ?? null) : null,
      signIns: valueOf(await api.signIns.list()),
      connection: valueOf(await api.connection.get()),
      banners: valueOf(await api.app.banners()),
      settings: valueOf(await api.settings.get()),
      locale: valueOf(await api.app.locale()),
      checks: valueOf(await api.checks.get()),
      initialFetch: valueOf(await api.initialFetch.get()),
      changes: valueOf(await api.changes.counts()),
      batches: valueOf(await api.drafts.batches()),
      saves: valueOf(await api.saves.list()),
      selectionActions: valueOf(await api.selectionActions.get()),
      additions: valueOf(await api.additions.get()),
      updates: valueOf(await api.updates.get()),
    };
  });
}

/**
 * Remembers the controls of the open dialog, or else of the bars of the window, and where each is; then
 * `window.movedControls` tells which have moved. Returns the name of the region beside the page and theirs, in order, and
 * the notices of the dialog.
 */
function rememberPlaces(page: Page): Promise<string> {
  const known = { bars: BARS, mayDisappear: [...MAY_DISAPPEAR.keys()] };
  return page.evaluate(({ bars, mayDisappear }) => {
    const { on } = (window as unknown as { letterhead: LetterheadApi }).letterhead;
    const dialogs = document.querySelectorAll('dialog[open]');
    const isDialog = dialogs.length > 0;
    const scopes = isDialog ? [[...dialogs].at(-1)!] : [...document.querySelectorAll(bars)];
    const selector = 'button, a[href], input, select, textarea, summary';
    const controls = scopes
      .flatMap((scope) => [
        ...(scope.matches(selector) ? [scope as HTMLElement] : []),
        ...scope.querySelectorAll<HTMLElement>(selector),
      ])
      .map((element) => ({ element, at: element.getBoundingClientRect() }))
      .filter(({ element, at }) => {
        const hit = document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2);
        return hit !== null && (element.contains(hit) || hit.contains(element));
      })
      .map(({ element, at }) => {
        const { labels } = element as HTMLInputElement;
        const text = labels?.[0]?.textContent ?? element.getAttribute('aria-label');
        return { element, at, name: (text ?? element.textContent).trim().slice(0, 40) };
      });
    // In a bar that scrolls, a scroll bar may appear, of at most 15 px; a press still hits.
    const aside = isDialog ? 0 : 15;
    const kept = window as Kept;
    kept.stopListening?.();
    const arrivals = new Set<EventName>();
    const stops = (Object.keys(on) as EventName[]).map((name) =>
      on[name](() => void arrivals.add(name)),
    );
    kept.stopListening = () => stops.forEach((stop) => stop());
    const frame = () => new Promise(requestAnimationFrame);
    kept.movedControls = async (names) => {
      while (!names.every((name) => arrivals.has(name))) await frame();
      // Two frames: what observes sizes reacts in the first.
      await frame();
      await frame();
      arrivals.clear();
      return controls.flatMap(({ element, name: control, at }) => {
        if (!element.checkVisibility()) {
          return !isDialog && mayDisappear.includes(control) ? [] : [`“${control}” is gone`];
        }
        const to = element.getBoundingClientRect();
        const [x, y] = [Math.round(to.x - at.x), Math.round(to.y - at.y)];
        const isInPlace = Math.abs(x) <= aside && y === 0;
        return isInPlace ? [] : [`“${control}” moved by ${x}, ${y} px`];
      });
    };
    if (controls.length === 0) return '';
    // The same bar may stand below the list and below the table.
    const side = document.querySelector('aside')?.getAttribute('aria-label') ?? '';
    // In a dialog, what an event adds may come before or after a notice that is there.
    const notices = isDialog ? [...scopes[0]!.querySelectorAll('.notice .what')] : [];
    const texts = notices.map((notice) => notice.textContent);
    // Changes in different states may have the same buttons.
    const state = document.querySelector('.dock > .panel')?.className ?? '';
    return [side, ...controls.map(({ name }) => name), ...texts, state].join('\n');
  }, known);
}

/** Remembers the places of the controls. The function that it returns says which have moved since. */
export async function watchPlaces(page: Page): Promise<() => Promise<string[]>> {
  expect(await rememberPlaces(page)).not.toBe('');
  return () => page.evaluate(() => (window as Kept).movedControls!([]));
}

/** An event and what it carries; a page gets the number that makes it the newest. */
type Sent = readonly [name: EventName, channel: string, payload: unknown];

/** Sends these events to the window together. Returns what has moved since `rememberPlaces`. */
function movedBy(app: ElectronApplication, events: readonly Sent[]): Promise<string[]> {
  return app.evaluate(async ({ BrowserWindow }, all) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    for (const [name, channel, payload] of all) {
      let newest = payload;
      if (name === 'organizationChanged') {
        // As main would send it after the last one. Main's own next page has a whole number, and wins.
        const last = (await webContents.executeJavaScript('lastView')) as OrganizationView;
        newest = { ...last, ...(payload as object), viewNumber: last.viewNumber + 0.5 };
      }
      webContents.send(channel, newest);
    }
    const names = JSON.stringify(all.map(([name]) => name));
    return (await webContents.executeJavaScript(`movedControls(${names})`)) as string[];
  }, events);
}

/**
 * Holds what the window does 400 ms or more after an event, such as other buttons for a save that has ended: the check is about
 * the moment of the event, however long it takes. The function that it returns starts what is still wanted.
 */
async function holdLateTimers(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    const { setTimeout: start, clearTimeout: clear } = window;
    const held = new Map<number, () => number>();
    const started = new Map<number, number>();
    let last = 0;
    const holding = (run: () => void, ms = 0): number => {
      if (ms < 400) return start(run, ms);
      last -= 1;
      held.set(last, () => start(run, ms));
      return last;
    };
    window.setTimeout = holding as typeof setTimeout;
    window.clearTimeout = (id) => {
      if (!held.delete(id as number)) clear(started.get(id as number) ?? id);
    };
    (window as Kept).releaseTimers = () => {
      window.setTimeout = start;
      for (const [id, begin] of held) started.set(id, begin());
      held.clear();
    };
  });
  return () => page.evaluate(() => (window as Kept).releaseTimers?.());
}

/** Looks for controls that events move or remove, once for every set of controls and notices. */
export class InPlaceChecker {
  readonly #seen = new Set<string>();

  /** Says what moves on the screen, and leaves it as it was. */
  async check({ app, page }: { app: ElectronApplication; page: Page }): Promise<string[]> {
    const names = await rememberPlaces(page);
    if (names === '' || this.#seen.has(names)) return [];
    this.#seen.add(names);
    const now = await readNow(page);
    const kinds = (Object.keys(PAYLOADS) as EventName[])
      .map((name) =>
        PAYLOADS[name](now).map((payload): Sent => {
          // The open page ends as main sent it last, which may be after it was read.
          const isShown = name === 'organizationChanged' && payload === now.view;
          return [name, eventChannel(name), isShown ? {} : payload];
        }),
      )
      .filter((events) => events.length > 0);
    const issues = new Set<string>();
    const release = await holdLateTimers(page);
    // An event of every kind at once, and each alone only where something moves: that takes a fifth of the time.
    for (let nth = 0; kinds.some((events) => nth < events.length); nth += 1) {
      const round = kinds.flatMap((events) => events.slice(nth, nth + 1));
      const moved = await movedBy(app, round);
      if (moved.length === 0) continue;
      const asBefore = kinds.map((events) => events.at(-1)!);
      await movedBy(app, asBefore);
      const found: string[] = [];
      for (const event of round) {
        found.push(...(await movedBy(app, [event])).map((one) => `${event[0]}: ${one}`));
        await movedBy(app, asBefore);
      }
      const together = round.map(([name]) => name).join(' + ');
      for (const issue of found.length > 0 ? found : moved.map((one) => `${together}: ${one}`)) {
        issues.add(issue);
      }
    }
    await release();
    return [...issues];
  }
}
