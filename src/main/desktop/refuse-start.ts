/** The end of a start that came without its protection: one sentence, and nothing of ours has run. */
import { app, dialog } from 'electron';
import { m } from '../../shared/messages';
import { createLanguage } from './language';

/** Says why, and ends. No window, no database and no keychain were touched. */
export function refuseStart(): void {
  // Even a refusal to start has words.
  createLanguage(app);
  void app.whenReady().then(() => {
    dialog.showErrorBox(m.desktop_weakened_title(), m.desktop_weakened_text());
    app.exit(1);
  });
}
