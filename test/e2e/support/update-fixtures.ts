/** Fixtures of the update tests: an update server, and an app that installs updates as on Windows, or only reports them. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { expect, test as base } from './fixtures';
import { freePort } from './attach-debugger';
import { Letterhead } from './letterhead';
import { chooseMenuItem } from './native-ui';
import { installerOf, makeNextVersion, NEXT } from './next-version';
import { readOfProcess } from './processes';
import type { RunningApp } from './start';
import { startUpdateServer, type UpdateServer } from './update-server';

/** Paths of an update. */
export interface Installation {
  /** The folder with all of these. */
  folder: string;
  /** Lists the started installers; it exists once there is one. */
  installed: string;
  /** The folder electron-updater downloads to. */
  pending: string;
  /** The file to which the next version writes its process id when it starts. */
  pidFile: string;
  /** The debugger port of the next version. */
  port: number;
}

/** Whether no installer was started. */
export const isNotReplaced = ({ installed }: Installation): boolean => !existsSync(installed);

/** Path of the downloaded installer. */
export function downloadOf({ pending }: Installation): string {
  return join(
    pending,
    readdirSync(pending).find((name) => name.endsWith('.exe'))!,
  );
}

/** Stands in for Windows; see there. */
const WINDOWS = join(import.meta.dirname, 'windows-stand-in.cjs');
/** Who signs our installers. */
const PUBLISHER = 'CN=Letterhead';

/** Terminates the next version if it was started. */
async function stopNextVersion({ pidFile }: Installation): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  // Either gone, or a zombie that its new parent has not reaped yet.
  const isOver = (): boolean =>
    /^(Z|$)/.test(readOfProcess(`/proc/${pid}/stat`).replace(/^.*\) /s, ''));
  if (isOver()) return;
  process.kill(pid);
  await expect.poll(isOver).toBe(true);
}

/** Playwright's `test` with these fixtures. */
export const test = base.extend<{
  installation: Installation;
  updates: UpdateServer;
  /** Whether the app installs updates itself, as on Windows. */
  isSelfUpdating: boolean;
  /** Who has signed the update. */
  signer: string;
}>({
  isSelfUpdating: [true, { option: true }],
  signer: [PUBLISHER, { option: true }],

  installation: async ({ browserName: _ }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'letterhead-updates-'));
    const installation: Installation = {
      folder,
      installed: join(folder, 'installed'),
      pending: join(folder, 'cache', 'letterhead-updater', 'pending'),
      pidFile: join(folder, 'started'),
      port: await freePort(),
    };
    await use(installation);
    await stopNextVersion(installation);
    await rm(folder, { recursive: true, force: true });
  },

  updates: async ({ installation, userData }, use) => {
    const { pidFile, port } = installation;
    const folder = makeNextVersion(join(installation.folder, 'next'));
    const server = await startUpdateServer(NEXT, installerOf({ folder, userData, pidFile, port }));
    await use(server);
    await server.close();
  },

  variables: async ({ variables, installation, updates, isSelfUpdating, signer }, use) => {
    const { folder, installed } = installation;
    const config = join(folder, 'app-update.yml');
    const lines = [
      'provider: generic',
      `url: ${updates.url}`,
      'updaterCacheDirName: letterhead-updater',
      ...(isSelfUpdating ? [`publisherName: ${PUBLISHER}`] : []),
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    await use({
      ...variables,
      LETTERHEAD_UPDATE_CONFIG: config,
      XDG_CACHE_HOME: join(folder, 'cache'),
      TEST_PRELOAD: WINDOWS,
      UPDATE_SIGNER: signer,
      UPDATE_INSTALLED: installed,
    });
  },
});

/** Opens *About* in Settings through the menu, which works on the welcome page, too. */
export async function openAbout({ app, page }: RunningApp): Promise<void> {
  // The menu exists before the page listens to it.
  await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible();
  // The menu item is disabled in Settings.
  if (await page.getByRole('heading', { name: 'Updates' }).isVisible()) return;
  await chooseMenuItem(app, 'settings');
  await page.getByRole('tab', { name: 'About' }).click();
  await expect(page.getByRole('heading', { name: 'Updates' })).toBeVisible();
}

/** Opens *About* and presses its button to check for updates. */
export async function checkForUpdates(running: RunningApp): Promise<void> {
  await openAbout(running);
  await running.letterhead.button('Check for updates').click();
}

/** Connects to the window of the next version once the updater has started it. */
export async function connectToNextVersion({ port }: Installation): Promise<Letterhead> {
  let connected: Letterhead | undefined;
  await expect(async () => {
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    const [page] = browser.contexts().flatMap((context) => context.pages());
    if (!page) {
      await browser.close();
      throw new Error('The next version has no window yet.');
    }
    connected = new Letterhead(page);
  }).toPass();
  return connected!;
}
