/** What the app says of itself: in About, in the menu, and in the details for support as far as it has come. */
import { app } from 'electron';
import { m } from '../../shared/messages';
import { logFolder } from '../support/log';
import type { Emit } from '../ipc';
import { showLogFolder } from './links';
import { setMenu } from './menu';
import type { Place } from './environment';

/** The app as it describes itself. */
export interface About {
  facts: {
    version: string;
    electron: string;
    chromium: string;
    /** Absolute path of the folder of the logs. */
    logs: string;
    packaged: boolean;
  };
  /** The details for support; only name and version until `describeWith`. */
  details(): string;
  /** From now on this gives the details. */
  describeWith(details: () => string): void;
  /** Puts About and menu in the language spoken now; again when another one is. */
  translate(emit: Emit): void;
}

/** Builds it; nothing is shown before `translate`. */
export function createAbout(place: Place): About {
  const facts = {
    version: app.getVersion(),
    electron: process.versions.electron ?? '',
    chromium: process.versions['chrome'] ?? '',
    logs: logFolder(place.userData),
    packaged: place.packaged,
  };
  let details = (): string => `${m.app_name()} ${facts.version}`;
  return {
    facts,
    details: () => details(),
    describeWith: (given) => void (details = given),
    translate(emit) {
      app.setAboutPanelOptions({
        applicationName: m.app_name(),
        // Said in full: a package may be made with another Electron than the one of package.json.
        applicationVersion: m.desktop_about_detail(facts),
        iconPath: place.icon,
      });
      setMenu({
        send: (command) => emit('menuCommand', { command }),
        showAbout: () => app.showAboutPanel(),
        showLogs: () => void showLogFolder(facts.logs),
        platform: process.platform,
        packaged: place.packaged,
      });
    },
  };
}
