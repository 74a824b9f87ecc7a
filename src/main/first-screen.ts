/**
 * The first screen: database, list, language and window. Only what the first paint needs is imported here;
 * app.ts builds everything else once the list is on screen. The window's calls pass through the IPC gate
 * (ipc/gate.ts). Calls whose handlers are registered in app.ts wait there.
 */
import { app, screen } from 'electron';
import type { Handlers } from '../shared/contract/bridge';
import { success } from '../shared/result';
import { locale } from '../shared/messages/locale';
import { openDatabase, type OpenedDatabase } from './database';
import { createAbout } from './desktop/about';
import { createAppMenu } from './desktop/app-menu';
import { followLifecycle } from './desktop/app-lifecycle';
import { PAGE_URL } from './desktop/app-protocol';
import { applyAppearance, followAppearance } from './desktop/appearance';
import type { BootWindow } from './desktop/boot-window';
import { quitAfterCrash, watchMain } from './desktop/crash-main';
import { acquireInstanceLock, type Environment } from './desktop/environment';
import { createLanguage, type AppLanguage } from './desktop/language';
import { createLazyHelp } from './desktop/lazy-help';
import { showLogFolder } from './desktop/open-external';
import { createMainWindow } from './desktop/main-window';
import { readLastWindow } from './desktop/last-window';
import { createMovedDialog, openOrAskToRetry } from './desktop/database-dialog';
import { createElectronGate, isTrustedFrame, type Emit } from './ipc';
import { indexIdIn } from './keychain/index-id';
import { createList, type List } from './organizations/list';
import { createBanners, watchDatabase } from './recovery/banners';
import { readPreferences } from './settings/settings';
import { listSignIns } from './sign-ins/view';
import { createLog, type LogUnexpected } from './support/log';
import { createSendStatus } from './changes/send-status';

/** The calls that the first paint needs. app.ts answers all others. */
export interface FirstHandlers {
  app: Pick<Handlers<'app'>, 'locale' | 'banners' | 'lastWindow' | 'flushed' | 'painted'>;
  organizations: List['list'];
  selection: List['selection'];
  signIns: Pick<Handlers<'signIns'>, 'list'>;
}

/** Dependencies of `showFirstScreen`, besides the environment and the boot window. */
interface FirstScreenOptions {
  log: LogUnexpected;
  /** Quits the app after its window failed. */
  quit: () => void;
  language: AppLanguage;
  /** Called once, when the list is on screen. */
  onPainted: () => void;
}

/** Opens the database; after a failure the person may retry. Null when the person chose to quit. */
function openOrQuit({ userData }: Environment, log: LogUnexpected): OpenedDatabase | null {
  return openOrAskToRetry(() => {
    const locked = acquireInstanceLock(userData);
    if (!locked.ok) return locked;
    return openDatabase(userData, {
      now: Date.now,
      onUnexpected: (error) => log('database', error),
      onUnreadable: ({ table }) => log(`unreadable row in ${table}, put aside`, null),
    });
  }, userData);
}

/**
 * Opens the database and shows the window with its list.
 * @returns null when the database cannot be opened and the person chose to quit
 */
