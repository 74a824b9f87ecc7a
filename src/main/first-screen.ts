/**
 * The first screen: the database, the list, the words and the window, and nothing else. All other services
 * are read once it has painted (app.ts), so that they cost the start nothing. Calls of the window that are
 * theirs wait until then.
 */
import { app, screen } from 'electron';
import { success } from '../shared/failure';
import { locale } from '../shared/messages/locale';
import { applyAppearance, followAppearance } from './desktop/appearance';
import { createAbout, type About } from './desktop/about';
import { watchMain } from './desktop/crash-main';
import type { BootWindow } from './desktop/boot-window';
import { createLanguage, type AppLanguage } from './desktop/language';
import { followLifecycle, type RunningServices } from './desktop/app-lifecycle';
import { becomeOnlyInstance } from './desktop/environment';
import { PAGE_URL } from './desktop/app-protocol';
import type { Place } from './desktop/environment';
import { openOrAsk } from './desktop/store-dialog';
import { createMainWindow, type MainWindow } from './desktop/main-window';
import { createLog, type LogUnexpected } from './support/log';
import { createElectronGate, isTrustedFrame, type Gate } from './ipc';
import { createList, type List } from './organizations/list';
import { createBanners, watchStore, type Banners } from './recovery/banners';
import { readPreferences } from './settings/settings';
import { listSignIns } from './sign-ins/view';
import { openStore, type OpenedStore } from './database';
import type { Store } from './database/tables';
import { createSendStatus, type SendStatus } from './sync/status';

/** What is there once the window has painted: app.ts builds the rest on it. */
export interface FirstScreen {
  place: Place;
  log: LogUnexpected;
  language: AppLanguage;
  opened: OpenedStore;
  store: Store;
  progress: SendStatus;
  banners: Banners;
  about: About;
  list: List;
  gate: Gate;
  window: MainWindow;
  /** From now on quitting ends these, too. */
  quitWith(services: RunningServices): void;
}

function openDatabase({ userData }: Place, log: LogUnexpected): OpenedStore | null {
  return openOrAsk(() => {
    const only = becomeOnlyInstance(userData);
    if (!only.ok) return only;
    return openStore(userData, {
      now: Date.now,
      onUnexpected: (error) => log('store', error),
      onUnreadable: ({ table }) => log(`unreadable row in ${table}`, null),
    });
  }, userData);
}

/**
 * Opens the database and shows the window with its list.
 * @param onPainted is called once the list is on screen
 * @returns null when the database cannot be opened and the person chose to quit
 */
export function showFirstScreen(
  place: Place,
  first: BootWindow,
  {
    log,
    language,
    onPainted,
  }: { log: LogUnexpected; language: AppLanguage; onPainted: () => void },
): FirstScreen | null {
  const opened = openDatabase(place, log);
  if (!opened) return null;
  const banners = createBanners(opened.store.changes);
  const store = watchStore(opened.store, banners);
  const preferences = readPreferences(store);
  followAppearance();
  applyAppearance(preferences.appearance);
  language.choose(preferences.language);

  const progress = createSendStatus(store.changes);
  const list = createList({ store, progress, now: Date.now });
  const about = createAbout(place);
  const page = place.developmentPage ?? PAGE_URL;
  const window = createMainWindow({
    page,
    first: first.take,
    out: place.out,
    icon: place.icon,
    packaged: place.packaged,
    store,
    log,
    details: about.details,
    openId: progress.openId,
    quit: () => app.quit(),
    // The page has asked and puts itself in order: main is idle, and the window is shown with its menu.
    onPage: about.translate,
  });
  const gate = createElectronGate({
    onUnexpected: log,
    isTrusted: (event) => isTrustedFrame(event, window.current()?.webContents.id ?? null, page),
  });
  let hasPainted = false;
  gate.register('app', {
    locale: () => success(locale()),
    banners: () => success(banners.all()),
    flushed({ unsaved }) {
      window.flushed(unsaved);
      return success(null);
    },
    painted() {
      window.painted();
      if (!hasPainted) onPainted();
      hasPainted = true;
      return success(null);
    },
  });
  gate.register('organizations', list.list);
  gate.register('selection', list.selection);
  gate.register('signIns', { list: () => listSignIns(store) });

  window.show();
  first.listening();
  // Of the tallest screen: what a page as it is zoomed has room for, in px of the page.
  const height = Math.max(...screen.getAllDisplays().map(({ workArea }) => workArea.height));
  setImmediate(() => list.prepare(height / (window.current()?.webContents.getZoomFactor() ?? 1)));

  const quitWith = followLifecycle({
    app,
    platform: process.platform,
    current: window.current,
    show: window.show,
    close: () => store.close(),
  });
  return {
    place,
    log,
    language,
    opened,
    store,
    progress,
    banners,
    about,
    list,
    gate,
    window,
    quitWith,
  };
}

/** Runs the app in the window that is open already; Electron is ready. */
export async function start(place: Place, first: BootWindow): Promise<void> {
  // Even a failure to start has words.
  const language = createLanguage(app);
  const log = createLog(place.userData);
  let shown: FirstScreen | null = null;
  const watch = watchMain({ log, details: () => shown?.about.details() ?? null });
  try {
    const painted = new Promise<void>((onPainted) => {
      shown = showFirstScreen(place, first, { log, language, onPainted });
    });
    if (!shown) return app.exit(1);
    await painted;
    const { startServices } = await import('./app');
    startServices(shown);
  } catch (error) {
    watch.startFailed(error);
  }
}
