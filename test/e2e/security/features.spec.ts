/**
 * What of Chromium a page of the app has. A page that was taken over could otherwise lay a window over main's question,
 * or read what other windows show. Both lists are of what is allowed, so a newer Chromium cannot add anything unseen.
 */
import type { ElectronApplication, Page } from '@playwright/test';
import { expect } from '../support/fixtures';
import { chooseMenuItem } from '../support/native-ui';
import { windowsOf } from '../support/search-windows';
import { findFeatures } from './attempts';
import { reloadWithoutPolicy, test } from './bad-page';
import { NAVIGATOR_NAMES, WINDOW_NAMES } from './web-features';

/** Opens the guide in the help window. */
async function openHelp(app: ElectronApplication): Promise<Page> {
  const opened = app.waitForEvent('window');
  await chooseMenuItem(app, 'guide');
  const help = await opened;
  await expect(help.getByRole('heading', { name: 'Using Letterhead' })).toBeVisible();
  return help;
}

/** What `findFeatures` finds in a window. Not over Playwright, which loses the page when a frame is added. */
const featuresIn = (app: ElectronApplication, host: string) =>
  app.evaluate(
    ({ BrowserWindow }, { code, start }) =>
      BrowserWindow.getAllWindows()
        .map(({ webContents }) => webContents)
        .find((one) => one.getURL().startsWith(start))!
        .executeJavaScript(code) as Promise<Awaited<ReturnType<typeof findFeatures>>>,
    { code: `(${String(findFeatures)})()`, start: `app://${host}/` },
  );

const NOTHING = { allowed: [], opens: [] };

/** Adds frames, after which Playwright can lose the page: the last step of a test. */
const expectNoFeature = (app: ElectronApplication, policy: 'with' | 'without'): Promise<void> =>
  test.step(`no frame lays a window over others or reads the screen, ${policy} the content policy`, async () => {
    const { frames, inside } = await featuresIn(app, 'letterhead');
    expect(frames).toEqual({ page: NOTHING, blank: NOTHING, written: NOTHING });
    // With the policy, no frame of another origin runs a script.
    expect(inside).toEqual(policy === 'with' ? null : NOTHING);
  });

test('no window lies over others even without the content policy', async ({ launch }) => {
  const { app, page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  await reloadWithoutPolicy(page);
  await expect(letterhead.button('Add organizations')).toBeVisible();

  await test.step('a click makes no video float over other windows', async () => {
    await expect.poll(() => windowsOf(app)).toHaveLength(1);
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
    await expect
      .poll(() => page.evaluate(() => (window as unknown as { outcome?: string }).outcome))
      .toMatch(/^(NotSupportedError|SecurityError)$/);
    expect(windowsOf(app)).toHaveLength(1);
  });

  await expectNoFeature(app, 'without');
});

/** Names that the page's libraries add to `window`, and frames. */
const ADDED = /^(\d+|__svelte|__paraglide|bits[A-Z]\w+|letterhead)$/;

test('neither page nor help has a feature that reaches beyond its window', async ({ launch }) => {
  const { page, letterhead, app } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();

  await test.step('the page has no feature of Chromium that is not on the list', async () => {
    const found = await page.evaluate(() => ({
      window: Object.getOwnPropertyNames(window),
      navigator: Object.getOwnPropertyNames(Navigator.prototype),
    }));
    expect(found.window.length).toBeGreaterThan(1_000);
    expect(found.window.filter((name) => !WINDOW_NAMES.has(name) && !ADDED.test(name))).toEqual([]);
    expect(found.navigator.filter((name) => !NAVIGATOR_NAMES.has(name))).toEqual([]);
  });

  await test.step('the help lays no window over others, and cannot read the screen', async () => {
    const help = await openHelp(app);
    const found = await help.evaluate(() => ({
      pictureInPicture: document.pictureInPictureEnabled,
      others: ['EyeDropper', 'documentPictureInPicture'].filter((name) => name in window),
      allowed: (
        document as unknown as { featurePolicy: { allowedFeatures(): string[] } }
      ).featurePolicy.allowedFeatures(),
    }));
    expect(found).toEqual({ pictureInPicture: false, others: [], allowed: [] });
  });

  await expectNoFeature(app, 'with');
});