export function showFirstScreen(
  environment: Environment,
  bootWindow: BootWindow,
  { log, quit, language, onPainted }: FirstScreenOptions,
) {
  // The database. A failed write shows a banner, whichever module wrote.
  const found = openOrQuit(environment, log);
  if (!found) return null;
  const indexId = indexIdIn(environment.userData);
  const opened: OpenedDatabase = {
    ...found,
    rescue() {
      const saved = found.rescue();
      return saved.ok ? indexId.restore() : saved;
    },
  };
  const banners = createBanners(opened.database.changes);
  const movedDialog = createMovedDialog({
    current: () => window.current(),
    folder: environment.userData,
    opened,
  });
  const database = watchDatabase(opened.database, banners, () => setImmediate(movedDialog.ask));

  // Appearance and language, before anything is visible.
  const preferences = readPreferences(database);
  followAppearance();
  applyAppearance(preferences.appearance);
  language.choose(preferences.language);

  // The list, its window, and the calls that the first paint needs.
  const sendStatus = createSendStatus(database.changes);
  const list = createList({ database, sendStatus, now: Date.now });
  const about = createAbout(environment);
  const help = createLazyHelp(
    () => import('./desktop/help-window').then(({ createHelp }) => createHelp(environment)),
    (error) => log('help', error),
  );
  const appMenu = createAppMenu({
    showAbout: () => app.showAboutPanel(),
    showLogs: () => void showLogFolder(about.facts.logs),
    showHelp: help.show,
    packaged: environment.packaged,
  });
  /** Translates what main itself shows: the menu, the About panel and the help. Call when the language changes. */
  const translate = (emit: Emit): void => {
    help.translate();
    about.translate();
    appMenu.translate(emit);
  };
  const page = environment.developmentPage ?? PAGE_URL;
  const window = createMainWindow({
    page,
    takeBootWindow: bootWindow.take,
    out: environment.out,
    icon: environment.icon,
    packaged: environment.packaged,
    database,
    log,
    details: about.details,
    askBeforeClosing: movedDialog.askBeforeClosing,
    onStayed: () => onStayed(),
    openId: sendStatus.openId,
    // Its page has failed, or it does not respond.
    quit,
    // The menu's bar takes some of the page's height.
    onOpened: translate,
  });
  const gate = createElectronGate({
    onUnexpected: log,
    isTrusted: (event) => isTrustedFrame(event, window.pages, page),
  });
  let hasPainted = false;
  const handlers: FirstHandlers = {
    app: {
      locale: () => success(locale()),
      banners: () => success(banners.all()),
      lastWindow: () => readLastWindow(database),
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
    },
    organizations: list.list,
    selection: list.selection,
    signIns: { list: () => listSignIns(database) },
  };
  gate.register({ ...handlers });

  // The page's script waited for the gate; now it may run.
  window.show();
  bootWindow.listening();
  // Reads the first rows before the page asks: as many as fit on the tallest screen, in zoomed CSS pixels.
  const height = Math.max(...screen.getAllDisplays().map(({ workArea }) => workArea.height));
  setImmediate(() => list.prepare(height / (window.current()?.webContents.getZoomFactor() ?? 1)));

  /** Saves what only the app has, if the file of its database was moved and no one can be asked. */
  const saveUnasked = (): void => {
    const saved = opened.isMoved() ? opened.rescue() : success(null);
    if (!saved.ok) log(`saving a moved database: ${saved.failure.code}`, null);
  };
  const { stopOnQuit, onStayed } = followLifecycle({
    app,
    signals: process,
    platform: process.platform,
    current: window.current,
    show: window.show,
    saveUnasked,
    close: () => database.close(),
  });
  return {
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
    saveUnasked,
    stopOnQuit,
  };
}

/** The services that exist after the first paint. app.ts builds the other services on them. */
export type FirstScreen = NonNullable<ReturnType<typeof showFirstScreen>>;

/**
 * Shows the first screen in the boot window, then starts all other services. Electron must be ready.
 * @param loadServices loads app.ts, which must not happen before the first paint
 */
export async function start(
  environment: Environment,
  bootWindow: BootWindow,
  loadServices: () => Promise<{ startServices(firstScreen: FirstScreen): void }>,
): Promise<void> {
  // First, so that a failed start can be explained in the person's language.
  const language = createLanguage(app);
  const { log, written } = createLog(environment.userData);
  const quit = (): void => quitAfterCrash(written());
  let firstScreen: FirstScreen | null = null;
  const watch = watchMain({ log, quit, details: () => firstScreen?.about.details() ?? null });
  try {
    const painted = new Promise<void>((onPainted) => {
      firstScreen = showFirstScreen(environment, bootWindow, { log, quit, language, onPainted });
    });
    if (!firstScreen) return app.exit(1);
    await painted;
    const { startServices } = await loadServices();
    startServices(firstScreen);
  } catch (error) {
    watch.startFailed(error);
  }
}
