/** Facts about the app for the About panel and the details for support. */
import { app } from 'electron';
import { m } from '../../shared/messages';
import { logFolder } from '../support';
import type { Environment } from './environment';

/** Collects the facts; `translate` sets the About panel. */
export function createAbout(environment: Environment) {
  const facts = {
    version: app.getVersion(),
    electron: process.versions.electron ?? '',
    chromium: process.versions['chrome'] ?? '',
    logs: logFolder(environment.userData),
    packaged: environment.packaged,
  };
  let details = (): string => `${m.app_name()} ${facts.version}`;
  return {
    facts,
    /** Text of the details for support; only name and version until `setDetails`. */
    details: (): string => details(),
    /** Sets the source of the details, once all services exist. */
    setDetails: (provided: () => string): void => void (details = provided),
    /** Sets the About panel in the current language; call again when the language changes. */
    translate(): void {
      app.setAboutPanelOptions({
        applicationName: m.app_name(),
        // Includes Electron's version: a package may contain a different Electron than package.json names.
        applicationVersion: m.desktop_about_detail(facts),
        iconPath: environment.icon,
      });
    },
  };
}

/** The app's facts, and where they are shown. */
export type About = ReturnType<typeof createAbout>;
