/**
 * The composition root: builds every service bottom-up on the first screen, wires them to the change feed,
 * answers the calls of the window, and starts what works in the background. It decides nothing. It is read
 * after the first paint; keychain and network are not touched before.
 */
import { app, clipboard, Notification, powerMonitor, shell } from 'electron';
import { success } from '../shared/failure';
import { createChecks } from './background-check/handlers';
import { createBackgroundCheck } from './background-check/schedule';
import { createBulk } from './bulk/handlers';
import { createPlans } from './bulk/plan';
import { listJobs } from './bulk/jobs';
import { createChanges } from './changes/handlers';
import { createCloudflare } from './cloudflare/client';
import { clearSessions, relaunchApp, reportLeftFiles } from './desktop/relaunch';
import { createFileDialogs } from './desktop/file-dialogs';
import { showInWindow } from './desktop/main-window';
import { startKeychainHelper } from './keychain/spawn-helper';
import { openLink } from './desktop/links';
import { showLogFolder } from './desktop/links';
import { createNotifications } from './desktop/notifications';
import { supportDetails } from './support/collect';
import { createReset } from './reset/handlers';
import { createCsv } from './csv/handlers';
import type { FirstScreen } from './first-screen';
import { createSupport } from './support/handlers';
import { createThrottle } from './lib/throttle';
import { indexIdIn, Keychain } from './keychain';
import { createClockMonitor } from './lib/clock-monitor';
import { createMonotonicClock } from './lib/monotonic-clock';
import { realTimers } from './lib/timers';
import { networkFetch } from './cloudflare/electron-fetch';
import { createAdditions } from './organizations/add';
import { createRefreshOnOpen } from './organizations/refresh-on-open';
import { createOrganizations, pageOf } from './organizations/handlers';
import { viewOf } from './organizations/view';
import { publications } from './publications';
import { startPublisher } from './publisher';
import { createLimitStorage } from './rate-limit/persisted-state';
import { createRateLimiter } from './rate-limit/rate-limiter';
import { followSessionOnly } from './recovery/banners';
import { createRecovery } from './recovery/handlers';
import { followPreferences } from './settings/follow-preferences';
import { createSettings, readPreferences } from './settings/settings';
import { createSignIns } from './sign-ins';
import { listSignIns } from './sign-ins/view';
import { createListBuilder } from './database';
import type { Topic } from './database/change-feed';
import { createAbandonedWrites } from './sync/abandoned-writes';
import { createConnection } from './sync/connection-handlers';
import { createConnectivity } from './sync/connectivity';
import { createRefresher } from './sync/fetch-profile';
import { createInitialFetch } from './sync/initial-fetch';
import { createScheduler } from './sync/scheduler';
import { createUpdating } from './updates';

/** Time between two writes of what a check read, in ms: a wave of answers has come by then. */
const WRITES_APART_MS = 10;

