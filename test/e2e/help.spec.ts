/** The help window: opened from the menu, read with the mouse and with the keyboard alone, in both languages. */
import type { ElectronApplication, Page } from '@playwright/test';
import { expect, test } from './support/fixtures';
import { captureOpened, chooseMenuItem } from './support/native-ui';
import type { RunningApp } from './support/start';
import { untilWide } from './support/window';

/** Chooses *User guide*, whose shortcut is F1, and returns the help window. */
async function openGuide({ app }: Pick<RunningApp, 'app'>): Promise<Page> {
  const opened = app.waitForEvent('window');
  await app.evaluate(({ Menu }) => {
    const items = Menu.getApplicationMenu()!.items.flatMap(({ submenu }) => submenu?.items ?? []);
    items.find(({ accelerator }) => accelerator === 'F1')!.click();
  });
  const help = await opened;
  help.setDefaultTimeout(20_000);
  await expect(help.getByRole('heading', { level: 1 }).first()).toBeVisible();
  return help;
}

type Key = { keyCode: string; modifiers?: ('control' | 'alt')[] };

/**
 * Presses a key in the help window once it has the focus, as a person does; unlike Playwright's keys, it reaches main before
 * the page.
 */
async function press(app: ElectronApplication, key: Key): Promise<void> {
  const pressed = (): Promise<boolean> =>
    app.evaluate(({ BrowserWindow }, event) => {
      const help = BrowserWindow.getFocusedWindow();
      if (!help?.webContents.getURL().startsWith('app://help/')) return false;
      help.webContents.sendInputEvent({ type: 'keyDown', ...event });
      help.webContents.sendInputEvent({ type: 'keyUp', ...event });
      return true;
    }, key);
  await expect.poll(pressed, { intervals: [20] }).toBe(true);
}

/** How far an element is below the top of the window, in CSS px. */
const topOf = async (page: Page, heading: string): Promise<number> =>
  (await page.getByRole('heading', { name: heading, exact: true }).boundingBox())!.y;

/** Closes the help window. */
async function closeGuide(app: ElectronApplication): Promise<void> {
  await press(app, { keyCode: 'W', modifiers: ['control'] });
  await expect.poll(() => app.windows().length).toBe(1);
}

