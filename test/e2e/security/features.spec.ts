/**
 * What of Chromium a page of the app has. A page that was taken over could otherwise lay a window over main's question,
 * or read what other windows show. The lists are of what is allowed, so a newer Chromium cannot add anything unseen.
 */
import type { ElectronApplication, Page } from '@playwright/test';
import { expect } from '../support/fixtures';
import { chooseMenuItem } from '../support/native-ui';
import { windowsOf } from '../support/search-windows';
import { findFeatures } from './attempts';
import { reloadWithoutPolicy, test } from './bad-page';
import { NAVIGATOR_NAMES, PROTOTYPE_NAMES, WINDOW_NAMES } from './web-features';

/** Opens the guide in the help window. */
async function openHelp(app: ElectronApplication): Promise<Page> {
  const opened = app.waitForEvent('window');
  await chooseMenuItem(app, 'guide');
  const help = await opened;
  await expect(help.getByRole('heading', { name: 'Using Letterhead' })).toBeVisible();
  return help;
}

/** What `findFeatures` finds in a window. Not over Playwright, which loses the page when a frame is added. */
const featuresIn = (app: ElectronApplication, host: Host) =>
  app.evaluate(
    ({ BrowserWindow }, { code, start }) =>
      BrowserWindow.getAllWindows()
        .map(({ webContents }) => webContents)
        .find((one) => one.getURL().startsWith(start))!
        .executeJavaScript(code) as Promise<Awaited<ReturnType<typeof findFeatures>>>,
    { code: `(${String(findFeatures)})()`, start: `app://${host}/` },
  );

const NOTHING = { allowed: [], opens: [] };
const HOSTS = ['letterhead', 'help'] as const;
type Host = (typeof HOSTS)[number];

/** Adds frames, after which Playwright can lose the pages: the last step of a test. */
const expectNoFeature = (app: ElectronApplication, policy: 'with' | 'without'): Promise<void> =>
  test.step(`no frame lays a window over others or reads the screen, ${policy} the content policy`, async () => {
    for (const host of HOSTS) {
      const { frames, inside } = await featuresIn(app, host);
      expect(frames, host).toEqual({ page: NOTHING, blank: NOTHING, written: NOTHING });
      // With the policy, no frame of another origin runs a script.
      expect(inside, host).toEqual(policy === 'with' ? null : NOTHING);
    }
  });

/** Clicks in a page that makes a video float over other windows when it is clicked. Returns how that ended. */
async function floatOnClick(page: Page): Promise<string> {
  await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 300 });
    canvas.getContext('2d')!.fillRect(0, 0, 640, 300);
    const video = Object.assign(document.createElement('video'), { muted: true });
    video.srcObject = canvas.captureStream(10);
    document.body.append(video);
    await video.play();
    const float = () =>
      video.requestPictureInPicture().then(
        () => 'floats',
        (error: Error) => error.name,
      );
    document.addEventListener(
      'click',
      () => void float().then((outcome) => Object.assign(window, { outcome })),
      { once: true, capture: true },
    );
  });
  await page.mouse.click(600, 400);
  const outcome = await page.waitForFunction(
    () => (window as unknown as { outcome?: string }).outcome,
  );
  return (await outcome.jsonValue())!;
}

/** Opens a window of Electron's defaults, whose process starts without our setting of Chromium for videos. */
async function openControl(app: ElectronApplication): Promise<Page> {
  const opened = app.waitForEvent('window');
  await app.evaluate(async ({ app: electron, BrowserWindow }) => {
    electron.commandLine.removeSwitch('blink-settings');
    const window = new BrowserWindow({
      ...{ width: 800, height: 600 },
      webPreferences: { partition: 'control' },
    });
    await window.loadURL('about:blank');
  });
  return opened;
}

test('no window lies over others even without the content policy', async ({ launch }) => {
  const { app, page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  const help = await openHelp(app);
  for (const one of [page, help]) await reloadWithoutPolicy(one);
  await expect(letterhead.button('Add organizations')).toBeVisible();

  await test.step('a click makes no video float over other windows', async () => {
    await expect.poll(() => windowsOf(app)).toHaveLength(2);
    for (const one of [page, help]) {
      expect(await floatOnClick(one)).toMatch(/^(NotSupportedError|SecurityError)$/);
      expect(windowsOf(app)).toHaveLength(2);
    }
  });

  await test.step('in a window without these restrictions it does', async () => {
    const control = await openControl(app);
    await expect.poll(() => windowsOf(app)).toHaveLength(3);
    expect(await floatOnClick(control)).toBe('floats');
    await expect.poll(() => windowsOf(app)).toHaveLength(4);
    const found = await control.evaluate(() => ({
      pictureInPicture: document.pictureInPictureEnabled,
      allowed: (
        document as unknown as { featurePolicy: { allowedFeatures(): string[] } }
      ).featurePolicy.allowedFeatures(),
    }));
    expect(found.pictureInPicture).toBe(true);
    expect(found.allowed).toContain('picture-in-picture');
    await control.close();
  });

  await expectNoFeature(app, 'without');
});

/** Names that the page's libraries add, and frames. */
const ADDED = /^(\d+|__svelte|__paraglide|__e|bits[A-Z]\w+|letterhead)$/;

/** The names of Chromium in a page, by where they are. */
const namesIn = (page: Page): Promise<[string, string[]][]> =>
  page.evaluate(
    (classes) => {
      type Classes = Record<string, { prototype: object }>;
      const all = window as unknown as Classes;
      return [
        ['window', Object.getOwnPropertyNames(window)],
        ...['Navigator', ...classes].map((name): [string, string[]] => [
          name,
          Object.getOwnPropertyNames(all[name]!.prototype),
        ]),
      ] as [string, string[]][];
    },
    [...PROTOTYPE_NAMES.keys()],
  );

test('neither page nor help has a feature that reaches beyond its window', async ({ launch }) => {
  const { page, letterhead, app } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  const help = await openHelp(app);

  await test.step('the page has no feature of Chromium that is not on the list', async () => {
    const lists = new Map([
      ...PROTOTYPE_NAMES,
      ['window', WINDOW_NAMES],
      ['Navigator', NAVIGATOR_NAMES],
    ]);
    for (const one of [page, help]) {
      const found = await namesIn(one);
      expect(found.find(([place]) => place === 'window')![1].length).toBeGreaterThan(1_000);
      const unlisted = found.flatMap(([place, names]) => {
        // A handler of an event does nothing by itself; those of `window` are on its list.
        const isInert = (name: string) =>
          ADDED.test(name) || (place !== 'window' && name.startsWith('on'));
        const list = lists.get(place)!;
        return names
          .filter((name) => !list.has(name) && !isInert(name))
          .map((name) => `${place}: ${name}`);
      });
      expect(unlisted).toEqual([]);
    }
  });

  await expectNoFeature(app, 'with');
});
