/**
 * The window against a compromised page, which cannot navigate, open or embed pages, or download. Each test
 * really does what such a page would try.
 */
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication } from '@playwright/test';
import { expect } from '../support/fixtures';
import { detachDebugger, test } from './bad-page';

/** URLs of all web contents, whether windows or not. */
const pageUrls = (app: ElectronApplication) =>
  app.evaluate(({ webContents }) =>
    webContents.getAllWebContents().map((contents) => contents.getURL()),
  );

/** Records what the page tries and main prevents. */
const recordPrevented = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => {
    const prevented: string[] = [];
    Object.assign(globalThis, { prevented });
    const contents = BrowserWindow.getAllWindows()[0]!.webContents;
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect'] as const) {
      contents.on(name as 'will-navigate', (event) => {
        if (event.defaultPrevented) prevented.push(`${name} ${event.url}`);
      });
    }
    contents.session.on('will-download', (event) => {
      if (event.defaultPrevented) prevented.push('will-download');
    });
  });
const prevented = (app: ElectronApplication) =>
  app.evaluate(() => (globalThis as unknown as { prevented: string[] }).prevented);

test('the page cannot leave the app, and main loads nothing for it', async ({
  launch,
  forbidden,
}) => {
  const { app, page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();

  await test.step('no kind of navigation leaves the app', async () => {
    await recordPrevented(app);
    const before = await pageUrls(app);
    const address = `${forbidden.origin}/navigated`;

    await page.evaluate((to) => void (location.href = to), address);
    await page.evaluate((to) => location.replace(to), `${address}-replaced`);
    await page.evaluate((to) => {
      const link = document.createElement('a');
      link.href = to;
      document.body.append(link);
      link.click();
    }, `${address}-link`);
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = 'app://letterhead/other.html';
      document.body.append(link);
      link.click();
    });
    await page.evaluate(() => void (location.href = 'data:text/html,elsewhere'));
    await page.evaluate(() => void (location.href = 'file:///etc/hostname'));
    // Chromium blocks file: and data: URLs before main is asked.
    await expect
      .poll(() => prevented(app))
      .toEqual(
        ['', '-replaced', '-link']
          .map((which) => `will-frame-navigate ${address}${which}`)
          .concat('will-frame-navigate app://letterhead/other.html'),
      );
    expect(await pageUrls(app)).toEqual(before);
    // Not with a locator: locators wait for started navigations, and these never finish.
    expect(await page.evaluate(() => document.querySelector('button')?.textContent)).toContain(
      'Add organizations',
    );
  });

  await test.step('nothing is loaded from a server, even when main itself loads the URL', async () => {
    const error = await app.evaluate(
      ({ BrowserWindow }, to) =>
        BrowserWindow.getAllWindows()[0]!.webContents.loadURL(to).catch(String),
      `${forbidden.origin}/redirect`,
    );
    expect(error).toContain('ERR_BLOCKED_BY_CLIENT');
  });
});

test('the page opens, embeds and downloads nothing, and cannot stay', async ({
  launch,
  userData,
  forbidden,
}) => {
  const { app, page, letterhead, close, isRunning } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();

  await test.step('a file dropped on the window is not opened', async () => {
    const before = await pageUrls(app);
    const file = join(userData, 'dropped.html');
    await writeFile(file, '<h1>Dropped</h1>');
    const session = await page.context().newCDPSession(page);
    const data = { items: [], files: [file], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
    }
    // A round trip to the page gives a navigation time to start.
    await page.evaluate(() => document.title);
    expect(await pageUrls(app)).toEqual(before);
    expect(app.windows()).toHaveLength(1);
    await expect(letterhead.button('Add organizations')).toBeVisible();
  });

  await test.step('the page cannot download anything', async () => {
    const folder = join(userData, 'downloads');
    await app.evaluate(
      ({ session }, path) => session.fromPartition('persist:window').setDownloadPath(path),
      folder,
    );
    await recordPrevented(app);
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(['text']));
      link.download = 'downloaded.txt';
      document.body.append(link);
      link.click();
    });
    await expect.poll(() => prevented(app)).toContain('will-download');
    expect(existsSync(folder) ? await readdir(folder) : []).toEqual([]);
  });

  await test.step('the page cannot open a window or embed a page', async () => {
    await detachDebugger(app);
    const before = await pageUrls(app);
    const results = await page.evaluate(async (origin) => {
      const refused = new Promise<string>((resolve) =>
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
          resolve(effectiveDirective),
        ),
      );
      const opened = [`${origin}/opened`, 'about:blank', '', location.href].map(
        (to) => window.open(to) !== null,
      );
      const named = window.open(`${origin}/named`, 'name', 'width=100,height=100') !== null;
      const link = document.createElement('a');
      Object.assign(link, { href: `${origin}/target`, target: '_blank' });
      document.body.append(link);
      link.click();
      link.dispatchEvent(new MouseEvent('click', { ctrlKey: true }));
      const frame = document.createElement('iframe');
      frame.src = `${origin}/framed`;
      document.body.append(frame);
      const webview = document.createElement('webview');
      webview.setAttribute('src', `${origin}/webview`);
      webview.setAttribute('allowpopups', '');
      document.body.append(webview);
      const isWebview = 'loadURL' in (webview as object);
      return { opened: [...opened, named], refused: await refused, isWebview };
    }, forbidden.origin);
    expect(results).toEqual({
      opened: [false, false, false, false, false],
      refused: 'frame-src',
      isWebview: false,
    });
    expect(await pageUrls(app)).toEqual(before);
  });

  await test.step('the page cannot keep the app from quitting', async () => {
    await page.evaluate(() => {
      addEventListener('beforeunload', (event) => event.preventDefault());
    });
    // Chromium asks the handler only after a real click.
    await page.mouse.click(300, 300);
    expect(await page.evaluate(() => navigator.userActivation.hasBeenActive)).toBe(true);
    await close();
    expect(isRunning()).toBe(false);
  });
});
