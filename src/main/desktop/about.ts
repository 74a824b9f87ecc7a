/** Facts about the app for the About panel, the menu and the details for support. */
import { app } from 'electron';
import { m } from '../../shared/messages';
import { logFolder } from '../support';
import type { EnabledItems } from '../../shared/contract/menus';
import type { Emit } from '../ipc';
import type { Help } from './help-window';
import { showLogFolder } from './links';
import { enableItems, setMenu } from './menu';
import type { Environment } from './environment';

/** The app's facts, and where they are shown. */
export interface About {
  facts: {
    version: string;
    electron: string;
    chromium: string;
    /** Absolute path of the log's folder. */
    logs: string;
    packaged: boolean;
  };
  /** Text of the details for support; only name and version until `setDetails`. */
  details(): string;
  /** Sets the source of the details, once all services exist. */
  setDetails(details: () => string): void;
  /** Builds the About panel and the menu in the current language; call again when the language changes. */
  translate(emit: Emit): void;
  /**
   * Enables these items of the menu, and disables the others that the page carries out.
   * @param zoomLevel that of the window; 0 is 100 %
   */
  enable(items: EnabledItems, zoomLevel: number): void;
  /** Whether the page said that it can carry out an item of the menu now. */
  isEnabled(item: EnabledItems[number]): boolean;
}

/** Collects the facts; About panel and menu are set by `translate`. */
export function createAbout(environment: Environment): About {
  const facts = {
    version: app.getVersion(),
    electron: process.versions.electron ?? '',
    chromium: process.versions['chrome'] ?? '',
    logs: logFolder(environment.userData),
    packaged: environment.packaged,
  };
  let details = (): string => `${m.app_name()} ${facts.version}`;
  /** The items of the menu that can do something now. None until the page has reported them. */
  let enabled: EnabledItems = [];
  let zoomLevel = 0;
  const enableShown = (): void => enableItems(enabled, { platform: process.platform, zoomLevel });
  let help: Promise<Help> | null = null;
  const loadHelp = (): Promise<Help> =>
    (help ??= import('./help-window').then(({ createHelp }) => createHelp(environment)));
  return {
    facts,
    details: () => details(),
    setDetails: (provided) => void (details = provided),
    translate(emit) {
      void help?.then(({ translate }) => translate());
      app.setAboutPanelOptions({
        applicationName: m.app_name(),
        // Includes Electron's version: a package may contain a different Electron than package.json names.
        applicationVersion: m.desktop_about_detail(facts),
        iconPath: environment.icon,
      });
      setMenu({
        send: (command) => emit('menuCommand', { command }),
        showAbout: () => app.showAboutPanel(),
        showLogs: () => void showLogFolder(facts.logs),
        showHelp: (page) => void loadHelp().then(({ show }) => show(page)),
        platform: process.platform,
        packaged: environment.packaged,
      });
      enableShown();
    },
    enable(items, level) {
      enabled = items;
      zoomLevel = level;
      enableShown();
    },
    isEnabled: (item) => enabled.includes(item),
  };
}
