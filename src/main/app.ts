/**
 * The composition root. Builds every service bottom-up, connects it to the change feed, registers the
 * handlers of the window's calls, and starts the background work. It contains no decisions of its own.
 *
 * Loaded after the first paint (first-screen.ts), so that it does not delay the launch. No code that runs earlier
 * uses the keychain or the network.
 */
import { join } from 'node:path';
import { app, clipboard, Notification, powerMonitor, shell } from 'electron';
import type { HandlersExcept } from '../shared/contract/bridge';
import { tokenInstructions } from '../shared/messages/token-instructions';
import { success } from '../shared/result';
import { createBackgroundWork } from './background-work';
import { createSaves } from './saves/handlers';
import { listSaves } from './saves/list';
import { createSelectionActions } from './selection/selection-actions';
import { createActivity } from './changes/activity';
import { createChanges } from './changes/handlers';
import { createJustSaved } from './changes/just-saved';
import { createManyChanges } from './changes/many-handlers';
import { createPendingChanges } from './changes/pending';
import { createVerification } from './changes/verification';
import { createCloudflare } from './cloudflare/client';
import { networkFetch, requestSessions } from './cloudflare/electron-fetch';
import { createCsv } from './csv/handlers';
import { createListBuilder } from './database';
import type { Topic } from './database/change-feed';
import { clearCopiedKey } from './desktop/copied-key';
import { createFileDialogs } from './desktop/file-dialogs';
import { createFileOpener } from './desktop/file-opener';
import {
  createOpenThrottle,
  dashboardAddress,
  openLink,
  showLogFolder,
} from './desktop/open-external';
import { showInWindow } from './desktop/main-window';
import { createNotifications } from './desktop/notifications';
import { createContextMenus } from './desktop/context-menu';
import { writeRichText } from './desktop/rich-clipboard';
import { clearSessions, relaunchApp, reportUndeletedFiles } from './desktop/relaunch';
import { clearPageStorage } from './desktop/security-restrictions';
import { createSignInQuestion } from './desktop/sign-in-question';
import { startHelper, WITH_NOTHING } from './desktop/start-helper';
import { rememberOpenPage, saveSidebarWidth } from './desktop/last-window';
import type { FirstHandlers, FirstScreen } from './first-screen';
import { SystemKeychain } from './keychain';
import { createClockMonitor } from './lib/clock-monitor';
import { createMonotonicClock } from './lib/monotonic-clock';
import { realTimers } from './lib/timers';
import { createAdditions } from './organizations/add';
import { createLabels } from './organizations/labels';
import { copyLetterhead, menuSubjectOf } from './organizations/letterhead';
import {
  createOrganizations,
  createRefreshOnOpen,
  organizationPage,
} from './organizations/handlers';
import { createTable } from './organizations/table';
import { viewOf } from './organizations/view';
import { publications } from './publications';
import { startPublisher } from './publisher';
import { createLimitStorage } from './rate-limit/persisted-state';
import { createRateLimiter } from './rate-limit/rate-limiter';
import { followSessionOnly } from './recovery/banners';
import { createRecovery } from './recovery/handlers';
import { createReset } from './reset/handlers';
import { followPreferences } from './settings/follow-preferences';
import { createSettings, readPreferences } from './settings/settings';
import { createSignIns } from './sign-ins';
import { listSignIns } from './sign-ins/view';
import { supportDetails } from './support/collect';
import { createSupport } from './support/handlers';
import { createConnection } from './sync/connection-handlers';
import { createConnectivity } from './sync/connectivity';
import { createUpdating } from './updates';

