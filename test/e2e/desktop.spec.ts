/** Desktop integration: menu, its shortcuts and the guide's list of them, window bounds. */
import { readFile } from 'node:fs/promises';
import { expect, test } from './support/fixtures';
import { chooseMenuItem } from './support/native-ui';

/** An Electron accelerator as the guide writes it. */
const asInGuide = (accelerator: string): string =>
  accelerator.replace('CmdOrCtrl', 'Ctrl').replace(/,$/, ', (comma)');

test('the window opens where it was left, with a menu of which every command works', async ({
  launch,
  seed,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  seed(first!);
  const running = await launch();
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

  const { app, page, letterhead } = again;
  await test.step('the guide lists exactly the shortcuts of the menu', async () => {
    const items = await app.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()!.items.flatMap(({ submenu }) =>
        (submenu?.items ?? [])
          // Not the items that the system itself carries out.
          .filter(({ id, accelerator, role }) => id && accelerator && !role)
          .map(({ label, accelerator, visible }) => ({ label, accelerator, visible })),
      ),
    );
    expect(items.every(({ visible, label }) => visible && label !== '')).toBe(true);
    const keys = items.map(({ accelerator }) => asInGuide(String(accelerator)));
    expect(new Set(keys).size, 'shortcuts are unique').toBe(keys.length);

    const guide = await readFile('docs/guide.md', 'utf8');
    const section = guide.slice(guide.indexOf('## Shortcuts')).split('\n---')[0]!;
    const rows = [
      ...section.matchAll(/^\| ((?:Ctrl|F\d)\S*(?: \(comma\))?)(?: or (Ctrl\S+|F\d))? +\|/gm),
    ];
    expect(rows.map(([, first]) => first).sort()).toEqual(keys.sort());
    // The page itself handles the second shortcut of the search (long-list.spec.ts) and of refreshing (menu-items.test.ts).
    expect(rows.flatMap(([, , second]) => second ?? [])).toEqual(['Ctrl+K', 'F5']);
  });

  await test.step('the menu has every command with its shortcut, and they work', async () => {
    await letterhead.openProfile(first!);
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
});
