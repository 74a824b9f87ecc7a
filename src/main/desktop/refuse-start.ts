/**
 * Refuses to start when the app was launched with its protection off. This file is loaded only then, because it
 * imports the translated messages.
 */
import { app, dialog } from 'electron';
import { m } from '../../shared/messages';
import { createLanguage } from './language';

/** Explains why and exits. Window, database and keychain have not been touched. */
export function refuseStart(): void {
  // Sets the language of the messages.
  createLanguage(app);
  void app.whenReady().then(() => {
    dialog.showErrorBox(m.desktop_sandbox_off_title(), m.desktop_sandbox_off_text());
    app.exit(1);
  });
}