/** Resolves after other work had its turn. */
const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Builds and starts everything that the first screen did not need. */
export function startServices(first: FirstScreen): void {
  const { place, log, language, opened, store, progress, banners, about, list, gate, window } =
    first;
  const { changes } = store;
  const { emit } = window;
  const now = Date.now;
  const clock = { now, elapsed: createMonotonicClock(), timers: realTimers };
  const announce = (topic: Topic) => (): void => changes.memory((marks) => marks.topic(topic));
  const isPageOpen = (id: string): boolean => window.current() !== null && progress.isOpen(id);

  // Cloudflare, the keychain and the sign-ins.
  const limiter = createRateLimiter({
    ...clock,
    storage: createLimitStorage(store),
    onChange: announce('connection'),
  });
  const cloudflare = createCloudflare({
    ...clock,
    fetch: networkFetch(about.facts.version),
    baseUrl: place.apiUrl,
    timeLimitMs: place.timeLimitMs,
    limiter,
    userAgent: `Letterhead/${about.facts.version}`,
  });
  const keychain = new Keychain({
    spawn: () => startKeychainHelper(place.keychainHelper),
    service: place.keychainService,
    indexId: indexIdIn(place.userData),
    onPrompt: (isPrompting) =>
      isPrompting ? banners.show({ kind: 'keychain-asking' }) : banners.hide('keychain-asking'),
  });
  const signIns = createSignIns({ store, keychain, cloudflare, now });
  const connectivity = createConnectivity({
    ...clock,
    cloudflare,
    random: Math.random,
    shouldProbe: () => true,
    onChange: announce('connection'),
  });
  const isOffline = (): boolean => connectivity.status().state === 'offline';

  // Reading and sending.
  const sync = {
    ...clock,
    later: createThrottle(realTimers, setImmediate, WRITES_APART_MS),
    store,
    cloudflare,
    limiter,
    authorizationOf: signIns.authorizationOf,
    isCurrent: signIns.isCurrent,
    random: Math.random,
    progress,
    onSignInIssue: signIns.report,
    onSignInWorks: (id: string) => signIns.report(id, null),
  };
  const scheduler = createScheduler(sync);
  const refresher = createRefresher(sync);
  const isSending = (id: string): boolean => progress.of(id).step !== null;
  const initialFetch = createInitialFetch({
    ...sync,
    isSending,
    isOffline,
    yieldToEventLoop,
    refresh: (id) => refresher.refresh(id, { looking: isPageOpen(id), priority: 'background' }),
  });
  const abandonedWrites = createAbandonedWrites({
    ...sync,
    refresh: (id) => refresher.refresh(id, { looking: isPageOpen(id), priority: 'send' }),
    isSending,
  });
  const check = createBackgroundCheck({
    ...sync,
    yieldToEventLoop,
    refresh: (id, signal, priority) =>
      refresher.refresh(id, { looking: isPageOpen(id), priority, signal }),
    onBegin: initialFetch.retry,
    interval: () => readPreferences(store).checkEvery,
    onChange: announce('checks'),
    onFound: createNotifications({
      Notification,
      store,
      wanted: () => readPreferences(store).notify,
      isFocused: () => window.current()?.isFocused() ?? false,
      show: (organizationId) =>
        showInWindow({ current: window.current, open: window.show }, () =>
          emit('showRequested', { organizationId }),
        ),
    }),
  });
  const listBuilder = createListBuilder({ list: opened.list, changes, timers: realTimers });
  const wakeUp = (): void => {
    scheduler.wake();
    void connectivity.probeNow();
  };
  const clockMonitor = createClockMonitor(clock, wakeUp);
  const tryNow = (): void => {
    signIns.askAgain();
    void connectivity.probeNow();
    scheduler.retryNow();
    initialFetch.retry();
    abandonedWrites.wake();
  };
  connectivity.onRecovered(() => {
    scheduler.cameOnline();
    initialFetch.retry();
    abandonedWrites.wake();
    check.cameOnline();
  });

  // What the window asks for.
  const updating = createUpdating({ place, store, banners, log, isOffline });
  const recovery = createRecovery({
    store,
    signIns,
    banners,
    setAside: opened.setAside,
    nextSetAside: opened.nextSetAside,
    check: opened.checkInSteps,
    yieldToEventLoop,
  });
  const connection = createConnection({ store, connectivity, limiter, progress, now, tryNow });
  const checks = createChecks(check);
  const plans = createPlans(store, yieldToEventLoop);
  const csv = createCsv({
    store,
    plans,
    selected: list.selected,
    dialogs: createFileDialogs(window.current),
    now,
    language: () => app.getSystemLocale(),
    yieldToEventLoop,
  });
  const runs = { store, limiter, sendMs: scheduler.sendMs, isOffline };
  const bulk = createBulk({
    ...runs,
    progress,
    plans,
    selected: list.selected,
    scheduler,
    now,
    timers: realTimers,
    yieldToEventLoop,
    askAgain: signIns.askAgain,
    saveResults: csv.saveResults,
  });
  const additions = createAdditions({ store, cloudflare, signIns, now, yieldToEventLoop });
  const changeCalls = createChanges({
    store,
    now,
    progress,
    pageOf: (id) => pageOf(store, progress, id),
    sendFirst: scheduler.first,
    retryNow(id) {
      signIns.askAgain();
      scheduler.retryNow(id);
    },
  });
  const refresh = (id: string) => refresher.refresh(id, { looking: true });
  const organizations = createOrganizations({
    store,
    cloudflare,
    authorizationOf: signIns.authorizationOf,
    now,
    progress,
    refresh,
    looking: createRefreshOnOpen(realTimers, refresh),
    removeSignIn: signIns.remove,
  });
  const facts = { now, store, connection: connection.current, banners: banners.all };
  about.describeWith(() => supportDetails(place, about.facts, facts));

  // Who hears of changes besides the services above.
  const publisher = startPublisher({
    changes,
    emit,
    timers: realTimers,
    soon: setImmediate,
    openId: progress.openId,
    pageOf: (id) => store.read((tables) => viewOf(tables, id, progress)),
    publications: publications({
      signIns: () => listSignIns(store),
      connection: connection.current,
      jobs: () => listJobs(runs),
      banners: banners.all,
      settings: () => readPreferences(store),
      checks: check.status,
      initialFetch: initialFetch.status,
      additions: additions.status,
      updates: updating.updates.status,
    }),
  });
  followPreferences({ store, language, about, emit });
  followSessionOnly({ changes, banners, labels: signIns.sessionOnlyLabels });
  changes.subscribe(({ topics }) => {
    if (!topics.has('settings')) return;
    check.reconsider();
    updating.updates.reconsider();
  });

  /** Ends all of it within milliseconds, in this order. */
  const running: { stop(): unknown }[] = [
    publisher,
    listBuilder,
    bulk,
    additions,
    scheduler,
    refresher,
    initialFetch,
    abandonedWrites,
    clockMonitor,
    check,
    connectivity,
    signIns,
    keychain,
    limiter,
    updating.updates,
  ];
  const stop = (): void => running.forEach((one) => void one.stop());

  gate.register('app', {
    about: () => success(about.facts),
    dismissBanner({ kind }) {
      banners.hide(kind);
      recovery.dismissed(kind);
      updating.room.bannerDismissed(kind);
      return success(null);
    },
    openLink: ({ url }) => openLink(url, (address) => shell.openExternal(address)),
  });
  gate.register('organizations', organizations);
  gate.register('drafts', changeCalls.drafts);
  gate.register('changes', changeCalls.changes);
  gate.register('history', changeCalls.history);
  gate.register('additions', additions.handlers);
  gate.register('bulk', bulk.handlers);
  gate.register('csv', csv.handlers);
  gate.register('connection', connection.handlers);
  gate.register('checks', checks);
  gate.register('initialFetch', { get: () => success(initialFetch.status()) });
  gate.register('recovery', recovery.handlers);
  gate.register('settings', createSettings(store));
  gate.register('updates', updating.room.handlers);
  gate.register('signIns', {
    ...signIns.handlers,
    canKeep: async (request) => {
      const usable = await signIns.handlers.canKeep(request);
      // The keychain is open now: a good moment to see whether a lost database left keys in it.
      if (usable.ok) void recovery.lookForKeys();
      return usable;
    },
  });
  gate.register(
    'support',
    createSupport({
      details: about.details,
      copy: (text) => clipboard.writeText(text),
      showLogs: () => showLogFolder(about.facts.logs),
    }),
  );
  gate.register(
    'reset',
    createReset({
      store,
      keychain,
      userData: place.userData,
      clearSessions,
      relaunchApp,
      reportLeftFiles: reportLeftFiles,
      stop() {
        stop();
        store.close();
      },
    }),
  );
  gate.complete();

  first.quitWith({
    stop,
    finish: updating.updates.finish,
    startedMeanwhile: updating.updates.startAfterwards,
  });
  powerMonitor.on('resume', wakeUp);
  listBuilder.start();
  scheduler.start();
  void connectivity.probeNow();
  void signIns.finishInterrupted();
  initialFetch.start();
  abandonedWrites.start();
  clockMonitor.start();
  check.start();
  bulk.start();
  additions.start();
  setImmediate(() => {
    recovery.start();
    updating.updates.start();
  });
}