/** A turn of the event loop. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Builds and starts everything that the first screen does not need. */
export function startServices(firstScreen: FirstScreen): void {
  const {
    environment,
    log,
    language,
    opened,
    indexId,
    database,
    sendStatus,
    banners,
    about,
    appMenu,
    translate,
    list,
    gate,
    window,
  } = firstScreen;
  const { changes } = database;
  const { emit } = window;
  /** Resolves after other pending work has had a chance to run. */
  const yieldToEventLoop = async (): Promise<void> => {
    await turn();
    if (database.checkpoint()) await turn();
  };
  const now = Date.now;
  const clock = { now, elapsed: createMonotonicClock(), timers: realTimers };
  /** Returns a callback that publishes a change of state in memory, which no database commit marks. */
  const mark = (topic: Topic) => (): void => changes.publishInMemory((marks) => marks.topic(topic));

  // Cloudflare, the keychain and the sign-ins: everything below makes its requests through these.
  const limiter = createRateLimiter({
    ...clock,
    storage: createLimitStorage(database),
    onChange: mark('connection'),
  });
  const cloudflare = createCloudflare({
    ...clock,
    fetch: networkFetch(about.facts.version),
    baseUrl: environment.apiUrl,
    timeLimitMs: environment.timeLimitMs,
    limiter,
    userAgent: `Letterhead/${about.facts.version}`,
    blocked: () => (opened.isMoved() ? { code: 'database.moved' } : null),
  });
  const keychain = new SystemKeychain({
    spawn: () =>
      startHelper(join(environment.out, 'main/keychain-helper.js'), 'Letterhead keychain'),
    service: environment.keychainService,
    indexId,
    onPrompt: (isPrompting) =>
      isPrompting ? banners.show({ kind: 'keychain-asking' }) : banners.hide('keychain-asking'),
  });
  const verification = createVerification({
    database,
    keychain,
    ...clock,
    yieldToEventLoop,
    onChecked() {
      scheduler.onKeyRead();
      saves.start();
      manyChanges.continue();
    },
  });
  const { afterKey, afterKeyIfSoon, withKeyIfSoon } = verification;
  const signIns = createSignIns({
    database,
    keychain,
    cloudflare,
    verification,
    now,
    elapsed: clock.elapsed,
    ask: createSignInQuestion(window.current),
    sample: environment.sample,
  });
  const connectivity = createConnectivity({
    ...clock,
    cloudflare,
    random: Math.random,
    onChange: mark('connection'),
  });
  const isOffline = (): boolean => connectivity.status().state === 'offline';

  const justSaved = createJustSaved({ ...clock, waitMs: environment.sharedWaitMs });

  // Reading and sending. Depends on the services above, never on a feature below.
  const work = createBackgroundWork({
    ...clock,
    justSaved,
    database,
    cloudflare,
    limiter,
    signIns,
    verification,
    sendStatus,
    isPageOpen: (id) => window.current() !== null && sendStatus.isOpen(id),
    isOffline,
    yieldToEventLoop,
    mark,
    onChangedElsewhere: createNotifications({
      Notification,
      database,
      isWanted: () => readPreferences(database).notify,
      isFocused: () => window.current()?.isFocused() ?? false,
      show: (entryId) =>
        showInWindow({ current: window.current, open: window.show }, () =>
          emit('showRequested', { entryId }),
        ),
    }),
  });
  const { scheduler, profileReader, readQueue, checks } = work;
  const listBuilder = createListBuilder({ list: opened.list, changes, timers: realTimers });

  // Waiting work continues early after sleep or a clock jump, when the person asks, and when the network is back.
  const clockMonitor = createClockMonitor(clock, () => {
    scheduler.wake();
    void connectivity.probeNow();
  });
  const retryEverything = (): void => {
    signIns.retryRefused();
    void connectivity.probeNow();
    work.retryNow();
  };
  connectivity.onRecovered(work.onNetworkRecovered);
  connectivity.onOnline(readQueue.recheckPage);

  // The features that handle the window's calls. Each gets the services it needs and knows no other feature.
  const { elapsed } = clock;
  const updating = createUpdating({
    environment,
    database,
    banners,
    log,
    isOffline,
    onOnline: connectivity.onOnline,
    elapsed,
  });
  const recovery = createRecovery({
    database,
    signIns,
    banners,
    setAside: opened.setAside,
    nextSetAside: opened.nextSetAside,
    check: opened.checkInSteps,
    yieldToEventLoop,
  });
  const connection = createConnection({
    database,
    connectivity,
    limiter,
    sendStatus,
    now,
    tryNow: retryEverything,
  });
  const throttleOpening = createOpenThrottle(clock.elapsed);
  const table = createTable({
    database,
    sendStatus,
    ticks: list.ticks,
    planned: (entryId) => csv.planned(entryId),
    readFirst: readQueue.readFirst,
    copy: writeRichText,
    yieldToEventLoop,
  });
  const manyChanges = createManyChanges({
    database,
    selected: list.selected,
    idsIn: table.idsIn,
    found: table.found,
    reader: readQueue,
    now,
    timers: realTimers,
    yieldToEventLoop,
    onChanged(ids) {
      for (const id of ids) sendStatus.edited(id);
    },
  });
  const csv = createCsv({
    database,
    importTable: manyChanges.importTable,
    notImported: manyChanges.notImported,
    readFor: readQueue.readFor,
    stopReadingFor: readQueue.stopReadingFor,
    selected: list.selected,
    shownInTable: table.allIds,
    startParser: () =>
      startHelper(join(environment.out, 'main/file-parser.js'), 'Letterhead files', WITH_NOTHING),
    onProgress: mark('import'),
    dialogs: createFileDialogs(window.current),
    opener: createFileOpener(clock.elapsed),
    now,
    language: () => app.getSystemLocale(),
    yieldToEventLoop,
  });
  const saveContext = { database, limiter, sendMs: scheduler.sendMs, isOffline };
  const saves = createSaves({
    ...saveContext,
    sendStatus,
    scheduler,
    now,
    timers: realTimers,
    yieldToEventLoop,
    retryRefused: signIns.retryRefused,
    saveResults: csv.saveResults,
  });
  const selectionActions = createSelectionActions({
    database,
    cloudflare,
    authorizationOf: signIns.authorizationOf,
    selected: list.selected,
    isWriting: sendStatus.isWriting,
    onRemoved(ids) {
      for (const id of ids) sendStatus.forget(id);
    },
    removeSignIn: signIns.remove,
    readQueue,
    yieldToEventLoop,
    onChange: mark('selection-actions'),
  });
  const additions = createAdditions({ database, cloudflare, signIns, now, yieldToEventLoop });
  const sending = {
    sendFirst: scheduler.first,
    retryNow(id: string) {
      signIns.retryRefused();
      scheduler.retryNow(id);
    },
  };
  const changeHandlers = createChanges({
    database,
    now,
    sendStatus,
    organizationPage: (id) => organizationPage(database, sendStatus, id),
    ...sending,
    onHistoryListed: work.onHistoryListed,
  });
  const pendingChanges = createPendingChanges({
    database,
    now,
    sendStatus,
    ...sending,
    yieldToEventLoop,
  });
  const refresh = (id: string) => profileReader.read(id, { isPageOpen: true });
  const organizations = createOrganizations({
    database,
    cloudflare,
    authorizationOf: signIns.authorizationOf,
    now,
    justSaved,
    sendStatus,
    refresh,
    refreshOnOpen: createRefreshOnOpen(realTimers, refresh),
    removeSignIn: signIns.remove,
    rememberOpenPage,
    copy: writeRichText,
    openDashboard: (entry) => throttleOpening(() => shell.openExternal(dashboardAddress(entry))),
  });
  /** Logs a failed copy, because a menu cannot show it. */
  const logCopyFailure = (work: Promise<unknown>): void =>
    void work.catch((error: unknown) => log('clipboard', error));
  const contextMenus = createContextMenus({
    elapsed: clock.elapsed,
    window: window.current,
    read: (id) => menuSubjectOf(database, id),
    copyText: (text) => logCopyFailure(Promise.resolve(clipboard.writeText(text))),
    copyLetterhead: (id) => logCopyFailure(copyLetterhead(database, id, writeRichText)),
    send: (command, entryId) => emit('organizationCommand', { command, entryId }),
    sendForSelection: (command) => emit('selectionCommand', { command }),
    undo: {
      can: () => appMenu.isEnabled('undo'),
      run: () => emit('menuCommand', { command: 'undo' }),
    },
    onUnexpected: (error) => log('context-menu', error),
  });
  window.onContextMenu(contextMenus.handleEvent);
  // A table about to be imported is shown by this window only.
  window.onClosed(csv.forgetImport);
  const supportSources = { now, database, connection: connection.current, banners: banners.all };
  about.setDetails(() => supportDetails(environment, about.facts, supportSources));

  // Subscribers of the change feed: the window's events, the preferences, and a banner.
  const publisher = startPublisher({
    changes,
    emit,
    timers: realTimers,
    soon: setImmediate,
    openId: sendStatus.openId,
    organizationPage: (id) => database.read((tables) => viewOf(tables, id, sendStatus)),
    publications: publications({
      signInsChanged: () => listSignIns(database),
      connectionChanged: () => success(connection.current()),
      savesChanged: () => listSaves(saveContext),
      batchesChanged: manyChanges.batches,
      changesChanged: pendingChanges.counts,
      bannersChanged: () => success(banners.all()),
      settingsChanged: () => success(readPreferences(database)),
      checksChanged: () => success(checks.status()),
      initialFetchChanged: () => success(readQueue.initialFetch()),
      additionsChanged: additions.status,
      importProgressChanged: () => success(csv.importProgress()),
      selectionActionsChanged: () => success(selectionActions.status()),
      updatesChanged: () => success(updating.updates.status()),
    }),
  });
  followPreferences({ database, language, translate, emit });
  followSessionOnly({ changes, banners, labels: signIns.sessionOnlyLabels });
  changes.subscribe(({ topics }) => {
    if (!topics.has('settings')) return;
    checks.settingsChanged();
    updating.updates.settingsChanged();
  });

  // Stopping takes milliseconds. Consumers stop before the services they use.
  const services: { stop(): unknown }[] = [
    publisher,
    listBuilder,
    csv,
    saves,
    manyChanges,
    additions,
    work,
    clockMonitor,
    connectivity,
    signIns,
    keychain,
    limiter,
    updating.updates,
  ];
  const stop = (): void => services.forEach((service) => void service.stop());

  // What is decided about changes and saves of earlier runs waits until these have been checked.
  const { submit, discard, ...decisions } = changeHandlers.changes;
  const { withdraw, decide, useTheirs } = pendingChanges.handlers;
  const { pause, resume, cancel, retryFailed, close } = saves.handlers;

  // The handlers of the window's calls. The gate then also answers the calls that are already waiting.
  const handlers: HandlersExcept<FirstHandlers> = {
    app: {
      about: () => success(about.facts),
      dismissBanner({ kind }) {
        banners.hide(kind);
        recovery.dismissed(kind);
        updating.bannerDismissed(kind);
        return success(null);
      },
      setSidebarWidth: ({ width }) => saveSidebarWidth(database, width),
      openLink: ({ url }) =>
        openLink(url, (address) => throttleOpening(() => shell.openExternal(address))),
      clearCopiedKey: async ({ key }) => success({ cleared: await clearCopiedKey(key, clipboard) }),
      copyTokenInstructions: async ({ readOnly }) => {
        await clipboard.writeText(tokenInstructions(readOnly));
        return success(null);
      },
    },
    organizations: {
      ...organizations,
      ...afterKeyIfSoon({ changeSignIn: organizations.changeSignIn }),
    },
    table: table.handlers,
    menus: {
      reportTarget(declared) {
        contextMenus.setTarget(declared);
        return success(null);
      },
      setEnabled({ items }) {
        appMenu.enable(items, window.current()?.webContents.getZoomLevel() ?? 0);
        return success(null);
      },
    },
    ...changeHandlers,
    drafts: { ...changeHandlers.drafts, ...manyChanges.drafts },
    changes: {
      ...changeHandlers.changes,
      ...manyChanges.changes,
      ...pendingChanges.handlers,
      ...afterKey({ ...decisions, decide, useTheirs }),
      ...afterKeyIfSoon({ discard, withdraw }),
      ...withKeyIfSoon({ submit, submitMany: manyChanges.changes.submitMany }),
    },
    labels: createLabels({ database, selected: list.selected, yieldToEventLoop }),
    activity: createActivity({ database, save: csv.saveActivity, yieldToEventLoop }),
    additions: additions.handlers,
    saves: {
      ...saves.handlers,
      ...afterKey({ pause, resume, cancel, retryFailed, close }),
    },
    csv: csv.handlers,
    selectionActions: selectionActions.handlers,
    connection: connection.handlers,
    checks: {
      get: () => success(checks.status()),
      run() {
        checks.runNow();
        return success(null);
      },
    },
    initialFetch: { get: () => success(readQueue.initialFetch()) },
    recovery: recovery.handlers,
    settings: createSettings(database),
    updates: updating.handlers,
    signIns: {
      ...signIns.handlers,
      ...afterKeyIfSoon({ remove: signIns.handlers.remove }),
      canStoreKey: async (request) => {
        const usable = await signIns.handlers.canStoreKey(request);
        // The keychain is unlocked now, so this can look for keys of a lost database without a prompt.
        if (usable.ok) void recovery.offerOrphanedKeys();
        return usable;
      },
    },
    support: createSupport({
      details: about.details,
      copy: (text) => clipboard.writeText(text),
      showLogs: () => throttleOpening(() => showLogFolder(about.facts.logs)),
    }),
    reset: createReset({
      database,
      keychain: {
        index: () => keychain.index(),
        delete: (id) => keychain.delete(id),
        deleteFolderKey: verification.deleteKey,
      },
      userData: environment.userData,
      clearSessions: () => clearSessions(requestSessions),
      relaunchApp,
      reportUndeletedFiles,
      stop() {
        stop();
        database.close();
      },
    }),
  };
  gate.register(handlers);

  // The background work starts last, when everything that it may notify exists.
  firstScreen.stopOnQuit({
    stop,
    finish: updating.updates.finish,
    onStartedAgain: updating.updates.startAfterwards,
  });
  powerMonitor.on('resume', () => {
    scheduler.resume();
    void connectivity.probeNow();
  });
  powerMonitor.on('suspend', () => {
    scheduler.suspend();
    signIns.forgetKeys();
  });
  powerMonitor.on('shutdown', firstScreen.saveUnasked);
  // Electron emits this on macOS and Windows only.
  powerMonitor.on('lock-screen', signIns.forgetKeys);
  listBuilder.start();
  // First, because everything that goes to Cloudflare waits for it.
  void verification.ready();
  app.on('before-quit', verification.hurry);
  void clearPageStorage();
  work.start();
  void connectivity.probeNow();
  void signIns.finishInterrupted();
  clockMonitor.start();
  manyChanges.start();
  additions.start();
  setImmediate(() => {
    recovery.start();
    updating.updates.start();
  });
}