test('the guide, in a window of its own', async ({ launch }) => {
  const { app, page, letterhead, isRunning } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();

  await test.step('the guide opens in a window of its own, and its contents lead to a chapter', async () => {
    const help = await openGuide({ app });
    await expect(help).toHaveTitle('Using Letterhead – Letterhead');
    expect(await topOf(help, 'History')).toBeGreaterThan(1_000);
    const contents = help.getByRole('navigation', { name: 'Contents' });
    await contents.getByRole('link', { name: 'History' }).click();
    await expect.poll(() => topOf(help, 'History')).toBeLessThan(150);
    // Pictures are part of the app.
    const pictures = help.getByRole('img');
    await expect.poll(() => pictures.count()).toBeGreaterThan(20);
    await expect
      .poll(() =>
        pictures.evaluateAll((all) =>
          (all as HTMLImageElement[])
            .filter(({ complete, naturalWidth }) => !complete || !naturalWidth)
            .map(({ src }) => src),
        ),
      )
      .toEqual([]);

    // Choosing it again leaves the reader where they are.
    await chooseMenuItem(app, 'guide');
    expect(app.windows()).toHaveLength(2);
    expect(await topOf(help, 'History')).toBeLessThan(150);

    await help.getByRole('link', { name: 'Keyboard shortcuts' }).click();
    await expect(help.getByRole('heading', { name: 'In the list' })).toBeVisible();
    await expect(help.getByRole('row').filter({ hasText: 'Review changes' })).toContainText(
      'Ctrl+S',
    );
    await help.getByRole('link', { name: 'User guide' }).click();
    await help.getByRole('link', { name: 'Letterhead for IT' }).click();
    await expect(help.getByRole('heading', { name: 'Keychain on Linux' })).toBeVisible();
    await help.getByRole('link', { name: 'by you' }).click();
    await expect.poll(() => topOf(help, 'Newer versions')).toBeLessThan(150);
    await closeGuide(app);
  });

  await test.step('links to Cloudflare open in the browser', async () => {
    const opened = await captureOpened(app);
    const help = await openGuide({ app });
    await help.getByRole('link', { name: 'For IT', exact: true }).click();
    // Not with `press` of the link: it would wait for the end of a navigation that main has prevented.
    await help.getByRole('link', { name: 'write access to account resources' }).focus();
    await help.keyboard.press('Enter');
    await expect
      .poll(opened)
      .toEqual(['https://developers.cloudflare.com/fundamentals/api/reference/permissions/']);
    // Not with locators: they wait for started navigations, and this one never finishes.
    const shown = await help.evaluate(() => ({
      title: document.title,
      links: [...document.querySelectorAll('main a')].map((link) => link.textContent),
    }));
    expect(shown.title).toBe('Letterhead for IT – Letterhead');
    // Files of the repository are no links here.
    expect(shown.links).not.toContain('the packages');
    await closeGuide(app);
  });

  await test.step('nothing is cut off at any size', async () => {
    const help = await openGuide({ app });
    const isCut = () =>
      help.evaluate(() =>
        [...document.querySelectorAll('main *, header *')]
          .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
          .map(({ outerHTML }) => outerHTML.slice(0, 80)),
      );
    for (const link of ['User guide', 'Keyboard shortcuts', 'For IT']) {
      const tab = help.getByRole('link', { name: link, exact: true });
      // A click on the link of the open page navigates nowhere, and Playwright would wait for that.
      if (link !== 'User guide') await tab.click();
      await expect(tab).toHaveAttribute('aria-current', 'page');
      for (const [width, height, factor] of [
        [860, 560, 1],
        [860, 560, 2],
        [1920, 1080, 1],
      ] as const) {
        await app.evaluate(
          ({ BrowserWindow }, [w, h, zoom]) => {
            const window = BrowserWindow.getAllWindows().find(({ webContents }) =>
              webContents.getURL().startsWith('app://help/'),
            )!;
            window.setContentSize(w, h);
            window.webContents.setZoomFactor(zoom);
          },
          [width, height, factor] as const,
        );
        await untilWide(help, width / factor);
        expect(await isCut(), `${link} at ${width}×${height} and ${factor * 100} %`).toEqual([]);
      }
    }
    await closeGuide(app);
  });

  await test.step('the keyboard alone reads, zooms, goes back and closes', async () => {
    const help = await openGuide({ app });
    await help.keyboard.press('Tab');
    await expect(help.getByRole('link', { name: 'Skip to the text' })).toBeFocused();
    await help.keyboard.press('Enter');
    await help.keyboard.press('Tab');
    // The first link of the text.
    await expect(help.getByRole('link', { name: 'quick start', exact: true })).toBeFocused();
    await help.keyboard.press('Enter');
    await expect.poll(() => topOf(help, 'Quick start')).toBeLessThan(150);

    const zoomFactor = () =>
      app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()
          .map(
            ({ webContents }) =>
              `${webContents.getURL().slice(0, 10)} ${webContents.getZoomFactor().toFixed(2)}`,
          )
          .sort(),
      );
    await press(app, { keyCode: 'Plus', modifiers: ['control'] });
    await expect.poll(zoomFactor).toEqual(['app://help 1.10', 'app://lett 1.00']);
    await press(app, { keyCode: '0', modifiers: ['control'] });
    await expect.poll(zoomFactor).toEqual(['app://help 1.00', 'app://lett 1.00']);

    await help.getByRole('link', { name: 'Keyboard shortcuts' }).press('Enter');
    await expect(help.getByRole('heading', { name: 'In the list' })).toBeVisible();
    await press(app, { keyCode: 'Left', modifiers: ['alt'] });
    await expect(help.getByRole('heading', { name: 'Quick start' })).toBeVisible();

    // Esc closes the bar that finds text, and without it the window.
    await press(app, { keyCode: 'F', modifiers: ['control'] });
    const field = help.getByRole('searchbox', { name: 'Find in this page' });
    await expect(field).toBeFocused();
    await field.pressSequentially('keychain');
    await expect(help.getByRole('search').getByRole('status')).toHaveText(/^1 of \d+$/);
    await press(app, { keyCode: 'Escape' });
    await expect(field).toBeHidden();
    await press(app, { keyCode: 'Escape' });
    await expect.poll(() => app.windows().length).toBe(1);
    await openGuide({ app });
    // F1 while it closes: another one opens.
    const another = app.waitForEvent('window');
    await app.evaluate(({ BrowserWindow, Menu }) => {
      const help = BrowserWindow.getAllWindows().find(({ webContents }) =>
        webContents.getURL().startsWith('app://help/'),
      )!;
      const items = Menu.getApplicationMenu()!.items.flatMap(({ submenu }) => submenu?.items ?? []);
      const guide = items.find(({ accelerator }) => accelerator === 'F1')!;
      help.once('close', () => guide.click());
    });
    await press(app, { keyCode: 'W', modifiers: ['control'] });
    await expect((await another).getByRole('heading', { name: 'History' })).toBeVisible();
    await expect.poll(() => app.windows().length).toBe(2);
    await closeGuide(app);
    await expect(page.getByRole('button', { name: 'Add organizations' })).toBeVisible();
  });

  await test.step('follows the language and the appearance of the app', async () => {
    await chooseMenuItem(app, 'settings');
    await page.getByRole('tab', { name: 'General' }).click();
    const help = await openGuide({ app });
    // Playwright emulates a light system in every page.
    await help.emulateMedia({ colorScheme: null });
    const background = () => help.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await background()).toBe('rgb(246, 245, 243)');
    await page.getByRole('radio', { name: 'Dark' }).check();
    await expect.poll(background).toBe('rgb(24, 27, 34)');
    await page.getByRole('radio', { name: 'Deutsch' }).check();
    await expect(help.getByRole('heading', { name: 'Mit Letterhead arbeiten' })).toBeVisible();
    await expect(help.locator('html')).toHaveAttribute('lang', 'de');
    await help.getByRole('link', { name: 'Für die IT', exact: true }).click();
    await expect(help.getByRole('heading', { name: 'Netzwerk' })).toBeVisible();
    await help.getByRole('link', { name: 'Tastenkürzel' }).first().click();
    await expect(help.getByRole('row').filter({ hasText: 'Entwurf verwerfen' })).toContainText(
      'Strg+Umschalt+Rücktaste',
    );
    await closeGuide(app);
  });

  await test.step('closing the main window closes the help and quits', async () => {
    await openGuide({ app });
    await app
      .evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()
          .find(({ webContents }) => webContents.getURL().startsWith('app://letterhead/'))!
          .close(),
      )
      .catch(() => undefined);
    await expect.poll(isRunning).toBe(false);
  });
});
