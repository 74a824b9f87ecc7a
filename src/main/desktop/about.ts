/** What the app says of itself: in About, in the menu, and in the details for support. */
import { app } from 'electron';
import { m } from '../../shared/messages';
import { logFolder } from '../diagnostics/log';
import { gatherFacts, type GatherOptions } from '../help/gather';
import { supportText } from '../help/support-text';
import type { Emit } from '../ipc';
import type { Banners } from '../recovery/banners';
import { showLogFolder } from './logs';
import { setMenu } from './menu';
import type { Place } from './prepare';
import { systemFacts } from './system-facts';

/** What this needs. */
export interface AboutOptions extends Pick<GatherOptions, 'now' | 'store' | 'connection'> {
  place: Place;
  banners: Banners;
}

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
  /** The details for support. */
  details(): string;
  /** Puts About and menu in the language spoken now; again when another one is. */
  translate(emit: Emit): void;
}

/** Builds it; nothing is shown before `translate`. */
export function createAbout({ place, banners, now, store, connection }: AboutOptions): About {
  const facts = {
    version: app.getVersion(),
    electron: process.versions.electron ?? '',
    chromium: process.versions['chrome'] ?? '',
    logs: logFolder(place.userData),
    packaged: place.packaged,
  };
  return {
    facts,
    details: () =>
      supportText(
        gatherFacts({
          now,
          store,
          connection,
          app: facts,
          userData: place.userData,
          system: systemFacts(),
          banners: banners.all,
        }),
      ),
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
