/** Starting the app anew after everything was removed, and what Chromium kept until then. */
import { app, dialog, session } from 'electron';
import { m } from '../../shared/messages';

/** Clears what Chromium keeps for our pages and requests: storage, caches, connections. */
export async function clearSessions(): Promise<void> {
  for (const kept of [session.defaultSession, session.fromPartition('api', { cache: false })]) {
    await kept.clearStorageData();
    await kept.clearCache();
    await kept.clearAuthCache();
    await kept.clearHostResolverCache();
    await kept.closeAllConnections();
  }
}

/** Says which files are left and where; ends when the person has read it. */
export async function reportLeftFiles(paths: readonly string[]): Promise<void> {
  await dialog.showMessageBox({
    type: 'warning',
    title: m.app_name(),
    message: m.reset_left(),
    detail: m.reset_left_text({ paths: paths.join('\n') }),
    buttons: [m.reset_continue()],
    noLink: true,
  });
}

/**
 * Ends this process at once and starts another. The window is not asked to keep what is typed: that
 * was removed.
 */
export function relaunchApp(): void {
  app.relaunch();
  app.exit(0);
}
