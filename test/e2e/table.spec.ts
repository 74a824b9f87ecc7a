/** The table: with the mouse alone, and what main makes of what is copied. With the keyboard: keyboard/table.spec.ts. */
import type { Locator } from '@playwright/test';
import { expect, test } from './support/fixtures';
import { addAllOrganizations } from './support/initial-fetch';
import { startForbiddenServer } from './support/forbidden-server';
import { rightClick } from './support/native-menu';
import { copyRichText, readClipboard } from './support/native-ui';

const COUNT = 40;
test.use({ standinOptions: { organizations: COUNT } });

/** The middle of a cell. */
async function middleOf(cell: Locator): Promise<{ x: number; y: number }> {
  const box = (await cell.boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

test('shows all organizations, and is read, filtered, copied and left with the mouse', async ({
  launch,
  standin,
}) => {
  const [first, second] = [...standin.organizations.values()];
  standin.setProfile(first!.id, { business_phone: '', business_address: '1 High St\nBath' });
  const empty = [...standin.organizations.values()].filter(
    ({ profile }) => profile?.business_phone === '',
  );
  const { app, page, letterhead } = await launch();
  await addAllOrganizations(letterhead, COUNT);
  await letterhead.waitUntilFetched();

  await page.getByRole('radio', { name: 'Table' }).click();
  // The page of the first one is open since it was added.
  await page.getByRole('button', { name: 'Close page' }).click();
  const grid = page.getByRole('grid', { name: 'Organizations' });
  await expect(grid).toBeFocused();
  const cell = (name: string) => grid.getByRole('gridcell', { name, exact: true });
  await expect(grid).toHaveAttribute('aria-rowcount', String(COUNT + 1));
  await expect(grid.getByRole('columnheader')).toHaveText([
    'Name',
    'Business name',
    'Email',
    'Phone',
    'Address',
    'State',
    'Last check',
  ]);

  await test.step('filters a column by its empty cells, and removes the filter again', async () => {
    await grid.getByRole('columnheader', { name: 'Phone' }).locator('.menu').click();
    const dialog = letterhead.dialog('Phone column');
    await dialog.getByRole('radio', { name: 'Only empty cells' }).check();
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await expect(cell('Address, 1 High St ↵ Bath')).toBeVisible();
    await expect(grid).toHaveAttribute('aria-rowcount', String(empty.length + 1));
    await grid.locator('.box').first().click();
    await page.getByRole('button', { name: 'More actions for the selected organizations' }).click();
    await page.getByRole('menuitem', { name: `Select all ${empty.length}` }).click();
    await expect(page.getByText(`${empty.length} selected`, { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Stop selecting' }).click();
    await page.getByRole('button', { name: 'Remove: Phone is empty' }).click();
    await expect(grid).toHaveAttribute('aria-rowcount', String(COUNT + 1));
  });

  await test.step('copies what was dragged over with the right mouse button, texts as texts', async () => {
    const row = grid.getByRole('row').filter({ hasText: '1 High St' });
    const cells = row.getByRole('gridcell');
    await page.mouse.move(...(Object.values(await middleOf(cells.nth(2))) as [number, number]));
    await page.mouse.down();
    await page.mouse.move(...(Object.values(await middleOf(cells.nth(3))) as [number, number]));
    await page.mouse.up();
    await expect(grid.locator('[aria-selected=true]')).toHaveCount(2);
    const menu = await rightClick(app, cells.nth(3));
    expect(menu.labels).toEqual([
      ...['Cut', 'Copy', 'Paste', 'Delete', 'Fill these cells…', 'Fill down'],
      'Find and replace in the table…',
    ]);
    await menu.click('Copy');
    await expect(page.getByText('1 × 2 cells copied')).toBeVisible();
    expect(await readClipboard(app)).toBe('\t"1 High St\nBath"');
  });

  await test.step('pastes with the menu of the cells, and undoes it with the button below', async () => {
    await app.evaluate(({ clipboard }) => clipboard.writeText('+49 30 1\r\n+49 30 2\r\n'));
    const phones = grid.getByRole('gridcell', { name: /^Phone, / });
    await phones.first().click();
    const menu = await rightClick(app, phones.first());
    await menu.click('Paste');
    const pasted = grid.getByRole('gridcell', { name: /^Phone, .*\+49 30 [12], not saved/ });
    await expect(pasted).toHaveCount(2);
    await page.getByRole('button', { name: /^Undo: / }).click();
    await expect(pasted).toHaveCount(0);
    await expect(grid).toBeFocused();
  });

  await test.step('fills the selected cells from their menu', async () => {
    const phones = grid.getByRole('gridcell', { name: /^Phone, / });
    await phones.first().click();
    await phones.nth(1).click({ modifiers: ['Shift'] });
    const menu = await rightClick(app, phones.first());
    await menu.click('Fill these cells…');
    await page.getByRole('textbox', { name: 'New text for all selected cells' }).fill('+49 30 3');
    await page.getByRole('button', { name: 'Fill', exact: true }).click();
    const filled = grid.getByRole('gridcell', { name: /^Phone, .*\+49 30 3, not saved/ });
    await expect(filled).toHaveCount(2);
    await page.getByRole('button', { name: /^Undo: / }).click();
    await expect(filled).toHaveCount(0);
  });

  await test.step('pastes only the text of what a web page put on the clipboard: nothing of it runs or is fetched', async () => {
    const elsewhere = await startForbiddenServer();
    try {
      const run = "document.title = 'Taken over'";
      const image = `<img src="${elsewhere.origin}/picture.png" onerror="${run}">`;
      const html = `<meta charset="utf-8"><style>@import "${elsewhere.origin}/style.css"</style>${image}<table><tr>
        <td>${image}<b>+49 30 3</b><script>${run}</script></td></tr><tr><td>unlike the text</td></tr></table>`;
      await copyRichText(app, { text: `+49 30 3\r\n${image}\r\n`, html });
      const title = await page.title();
      const phones = grid.getByRole('gridcell', { name: /^Phone, / });
      const pasted = grid.getByRole('gridcell', {
        name: /^Phone, .*(\+49 30 3|<img src=.*>), not saved/,
      });
      // The second means only the text, which is all that either pastes.
      for (const key of ['Control+v', 'Control+Shift+v']) {
        await phones.first().click();
        await page.keyboard.press(key);
        await expect(pasted).toHaveText(['+49 30 3', image]);
        await expect(page.locator('img')).toHaveCount(0);
        expect(await page.title()).toBe(title);
        await page.getByRole('button', { name: /^Undo: / }).click();
        await expect(pasted).toHaveCount(0);
      }
      expect(elsewhere.requests).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  await test.step('ticks organizations, and opens and closes a page beside the table', async () => {
    const row = grid.getByRole('row').filter({ hasText: second!.name });
    await row.locator('.box').click();
    await expect(
      letterhead.page.getByRole('toolbar', { name: 'Selected organizations' }),
    ).toContainText('1 selected');
    await row.getByRole('rowheader').dblclick();
    await expect(page.getByRole('heading', { level: 1, name: second!.name })).toBeVisible();
    await expect(grid).toBeVisible();
    await page.getByRole('button', { name: 'Close page' }).click();
    await expect(page.getByRole('heading', { level: 1, name: second!.name })).toBeHidden();
  });

  await page.getByRole('radio', { name: 'List' }).click();
  await expect(letterhead.list).toBeVisible();
});
