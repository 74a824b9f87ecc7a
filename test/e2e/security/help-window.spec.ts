/**
 * The help window against a compromised page of its own: it has no script but ours, no bridge and no network, cannot leave the
 * help, and main answers none of its calls. The tests run their code with the debugger, as a flaw of Chromium would.
 */
import type { ElectronApplication, Page } from '@playwright/test';
import { expect } from '../support/fixtures';
import { chooseMenuItem } from '../support/native-ui';
import { tryRequests } from './attempts';
import { test } from './bad-page';

/** Opens the guide in the help window. */
async function openHelp(app: ElectronApplication): Promise<Page> {
  const opened = app.waitForEvent('window');
  await chooseMenuItem(app, 'guide');
  const help = await opened;
  await expect(help.getByRole('heading', { name: 'Using Letterhead' })).toBeVisible();
  return help;
}

const urls = (app: ElectronApplication): Promise<string[]> =>
  app.evaluate(({ webContents }) => webContents.getAllWebContents().map((one) => one.getURL()));

test('the help window reaches nothing and leads nowhere', async ({ launch, forbidden }) => {
  const { app, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  const help = await openHelp(app);

  await test.step('it has no bridge, no Node and runs no script but its own', async () => {
    const results = await help.evaluate(() => {
      const script = document.createElement('script');
      try {
        script.textContent = 'globalThis.ran = true';
      } catch {
        // Needs a trusted type.
      }
      document.body.append(script);
      const names = ['letterhead', 'require', 'process', 'module', 'electron', 'ran'];
      return names.filter((name) => name in window);
    });
    expect(results).toEqual([]);
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      type Contents = { getLastWebPreferences(): Electron.WebPreferences };
      const contents = BrowserWindow.getAllWindows()
        .map(({ webContents }) => webContents)
        .find((one) => one.getURL().startsWith('app://help/')) as unknown as Contents;
      const { sandbox, contextIsolation, nodeIntegration, preload } =
        contents.getLastWebPreferences();
      return { sandbox, contextIsolation, nodeIntegration, preload: preload ?? null };
    });
    expect(preferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      preload: null,
    });
  });

  await test.step('main answers no call of it', async () => {
    const answers = await app.evaluate(async ({ BrowserWindow, ipcMain }) => {
      const sender = BrowserWindow.getAllWindows()
        .map(({ webContents }) => webContents)
        .find((one) => one.getURL().startsWith('app://help/'))!;
      type Handler = (event: unknown, request: unknown) => Promise<unknown>;
      const table = (ipcMain as unknown as { _invokeHandlers: Map<string, Handler> })
        ._invokeHandlers;
      const event = { sender, senderFrame: sender.mainFrame };
      const all = await Promise.all([...table.values()].map((handler) => handler(event, null)));
      return all.map((answer) => JSON.stringify(answer));
    });
    expect(answers.length).toBeGreaterThan(50);
    expect([...new Set(answers)]).toEqual([
      JSON.stringify({ ok: false, failure: { code: 'gate.untrusted-sender' } }),
    ]);
  });

  await test.step('its session sends nothing, even for a page with script and without a policy', async () => {
    const opened = app.waitForEvent('window');
    await app.evaluate(({ BrowserWindow }) => {
      const window = new BrowserWindow({
        show: false,
        webPreferences: { partition: 'help', sandbox: true },
      });
      return window.loadURL('about:blank');
    });
    const page = await opened;
    const target = { origin: forbidden.origin, udpPort: 9 };
    expect(await page.evaluate(tryRequests, target)).toEqual([]);
    expect(await page.evaluate(() => typeof RTCPeerConnection)).toBe('undefined');
  });

  await test.step('no kind of navigation leaves the help, and nothing opens a window', async () => {
    const before = await urls(app);
    const opened = await help.evaluate((origin) => {
      const targets = [
        `${origin}/navigated`,
        'app://letterhead/index.html',
        'data:text/html,elsewhere',
        'file:///etc/hostname',
      ];
      for (const target of targets) {
        location.href = target;
        const link = document.createElement('a');
        link.href = target;
        document.body.append(link);
        link.click();
        Object.assign(link, { target: '_blank' }).click();
      }
      const refresh = document.createElement('meta');
      refresh.httpEquiv = 'refresh';
      refresh.content = `0;url=${origin}/refreshed`;
      document.head.append(refresh);
      const form = document.createElement('form');
      form.action = `${origin}/form`;
      document.body.append(form);
      form.submit();
      return [window.open(`${origin}/opened`) !== null, window.open('about:blank') !== null];
    }, forbidden.origin);
    expect(opened).toEqual([false, false]);
    // Not with a locator: locators wait for started navigations, and these never finish.
    for (const path of ['navigated', 'replaced']) {
      await help.evaluate((to) => location.replace(to), `${forbidden.origin}/${path}`);
    }
    expect(await help.evaluate(() => document.title)).toBe('Using Letterhead – Letterhead');
    expect((await urls(app)).sort()).toEqual(before.sort());
  });
});
