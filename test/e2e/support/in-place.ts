/**
 * Finds controls that move under the pointer. A press takes some 80 ms: whatever main reports meanwhile, what is
 * pressed must stay where it is, or the press is lost. So this sends every event of the contract to a screen, and
 * compares where the controls of its dialog are before and after, or else those of its bars.
 */
import type { ElectronApplication, JSHandle, Page } from '@playwright/test';
import {
  eventChannel,
  type EventName,
  type EventPayload,
  type LetterheadApi,
} from '../../../src/shared/contract/bridge';
import type { Failure } from '../../../src/shared/failure';
import type { Outcome } from '../../../src/shared/outcome';
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
  jobs: EventPayload<'bulkChanged'>;
  selectionActions: EventPayload<'selectionActionsChanged'>;
  additions: EventPayload<'additionsChanged'>;
  updates: EventPayload<'updatesChanged'>;
}

/** The payloads of an event that change most on the screen; the last one is what main would send now. */
type Payloads = { [E in EventName]: (now: Now) => EventPayload<E>[] };

/** The bars of the window: the actions of the page, those for the selection, and what is below the list. */
const BARS =
  '.dock :is(.action, .actions), .dock > .bar, [role="toolbar"], aside > .add, aside > .foot > button';

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
    { ...connection, blockedUntil: at + LATER_MS },
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
  bulkChanged: ({ jobs }) => [
    jobs.map((job) => ({ ...job, done: job.done + 1, waiting: 1_234, failed: 56, timeLeft: 9e6 })),
    jobs.map((job) => ({ ...job, state: 'ended', done: job.total - 1, waiting: 0, failed: 1 })),
    jobs,
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

/** The page that main sent last, kept in the window. */
interface Kept {
  lastView?: OrganizationView;
}

/** Reads what main would send now. Opens the open page again, because no call only reads it. */
function readNow(page: Page): Promise<Now> {
  return page.evaluate(async () => {
    const kept = window as Kept;
    const { letterhead: api } = window as unknown as { letterhead: LetterheadApi };
    const valueOf = <T>(outcome: Outcome<T>): T => {
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
      jobs: valueOf(await api.bulk.list()),
      selectionActions: valueOf(await api.selectionActions.get()),
      additions: valueOf(await api.additions.get()),
      updates: valueOf(await api.updates.get()),
    };
  });
}

/** Controls on screen, and where each was at first. */
interface Places {
  controls: { element: HTMLElement; name: string; at: DOMRect }[];
  /** Whether they are in a dialog, where none may disappear. In a bar, some belong to a state of the page. */
  isDialog: boolean;
}

/** The controls that are on screen in the open dialog, or else in the bars of the window. */
function findPlaces(page: Page): Promise<JSHandle<Places>> {
  return page.evaluateHandle((bars) => {
    const dialogs = document.querySelectorAll('dialog[open]');
    const scopes = dialogs.length ? [[...dialogs].at(-1)!] : [...document.querySelectorAll(bars)];
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
    return { controls, isDialog: dialogs.length > 0 };
  }, BARS);
}

/** The names of the controls, in order. */
const namesOf = (places: JSHandle<Places>): Promise<string> =>
  places.evaluate(({ controls }) => controls.map(({ name }) => name).join('\n'));

/** Sends an event to the window and returns the controls that have moved since `places`. */
async function movedBy(
  { app, page }: { app: ElectronApplication; page: Page },
  places: JSHandle<Places>,
  name: EventName,
  payload: unknown,
): Promise<string[]> {
  const arrived = await page.evaluateHandle((event) => {
    const { on } = (window as unknown as { letterhead: LetterheadApi }).letterhead;
    const wait = new Promise<void>((resolve) => {
      const stop = on[event](() => {
        stop();
        resolve();
      });
    });
    return { wait };
  }, name);
  const window = await app.browserWindow(page);
  await window.evaluate(({ webContents }, [channel, value]) => webContents.send(channel, value), [
    eventChannel(name),
    payload,
  ] as const);
  return places.evaluate(async ({ controls, isDialog }, { wait }) => {
    await wait;
    // Two frames: what observes sizes reacts in the first.
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    // In a bar that scrolls, a scroll bar may appear, of at most 15 px; a press still hits.
    const aside = isDialog ? 0 : 15;
    return controls.flatMap(({ element, name, at }) => {
      if (!element.checkVisibility()) return isDialog ? [`“${name}” is gone`] : [];
      const to = element.getBoundingClientRect();
      const [x, y] = [Math.round(to.x - at.x), Math.round(to.y - at.y)];
      return Math.abs(x) <= aside && y === 0 ? [] : [`“${name}” moved by ${x}, ${y} px`];
    });
  }, arrived);
}

/**
 * A page as main would send it after the last one; null: that one again. Main's own next page has a whole number, and
 * wins.
 */
async function asNewest(page: Page, view: OrganizationView | null): Promise<OrganizationView> {
  const last = await page.evaluate(() => (window as Kept).lastView!);
  return { ...(view ?? last), viewNumber: last.viewNumber + 0.5 };
}

/** Looks for controls that events move, once for every set of controls. */
export class InPlaceChecker {
  readonly #seen = new Set<string>();

  /** Says what moves on the screen, and leaves it as it was. */
  async check(running: { app: ElectronApplication; page: Page }): Promise<string[]> {
    const places = await findPlaces(running.page);
    const names = await namesOf(places);
    if (names === '' || this.#seen.has(names)) return [];
    this.#seen.add(names);
    const now = await readNow(running.page);
    const issues: string[] = [];
    for (const name of Object.keys(PAYLOADS) as EventName[]) {
      const moved = new Set<string>();
      for (const payload of PAYLOADS[name](now)) {
        const newest =
          name === 'organizationChanged'
            ? await asNewest(
                running.page,
                payload === now.view ? null : (payload as OrganizationView),
              )
            : payload;
        for (const one of await movedBy(running, places, name, newest)) moved.add(one);
      }
      issues.push(...[...moved].map((one) => `${name}: ${one}`));
    }
    return issues;
  }
}
