/** The composition of the app: database, what lies outside, gate with features, menu, window, end. */
import { app, clipboard, Notification, powerMonitor, screen, shell } from 'electron';
import { realTimers } from './lib/timers';
import { locale } from '../shared/messages/locale';
import { applyAppearance, followAppearance } from './desktop/appearance';
import { createFileDialogs } from './desktop/file-dialogs';
import { clearSessions, startAnew, tellLeftFiles } from './desktop/anew';
import { showInWindow } from './desktop/forward';
import type { FirstWindow } from './desktop/first-window';
import type { AppLanguage } from './desktop/language';
import { followLifecycle } from './desktop/lifecycle';
import { showLogFolder } from './desktop/logs';
import { createNotifications } from './desktop/notifications';
import { becomeOnlyInstance } from './desktop/only-instance';
import type { Place } from './desktop/prepare';
import { PAGE_URL } from './desktop/page-files';
import { openOrAsk } from './desktop/store-dialog';
import { createTheWindow } from './desktop/the-window';
import type { LogUnexpected } from './diagnostics/log';
import { registerFeatures } from './features';
import { createElectronGate, createEmit, isTrustedFrame } from './ipc';
import { createPace } from './ipc/pace';
import { createAnnouncer } from './organizations/announcer';
import { createNaming } from './naming';
import { createOutside } from './outside';
import { createBanners } from './recovery/banners';
import { watchStore } from './recovery/watch-store';
import { readPreferences } from './settings/preferences';
import { createSignInAnnouncer } from './sign-ins';
import { openStore } from './store';
import { createProgress } from './sync/progress';
import { createUpdating } from './updates';

/** Rows are told at most so often, in ms: a background check must not keep the window sorting. */
const TOLD_EVERY_MS = 100;
/** The same of sign-ins, for which the changes of all organizations are counted. */
const SIGN_INS_TOLD_EVERY_MS = 1_000;
/** What could not be read from the database is told after so long, in ms. */
const TOLD_AGAIN_MS = 2_000;

/** What a crash needs of the running app. */
export interface RunningApp {
  /** The details for support. */
  details(): string;
}

