/** Context menus, used by a person: with a real pointer, and with the keyboard alone. */
import type { ElectronApplication } from '@playwright/test';
import { createCalls } from '../faults/support/calls';
import { sampleToken } from '../standin';
import { expect, test } from './support/fixtures';
import { click, pressForMenu, rightClick, shownMenus } from './support/native-menu';
import { chooseMenuItem, isMenuItemEnabled, readClipboard } from './support/native-ui';
import { resize, zoom } from './support/window';

const copyElsewhere = (app: ElectronApplication, text: string): Promise<void> =>
  app.evaluate(({ clipboard }, copied) => clipboard.writeText(copied), text);

/** The part of Electron's clipboard that reads rich text: before version 44, and since. */
interface RichClipboard {
  readHTML?(): string;
  read(): Promise<{ getType(type: string): Promise<Blob> }[]>;
}

/** The rich text on the clipboard. */
const readHtml = (app: ElectronApplication): Promise<string> =>
  app.evaluate(async (electron) => {
    const clipboard = electron.clipboard as unknown as RichClipboard;
    if (clipboard.readHTML) return clipboard.readHTML();
    const [item] = await clipboard.read();
    return (await item!.getType('text/html')).text();
  });

test('the first run can be done with the mouse alone, and its menus offer what can be done', async ({
  launch,
  standin,
}) => {
  const { app, page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();

  await test.step('without organizations, few menu items are enabled', async () => {
    await expect.poll(() => isMenuItemEnabled(app, 'add')).toBe(true);
    for (const id of ['save', 'discard', 'refresh', 'search', 'undo', 'cut', 'paste']) {
      expect(await isMenuItemEnabled(app, id), id).toBe(false);
    }
  });

  await test.step('the field of a key offers only Paste, also while it is shown; other fields offer more', async () => {
    await copyElsewhere(app, 'text');
    await letterhead.openAdd();
    await letterhead.chooseKind('token');
    await letterhead.tokenField.fill(sampleToken.value);
    await page.getByRole('button', { name: 'Show token' }).click();
    await letterhead.tokenField.selectText();
    const secret = await rightClick(app, letterhead.tokenField);
    expect(secret.labels).toEqual(['Paste']);
    await secret.press('Escape');

    const name = page.getByRole('textbox', { name: /^Name/ });
    await name.fill('');
    const field = await rightClick(app, name);
    expect(field.labels).toHaveLength(5);
    expect(field.labels).toEqual(expect.arrayContaining(['(Cut)', '(Copy)', 'Paste']));
    await field.click('Paste');
    await expect(name).toHaveValue('text');
    await letterhead.button('Back').click();
  });

  await test.step('a mouse alone can do the whole first run', async () => {
    const [account] = [...standin.accounts.values()];
    await copyElsewhere(app, sampleToken.value);
    await page.evaluate(() => {
      Object.assign(window, { keys: 0 });
      addEventListener('keydown', () => ((window as unknown as { keys: number }).keys += 1), true);
    });

    await click(app, letterhead.button('Add organizations'));
    await expect(letterhead.tokenField).toBeVisible();
    const menu = await rightClick(app, letterhead.tokenField);
    expect(menu.labels).toEqual(['Paste']);
    await menu.click('Paste');
    await expect(letterhead.tokenField).toHaveValue(sampleToken.value);
    await click(app, letterhead.button('Continue'));
    await expect(letterhead.heading('Choose accounts')).toBeVisible();
    await click(app, letterhead.button('Add selected'));
    await expect(letterhead.option(account!.name)).toBeVisible();
    expect(await page.evaluate(() => (window as unknown as { keys: number }).keys)).toBe(0);
  });
});

test('the menus of rows, fields and the window do what they say', async ({
  launch,
  seed,
  standin,
  nextOrganization,
}) => {
  const first = nextOrganization();
  const second = nextOrganization();
  const removed = nextOrganization();
  seed(first, second, removed);
  const { app, page, letterhead } = await launch();

  await test.step('menu items are enabled while they can do something', async () => {
    const enabled = (id: string) => isMenuItemEnabled(app, id);
    await letterhead.openProfile(first);
    await expect.poll(() => enabled('refresh')).toBe(true);
    // Without a draft, Save says that there is nothing to save.
    expect(await enabled('save')).toBe(true);
    expect(await enabled('discard')).toBe(false);
    await letterhead.field('business_phone').fill('+44 1');
    for (const id of ['discard', 'paste', 'undo']) {
      await expect.poll(() => enabled(id), id).toBe(true);
    }
    await chooseMenuItem(app, 'undo');
    await expect(letterhead.field('business_phone')).toHaveValue(first.profile!.business_phone);
    await expect.poll(() => enabled('redo')).toBe(true);
    const reads = standin.requests.length;
    await page.keyboard.press('F5');
    await expect.poll(() => standin.requests.length).toBeGreaterThan(reads);
    expect(await enabled('zoom-reset')).toBe(false);
    await zoom(app, 1.2);
    await expect.poll(() => enabled('zoom-reset')).toBe(true);
    await zoom(app, 1);
    await expect.poll(() => enabled('zoom-reset')).toBe(false);
    await chooseMenuItem(app, 'settings');
    await expect(letterhead.heading('Settings')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(letterhead.heading(first.name)).toBeVisible();
  });

  await test.step('labels and preview copy what the page shows, typed a moment ago', async () => {
    await letterhead.openProfile(first);
    await letterhead.field('business_phone').fill('<b>+44 20</b> & more');
    const label = page.locator('label', { hasText: 'Business phone' });
    await (await rightClick(app, label)).click('Copy');
    await expect.poll(() => readClipboard(app)).toBe('<b>+44 20</b> & more');
    await resize(app, [1440, 800]);
    const preview = await rightClick(app, page.locator('.preview'));
    expect(preview.labels).toEqual(['Copy letterhead']);
    await preview.click('Copy letterhead');
    const { business_name: name, business_email: email } = first.profile!;
    await expect.poll(() => readClipboard(app)).toContain(`<b>+44 20</b> & more\n${email}`);
    expect(await readClipboard(app)).toMatch(new RegExp(`^${name}\n`));
    expect(await readHtml(app)).toContain('&lt;b&gt;+44 20&lt;/b&gt; &amp; more');
  });

  await test.step('the keyboard alone opens the menu of the active row, and chooses from it', async () => {
    await letterhead.list.focus();
    await page.keyboard.press('End');
    const active = await letterhead.list.getAttribute('aria-activedescendant');
    const name = (await page.locator(`[id="${active}"] .name`).textContent())!.trim();
    const menu = await pressForMenu(app, 'shift+F10');
    expect(menu.labels).toContain('Copy name');
    // A menu that was asked for with the keyboard starts at its first item, *Open*.
    await menu.press('Down', 'Return');
    await expect.poll(() => readClipboard(app)).toBe(name);
    await expect(letterhead.list).toBeFocused();
    const again = await pressForMenu(app, 'Menu');
    await again.press('Escape');
    expect(await readClipboard(app)).toBe(name);
    await expect(letterhead.list).toBeFocused();
  });

  await test.step('a row is copied, refreshed and removed from its menu', async () => {
    const row = letterhead.option(removed.name);
    const menu = await rightClick(app, row);
    expect(menu.labels).toEqual([
      ...['Open', 'Copy name', 'Copy ID', 'Copy letterhead'],
      ...['Refresh', 'Change sign-in…', 'Labels…', 'Remove…'],
    ]);
    await menu.click('Copy ID');
    await expect.poll(() => readClipboard(app)).toBe(removed.id);
    await (await rightClick(app, row)).click('Copy letterhead');
    await expect.poll(() => readClipboard(app)).toContain(removed.profile!.business_phone);

    const reads = standin.requests.length;
    await (await rightClick(app, row)).click('Refresh');
    await expect
      .poll(() => standin.requests.slice(reads).filter(({ path }) => path.includes(removed.id)))
      .not.toEqual([]);
    await (await rightClick(app, row)).click('Remove…');
    const dialog = letterhead.dialog('Remove');
    await expect(dialog).toBeVisible();
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    // The pointer is in the list, so the row keeps its place until it leaves.
    await expect(row).toHaveAttribute('aria-disabled', 'true');
  });

  await test.step('a page that was taken over opens no menu, and copies no text of its own', async () => {
    await copyElsewhere(app, 'of the person');
    const { outcome } = createCalls(page);
    const before = await shownMenus(app);
    const row = { kind: 'row', entryId: first.id } as const;
    for (let calls = 0; calls < 20; calls += 1) {
      expect(await outcome('menus', 'reportTarget', { target: row, position: null })).toEqual({
        ok: true,
        value: null,
      });
    }
    const withText = { ...row, name: 'of the page', text: 'of the page' };
    expect(
      await outcome('menus', 'reportTarget', { target: withText as typeof row, position: null }),
    ).toEqual({
      ok: false,
      failure: { code: 'gate.malformed' },
    });
    expect(await shownMenus(app)).toEqual(before);
    expect(await readClipboard(app)).toBe('of the person');

    // Even what the page claims a row is called does not count.
    const option = letterhead.option(second.name);
    await option.evaluate((element) => {
      for (const one of element.querySelectorAll('.name')) one.textContent = 'of the page';
    });
    await (await rightClick(app, letterhead.list.getByRole('option').nth(0))).press('Escape');
    await (await rightClick(app, option)).click('Copy name');
    await expect.poll(() => readClipboard(app)).toBe(second.name);
  });
});
