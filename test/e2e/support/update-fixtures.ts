/** Fixtures of the update tests: an update server, an installed "AppImage", and the app that updates it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium } from '@playwright/test';
import { executable } from './executable';
import { expect, test as base } from './fixtures';
import { freePort } from './attach-debugger';
import { Letterhead } from './letterhead';
import { chooseMenuItem } from './native-ui';
import { makeNextVersion, NEXT, startScript } from './next-version';
import type { RunningApp } from './start';
import { startUpdateServer, type UpdateServer } from './update-server';

/** Paths of an installed app and its update. */
export interface Installation {
  /** The installed AppImage; its name contains no version. */
  image: string;
  /** The folder electron-updater downloads to. */
  pending: string;
  /** The file to which the next version writes its process id when it starts. */
  pidFile: string;
  /** The debugger port of the next version. */
  port: number;
}

const OLD = 'the old version\n';

/** Whether the old version is still installed. */
export const isNotReplaced = ({ image }: Installation): boolean =>
  readFileSync(image, 'utf8') === OLD;

/** Terminates the next version if it was started. */
async function stopNextVersion({ pidFile }: Installation): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  process.kill(pid);
  // Either gone, or a zombie that its new parent has not reaped yet.
  const state = (): string =>
    existsSync(`/proc/${pid}/stat`)
      ? readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')[0]!
      : 'Z';
  await expect.poll(state).toBe('Z');
}

/** Playwright's `test` with these fixtures. */
export const test = base.extend<{
  installation: Installation;
  updates: UpdateServer;
  /** Whether the app runs as an AppImage. */
  isImage: boolean;
}>({
  isImage: [true, { option: true }],

  installation: async ({ browserName: _ }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'letterhead-updates-'));
    const installation: Installation = {
      image: join(folder, 'Letterhead.AppImage'),
      pending: join(folder, 'cache', 'letterhead-updater', 'pending'),
      pidFile: join(folder, 'started'),
      port: await freePort(),
    };
    writeFileSync(installation.image, OLD, { mode: 0o755 });
    await use(installation);
    await stopNextVersion(installation);
    await rm(folder, { recursive: true, force: true });
  },

  updates: async ({ installation }, use) => {
    const { image, pidFile, port } = installation;
    const app = makeNextVersion(join(dirname(image), 'next'));
    const server = await startUpdateServer(NEXT, startScript(app, pidFile, port));
    await use(server);
    await server.close();
  },

  variables: async ({ variables, installation, updates, isImage }, use) => {
    const folder = dirname(installation.image);
    const config = join(folder, 'app-update.yml');
    const lines = ['provider: generic', `url: ${updates.url}`];
    writeFileSync(config, [...lines, 'updaterCacheDirName: letterhead-updater', ''].join('\n'));
    await use({
      ...variables,
      LETTERHEAD_UPDATE_CONFIG: config,
      XDG_CACHE_HOME: join(folder, 'cache'),
      ...(isImage && { APPIMAGE: installation.image, APPDIR: dirname(executable()) }),
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
