/** What the tests of updates start from: an update server, a file that is to be replaced, and the app beside it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium } from '@playwright/test';
import { executable } from './executable';
import { expect, test as base } from './fixtures';
import { freePort } from './attach-debugger';
import { Letterhead } from './letterhead';
import { chooseMenu } from './many';
import { NEXT, nextVersion, script } from './next-version';
import type { Running } from './start';
import { startUpdateServer, type UpdateServer } from './update-server';

/** What lies where. */
export interface Place {
  /** What was installed as an AppImage; its name says nothing of a version. */
  image: string;
  /** Where electron-updater keeps what it downloads. */
  pending: string;
  /** Where the next version, when it runs, leaves its process id. */
  mark: string;
  /** Of its debugger. */
  port: number;
}

const OLD = 'the old version\n';

/** Whether nothing was put in the running version's place. */
export const isOld = ({ image }: Place): boolean => readFileSync(image, 'utf8') === OLD;

/** Ends the next version, if it was started. */
async function endNext({ mark }: Place): Promise<void> {
  if (!existsSync(mark)) return;
  const pid = Number(readFileSync(mark, 'utf8'));
  process.kill(pid);
  // Gone, or ended and not yet taken note of by whoever is its parent now.
  const state = (): string =>
    existsSync(`/proc/${pid}/stat`)
      ? readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')[0]!
      : 'Z';
  await expect.poll(state).toBe('Z');
}

/** Playwright's `test` with all of it. */
export const test = base.extend<{
  place: Place;
  updates: UpdateServer;
  /** Whether the app takes itself for an AppImage. */
  isImage: boolean;
}>({
  isImage: [true, { option: true }],

  place: async ({ browserName: _ }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'letterhead-updates-'));
    const place: Place = {
      image: join(folder, 'Letterhead.AppImage'),
      pending: join(folder, 'cache', 'letterhead-updater', 'pending'),
      mark: join(folder, 'started'),
      port: await freePort(),
    };
    writeFileSync(place.image, OLD, { mode: 0o755 });
    await use(place);
    await endNext(place);
    await rm(folder, { recursive: true, force: true });
  },

  updates: async ({ place }, use) => {
    const app = nextVersion(join(dirname(place.image), 'next'));
    const server = await startUpdateServer(NEXT, script(app, place.mark, place.port));
    await use(server);
    await server.close();
  },

  variables: async ({ variables, place, updates, isImage }, use) => {
    const folder = dirname(place.image);
    const config = join(folder, 'app-update.yml');
    const lines = ['provider: generic', `url: ${updates.url}`];
    writeFileSync(config, [...lines, 'updaterCacheDirName: letterhead-updater', ''].join('\n'));
    await use({
      ...variables,
      LETTERHEAD_UPDATE_CONFIG: config,
      XDG_CACHE_HOME: join(folder, 'cache'),
      ...(isImage && { APPIMAGE: place.image, APPDIR: dirname(executable()) }),
    });
  },
});

/** Shows *About* in Settings, which a person finds also while nothing is saved yet. */
export async function openAbout({ app, page }: Running): Promise<void> {
  // The menu is there before the page listens to it.
  await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible();
  await chooseMenu(app, 'settings');
  await page.getByRole('tab', { name: 'About' }).click();
  await expect(page.getByRole('heading', { name: 'Updates' })).toBeVisible();
}

/** Looks for updates as a person does who does not want to wait. */
export async function look(running: Running): Promise<void> {
  await openAbout(running);
  await running.letterhead.button('Look now').click();
}

/** The next version's window, once it runs by itself. */
export async function attachToNext({ port }: Place): Promise<Letterhead> {
  const found: Letterhead[] = [];
  await expect(async () => {
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    const [page] = browser.contexts().flatMap((context) => context.pages());
    if (!page) {
      await browser.close();
      throw new Error('It has no window yet.');
    }
    found.push(new Letterhead(page));
  }).toPass();
  return found.at(-1)!;
}
