/** Desktop integration: single instance, menu, window bounds, keyboard. */
import { spawn } from 'node:child_process';
import { executable } from './support/executable';
import { expect, test } from './support/fixtures';
import { chooseMenuItem } from './support/native-ui';

test('a second launch focuses the first window and exits', async ({ launch, userData }) => {
  const { app, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  await app.evaluate(({ app: main }) => {
    main.once('second-instance', () => Object.assign(globalThis, { secondInstance: true }));
  });
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const second = spawn(executable(), ['.', `--user-data-dir=${userData}`, ...root], {
    stdio: 'ignore',
  });
  const code = await new Promise((resolve) => second.once('exit', resolve));
  expect(code).toBe(0);
  await expect
    .poll(() => app.evaluate(() => (globalThis as { secondInstance?: boolean }).secondInstance))
    .toBe(true);
});

test('the window opens where it was left', async ({ launch }) => {
  const running = await launch();
  await expect(running.letterhead.button('Add organizations')).toBeVisible();
  const moved = { x: 120, y: 90, width: 1000, height: 700 };
  await running.app.evaluate(({ BrowserWindow }, bounds) => {
    BrowserWindow.getAllWindows()[0]!.setBounds(bounds);
  }, moved);
  const bounds = (from: typeof running) =>
    from.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getNormalBounds());
  await expect.poll(() => bounds(running)).toMatchObject(moved);
  await running.close();
  const again = await launch();
  await expect.poll(() => bounds(again)).toMatchObject(moved);
});

test('the menu has every command with its shortcut, and they work', async ({ launch, standin }) => {
  const [first] = [...standin.organizations.values()];
  const { app, page, letterhead } = await launch();
  await letterhead.setUpOne(first!);

  const shortcuts = await app.evaluate(({ Menu }) => {
    const ids = ['add', 'search', 'save', 'refresh', 'discard', 'settings', 'export', 'import'];
    const menu = Menu.getApplicationMenu()!;
    return ids.map((id) => String(menu.getMenuItemById(id)?.accelerator ?? ''));
  });
  expect(shortcuts.filter((shortcut) => shortcut === '')).toEqual([]);

  await chooseMenuItem(app, 'search');
  await expect(page.getByRole('searchbox', { name: 'Search organizations' })).toBeFocused();
  await letterhead.field('business_phone').fill('+44 1');
  await chooseMenuItem(app, 'save');
  await expect(letterhead.dialog('Review changes')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(letterhead.dialog('Review changes')).toBeHidden();
  await chooseMenuItem(app, 'discard');
  await expect(letterhead.field('business_phone')).toHaveValue(first!.profile!.business_phone);
  const before = standin.requests.length;
  await chooseMenuItem(app, 'refresh');
  await expect.poll(() => standin.requests.length).toBeGreaterThan(before);
  await chooseMenuItem(app, 'settings');
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await chooseMenuItem(app, 'add');
  // With one saved sign-in there is nothing to choose before.
  await expect(page.getByRole('heading', { name: 'Choose organizations' })).toBeVisible();
});

test('search, open, edit, review and save with the keyboard', async ({ launch, standin }) => {
  const organizations = [...standin.organizations.values()];
  const [first, second] = organizations;
  const { page, letterhead } = await launch();
  await letterhead.setUp(organizations.map(({ name }) => name));
  await page.keyboard.press('Control+f');
  await page.getByRole('searchbox', { name: 'Search organizations' }).focus();
  await page.keyboard.type('velo');
  await letterhead.expectRows(1);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(letterhead.heading("L'Atelier du Vélo SARL")).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search organizations' }).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await expect(letterhead.option(second!.name)).toBeVisible();
  await letterhead.list.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(letterhead.heading(first!.name)).toBeVisible();

  await letterhead.field('business_phone').focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('+44 20 7946 0555');
  const review = letterhead.button('Review changes');
  for (let presses = 0; presses < 12; presses += 1) {
    if (await review.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(review).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(letterhead.dialog('Review changes')).toBeVisible();
  const save = letterhead.button('Save changes');
  for (let presses = 0; presses < 6; presses += 1) {
    if (await save.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(save).toBeFocused();
  await page.keyboard.press('Enter');
  await letterhead.expectSaved();
  expect(standin.profileOf(first!.id)!.business_phone).toBe('+44 20 7946 0555');
});
