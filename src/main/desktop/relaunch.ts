/** Clears everything that Chromium stored, and relaunches the app, after *Remove everything*. */
import { app, dialog, session, type Session } from 'electron';
import { m } from '../../shared/messages';
import { WINDOW_PARTITION } from './security-restrictions';

/** Clears what Chromium stores for our pages and, in `ofRequests`, for requests: storage, caches, connections. */
export async function clearSessions(ofRequests: readonly Session[]): Promise<void> {
  const sessions = [session.defaultSession, session.fromPartition(WINDOW_PARTITION), ...ofRequests];
  for (const used of sessions) {
    await used.clearStorageData();
    await used.clearCache();
    await used.clearAuthCache();
    await used.clearHostResolverCache();
    await used.closeAllConnections();
  }
}

/** Shows the paths of the files that could not be removed; resolves when the person has confirmed. */
export async function reportUndeletedFiles(paths: readonly string[]): Promise<void> {
  await dialog.showMessageBox({
    type: 'warning',
    title: m.app_name(),
    message: m.reset_files_left(),
    detail: m.reset_files_left_text({ paths: paths.join('\n') }),
    buttons: [m.common_continue()],
    noLink: true,
  });
}

/**
 * Exits immediately and starts a new process. The page is not asked to save typed text, because everything has just
 * been removed.
 */
export function relaunchApp(): void {
  app.relaunch();
  app.exit(0);
}
