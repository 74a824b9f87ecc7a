/** Details for support, logs, and appearance. */
import { readdir } from 'node:fs/promises';
import type { ElectronApplication } from '@playwright/test';
import { sampleSignIn } from '../standin';
import { expect, test } from './support/fixtures';
import { captureOpened, chooseMenuItem, readClipboard } from './support/native-ui';

test('logs, appearance and details for support', async ({ launch, standin, userData }) => {
  const first = await launch();
  // The page must listen before a menu item is clicked.
  await expect(first.letterhead.button('Add organizations')).toBeVisible();
  let second = first;

  await test.step('Show logs opens the log folder, from the menu and from Settings', async () => {
    const { app, page, letterhead } = first;
    const opened = await captureOpened(app);
    await chooseMenuItem(app, 'logs');
    await expect.poll(opened).toHaveLength(1);
    await chooseMenuItem(app, 'settings');
    await page.getByRole('tab', { name: 'About' }).click();
    await letterhead.button('Show logs').click();
    await expect.poll(opened).toHaveLength(2);
    expect((await opened())[0]).toContain(userData);
    expect(await readdir(userData)).toContain('logs');
  });

  await test.step('the chosen appearance survives a relaunch and applies before the window opens', async () => {
    const theme = (app: ElectronApplication) =>
      app.evaluate(({ BrowserWindow, nativeTheme }) => ({
        source: nativeTheme.themeSource,
        background: BrowserWindow.getAllWindows()[0]!.getBackgroundColor().toLowerCase(),
      }));
    await first.page.getByRole('tab', { name: 'General' }).click();
    await expect(first.page.getByRole('radio', { name: 'Same as system' })).toBeChecked();
    await first.page.getByRole('radio', { name: 'Dark' }).check();
    await expect.poll(() => theme(first.app)).toEqual({ source: 'dark', background: '#181b22' });
    await first.page.emulateMedia({ colorScheme: null });
    const background = () =>
      first.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await expect.poll(background).toBe('rgb(24, 27, 34)');
    await first.page.getByRole('radio', { name: 'Light' }).check();
    await expect.poll(background).toBe('rgb(246, 245, 243)');
    await expect.poll(() => theme(first.app)).toEqual({ source: 'light', background: '#f6f5f3' });
    await first.page.getByRole('radio', { name: 'Dark' }).check();
    await expect.poll(() => theme(first.app)).toMatchObject({ source: 'dark' });
    await first.close();
    second = await launch();
    expect(await theme(second.app)).toEqual({ source: 'dark', background: '#181b22' });
  });

  await test.step('copies exactly the details for support it shows, without personal data', async () => {
    const [organization] = [...standin.organizations.values()];
    const { app, page, letterhead } = second;
    await letterhead.setUpOne(organization!);
    await letterhead.typeDraft({ business_phone: '+44 20 7946 0123' });
    await chooseMenuItem(app, 'support');
    const dialog = letterhead.dialog('Details for support');
    const box = dialog.getByRole('textbox', { name: 'What will be copied' });
    await expect(box).toHaveValue(/Sign-in A: stored; 1 organizations/);
    await expect(box).toHaveValue(/Drafts: 1/);
    const shown = await box.inputValue();
    await expect(dialog.getByRole('button', { name: 'Copy' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(dialog.getByText('Copied', { exact: true })).toBeVisible();
    expect(await readClipboard(app)).toBe(shown);
    const { email, key } = sampleSignIn;
    const personal = [
      email,
      key,
      organization!.name,
      organization!.id,
      ...Object.values(organization!.profile!),
    ];
    for (const text of personal.map(String).filter(({ length }) => length > 5)) {
      expect(shown).not.toContain(text);
    }
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  });
});
