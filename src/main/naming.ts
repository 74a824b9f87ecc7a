/** What is said of the app itself: in About, in the menu, and in the details for support. */
import { app } from 'electron';
import { m } from '../shared/messages';
import { showLogFolder } from './desktop/logs';
import { setMenu } from './desktop/menu';
import type { Place } from './desktop/prepare';
import { systemFacts } from './desktop/system-facts';
import { logFolder } from './diagnostics/log';
import { gatherFacts, type GatherOptions } from './help/gather';
import { supportText } from './help/support-text';
import type { Emit } from './ipc';
import type { Banners } from './recovery/banners';

/** What naming needs. */
export interface NamingOptions extends Pick<GatherOptions, 'now' | 'store' | 'connection'> {
  place: Place;
  version: string;
  banners: Banners;
  emit: Emit;
}

/** What the app says of itself. */
export interface Naming {
  about: {
    version: string;
    electron: string;
    chromium: string;
    /** Absolute path of the folder of the logs. */
    logs: string;
    packaged: boolean;
  };
  /** The details for support. */
  details(): string;
  /** Puts About and menu in the language spoken now; again when another one is. */
  nameEverything(): void;
}

/** Builds it; nothing is shown before `nameEverything`. */
export function createNaming(options: NamingOptions): Naming {
  const { place, version, banners, emit } = options;
  const about = {
    version,
    electron: process.versions.electron ?? '',
    chromium: process.versions['chrome'] ?? '',
    logs: logFolder(place.userData),
    packaged: place.packaged,
  };
  return {
    about,
    details: () =>
      supportText(
        gatherFacts({
          ...{ now: options.now, store: options.store, connection: options.connection },
          ...{ app: about, userData: place.userData, system: systemFacts(), banners: banners.all },
        }),
      ),
    nameEverything() {
      app.setAboutPanelOptions({
        applicationName: m.app_name(),
        // Said in full: a package may be made with another Electron than the one of package.json.
        applicationVersion: m.desktop_about_detail(about),
        iconPath: place.icon,
      });
      setMenu({
        send: (command) => emit('menuCommand', { command }),
        showAbout: () => app.showAboutPanel(),
        showLogs: () => void showLogFolder(about.logs),
        platform: process.platform,
        packaged: place.packaged,
      });
    },
  };
}