/** Builds and starts the app; Electron is ready. Null when the person chose to quit at once. */
export function run(
  place: Place,
  onUnexpected: LogUnexpected,
  language: AppLanguage,
  first: FirstWindow,
): RunningApp | null {
  const now = Date.now;
  const version = app.getVersion();
  const opened = openOrAsk(() => {
    const only = becomeOnlyInstance(place.userData);
    if (!only.ok) return only;
    return openStore(place.userData, {
      now,
      onUnexpected: (error) => onUnexpected('store', error),
      onUnreadable: ({ table }) => onUnexpected(`unreadable row in ${table}`, null),
    });
  }, place.userData);
  if (!opened) {
    app.exit(1);
    return null;
  }

  const pageUrl = place.developmentPage ?? PAGE_URL;
  const emit = createEmit(
    (channel, payload) => theWindow.current()?.webContents.send(channel, payload),
    onUnexpected,
  );
  const banners = createBanners((all) => emit('bannersChanged', all));
  const store = watchStore(opened.store, banners);
  const progress = createProgress((id) => {
    announcer.organization(id);
    features.connectionChanged();
    features.bulkChanged();
  });
  const tellSignIns = createSignInAnnouncer({
    list: () => outside.signIns.list(),
    tell: (list) => emit('signInsChanged', list),
  });
  const soonOfSignIns = createPace(realTimers, setImmediate, SIGN_INS_TOLD_EVERY_MS);
  const announcer = createAnnouncer({
    ...{ store, progress, emit },
    later: createPace(realTimers, setImmediate, TOLD_EVERY_MS),
    atOnce: setImmediate,
    afterWhile: (tell) => void setTimeout(tell, TOLD_AGAIN_MS).unref(),
    onTold: () => soonOfSignIns(tellSignIns),
  });
  const onSignInsChanged = (): void => {
    tellSignIns();
    announcer.everything();
    const labels = outside.signIns.sessionOnlyLabels();
    if (labels.length > 0) banners.show({ kind: 'session-only', labels });
    else banners.hide('session-only');
  };
  const outside = createOutside({
    place,
    version,
    store,
    progress,
    onSignInsChanged,
    onConnectionChanged: () => {
      features.connectionChanged();
      features.bulkChanged();
      updates.connectionChanged();
    },
    onKeychainAsking: (asking) =>
      asking ? banners.show({ kind: 'keychain-asking' }) : banners.hide('keychain-asking'),
    isLooking: (id) => theWindow.current() !== null && progress.isOpen(id),
    onChecksChanged: () => features.checksChanged(),
    onChangesFound: createNotifications({
      Notification,
      store,
      wanted: () => readPreferences(store).notify,
      isFocused: () => theWindow.current()?.isFocused() ?? false,
      show: (organizationId) =>
        showInWindow({ current: theWindow.current, open: theWindow.show }, () =>
          emit('showRequested', { organizationId }),
        ),
    }),
  });
  const updating = createUpdating({
    ...{ place, store, emit, banners, log: onUnexpected },
    isOffline: () => outside.connectivity.status().state === 'offline',
  });
  const { updates } = updating;
  const { about, details, nameEverything } = createNaming({
    ...{ place, version, store, banners, emit, now },
    connection: () => ({
      ...outside.connectivity.status(),
      blockedUntil: outside.blockedUntil(),
    }),
  });
  const theWindow = createTheWindow({
    ...{ page: pageUrl, first: first.take },
    ...{ out: place.out, icon: place.icon, packaged: place.packaged },
    ...{ store, emit, log: onUnexpected, details, openId: progress.openId },
    quit: () => app.quit(),
    // The page has asked and puts itself in order: main is idle, and the window is shown with its menu.
    onPage: nameEverything,
  });
  const stop = (): void => {
    features.stop();
    outside.stop();
    updates.stop();
  };
  /** Of the tallest screen: what a page as it is zoomed has room for, in px of the page. */
  const listHeight = (): number =>
    Math.max(...screen.getAllDisplays().map(({ workArea }) => workArea.height)) /
    (theWindow.current()?.webContents.getZoomFactor() ?? 1);
  const features = registerFeatures({
    gate: createElectronGate({
      onUnexpected,
      isTrusted: (event) =>
        isTrustedFrame(event, theWindow.current()?.webContents.id ?? null, pageUrl),
    }),
    opened,
    store,
    now,
    emit,
    banners,
    progress,
    announcer,
    outside,
    updating,
    dialogs: createFileDialogs(() => theWindow.current()),
    listHeight,
    language: () => app.getSystemLocale(),
    onSignInsChanged,
    onPreferences: (preferences) => {
      applyAppearance(preferences.appearance);
      if (language.choose(preferences.language)) {
        nameEverything();
        emit('localeChanged', locale());
      }
      outside.check.reconsider();
      updates.reconsider();
    },
    about,
    help: {
      details,
      copy: (text) => clipboard.writeText(text),
      showLogs: () => showLogFolder(about.logs),
    },
    everything: {
      ...{ userData: place.userData, clearSessions, startAnew },
      stop: () => {
        stop();
        store.close();
      },
      tellLeft: tellLeftFiles,
    },
    openExternal: (address) => shell.openExternal(address),
    onFlushed: (unkept) => theWindow.flushed(unkept),
  });

  const preferences = readPreferences(store);
  followAppearance();
  applyAppearance(preferences.appearance);
  language.choose(preferences.language);
  theWindow.show();
  first.listening();
  // Nothing is told to anybody before the first paint, so that this is still true then.
  setImmediate(features.prepareFirstPaint);

  powerMonitor.on('resume', () => outside.woke());
  followLifecycle({
    app,
    platform: process.platform,
    current: theWindow.current,
    show: theWindow.show,
    stop,
    finish: updates.finish,
    close: () => store.close(),
    startedMeanwhile: updates.startAfterwards,
  });
  return { details };
}
