/** Opens things outside the app: allowed links, Cloudflare's dashboard, and the folder of the log. */
import { mkdir } from 'node:fs/promises';
import { dialog, shell } from 'electron';
import type { EntryKind } from '../../shared/organization';
import { failed, success, type Result } from '../../shared/result';
import { m } from '../../shared/messages';
import { isAllowedLink } from './allowed-links';

/** The start page of Cloudflare's dashboard. */
const DASHBOARD = 'https://dash.cloudflare.com/';

/**
 * The page of an entry in Cloudflare's dashboard: for an account, the dashboard's address with the account's id, which
 * Cloudflare's command line tool, Wrangler, opens, too. For an organization no address is documented, so it is the
 * start page, from where _Organizations_ leads on (developers.cloudflare.com/fundamentals/organizations).
 */
export function dashboardAddress({ id, kind }: { id: string; kind: EntryKind }): string {
  return kind === 'account' ? `${DASHBOARD}${encodeURIComponent(id)}` : DASHBOARD;
}

/** The shortest time between two things that the page opens outside the app, in ms. */
const MIN_INTERVAL_MS = 1_000;

/**
 * Returns a function that opens something, or does nothing within a second after the last time: a page could otherwise
 * open hundreds of tabs.
 * @param elapsed a monotonic clock, in ms
 */
export function createOpenThrottle(elapsed: () => number) {
  let notBefore = -Infinity;
  return async (open: () => Promise<void>): Promise<void> => {
    if (elapsed() < notBefore) return;
    notBefore = elapsed() + MIN_INTERVAL_MS;
    await open();
  };
}

/** Opens an allowed URL with `open`; fails with `gate.malformed` for any other. */
export async function openLink(
  address: string,
  open: (address: string) => Promise<void>,
): Promise<Result<null>> {
  if (!isAllowedLink(address)) return failed('gate.malformed');
  await open(new URL(address).href);
  return success(null);
}

/** Shows the log's folder in the system's file manager; if that fails, shows its path in a dialog. */
export async function showLogFolder(folder: string): Promise<void> {
  // The folder may not exist yet. If creating it fails, opening it fails as well.
  await mkdir(folder, { recursive: true }).catch(() => undefined);
  const problem = await shell.openPath(folder);
  if (problem === '') return;
  await dialog.showMessageBox({
    type: 'info',
    title: m.app_name(),
    message: m.support_logs_failed(),
    detail: m.support_logs_folder({ folder }),
    noLink: true,
  });
}
