/** The table with only the keyboard. */
import { expect, test } from '../support/fixtures';
import { addAllOrganizations } from '../support/initial-fetch';
import { Keyboard } from '../support/keyboard';
import { readClipboard } from '../support/native-ui';
import { idsByRow } from '../support/table-order';

const COUNT = 40;
test.use({ standinOptions: { organizations: COUNT } });

test('walks, selects, copies, filters and opens pages beside the table', async ({
  launch,
  standin,
}) => {
  const running = await launch();
  const { app, page, letterhead } = running;
  await addAllOrganizations(letterhead, COUNT);
  await letterhead.waitUntilFetched();
  const keys = new Keyboard(running);

  await keys.shortcut('CmdOrCtrl+2');
  const grid = page.getByRole('grid', { name: 'Organizations' });
  await expect(grid).toHaveAttribute('aria-rowcount', String(COUNT + 1));
  await keys.expectFocusOn(grid);
  const active = grid.locator('.active');
  await expect(active).toHaveAccessibleName(/^Name, /);

  await keys.press('ArrowRight', 'ArrowRight', 'ArrowRight', 'Shift+ArrowDown');
  await expect(active).toHaveAccessibleName(/^Phone, \+/);
  await keys.press('Control+c');
  await expect(page.getByText('2 × 1 cells copied')).toBeVisible();
  expect(await readClipboard(app)).toMatch(/^\+[^\t\n]+\n\+[^\t\n]+$/);

  await keys.press('Control+End');
  await expect(active).toHaveAccessibleName(/^Last check, /);
  await expect(active).toBeInViewport();
  // The page of the first one is open since it was added.
  await keys.press('Control+Home', 'Space');
  await expect(page.getByRole('textbox', { name: 'Business phone' })).toBeHidden();
  await keys.press('ArrowDown', 'Space');
  await expect(page.getByRole('textbox', { name: 'Business phone' })).toBeVisible();
  await keys.expectFocusOn(grid);
  await keys.press('Space');
  await expect(page.getByRole('textbox', { name: 'Business phone' })).toBeHidden();
  // From within the page, Escape closes it.
  await keys.press('Home', 'Enter');
  await expect(page.locator('main h1')).toBeFocused();
  await keys.press('Escape');
  await keys.expectFocusOn(grid);

  await keys.press('Control+Home', 'ArrowUp', 'ArrowRight', 'ArrowRight', 'Enter');
  const dialog = letterhead.dialog('Email column');
  await expect(dialog).toBeVisible();
  await keys.typeInto(dialog.getByRole('textbox', { name: 'Text to look for' }), '@');
  await keys.press('Enter');
  await expect(page.getByText('Email contains “⁨@⁩”')).toBeVisible();
  await keys.expectFocusOn(grid);
  const found = [...standin.organizations.values()].filter(({ profile }) =>
    profile?.business_email.includes('@'),
  );
  await expect(grid).toHaveAttribute('aria-rowcount', String(found.length + 1));

  await keys.shortcut('CmdOrCtrl+1');
  await expect(letterhead.list).toBeVisible();
});

test('types, fills, clears, pastes, undoes and saves cells', async ({ launch, standin }) => {
  const running = await launch();
  const { app, page, letterhead } = running;
  await addAllOrganizations(letterhead, COUNT);
  await letterhead.waitUntilFetched();
  const keys = new Keyboard(running);
  const grid = page.getByRole('grid', { name: 'Organizations' });
  const active = grid.locator('.active');

  await keys.shortcut('CmdOrCtrl+2');
  await expect(active).toHaveAccessibleName(/^Name, /);
  await keys.press('ArrowRight', 'ArrowRight', 'ArrowRight');
  const ids = await idsByRow(app, page, standin);
  await keys.press('Control+Home');
  await keys.shortcut('CmdOrCtrl+1');

  await test.step('pastes numbers from a spreadsheet and saves them: 8 keys', async () => {
    const numbers = Array.from({ length: COUNT }, (_, n) => `+49 30 5550 ${100 + n}`);
    await app.evaluate(({ clipboard }, text) => clipboard.writeText(text), numbers.join('\r\n'));
    await keys.shortcut('CmdOrCtrl+2');
    await expect(active).toHaveAccessibleName(/^Name, /);
    // Space closes the page of the first one, which is open since it was added.
    await keys.press('Space', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Control+v');
    await expect(active).toHaveAccessibleName(/^Phone, was .*, now \+49 30 5550 100, not saved$/);
    await keys.shortcut('CmdOrCtrl+S');
    await expect(letterhead.button(`Save ${COUNT} changes`)).toBeVisible();
    await keys.shortcut('CmdOrCtrl+S');
    const saved = () => ids.map((id) => standin.profileOf(id)?.business_phone);
    await expect.poll(saved, { timeout: 60_000 }).toEqual(numbers);
  });

  await test.step('types into a cell, takes it back, and types again', async () => {
    await keys.press('Escape');
    await keys.tabTo(grid);
    await expect(active).toHaveAccessibleName('Phone, +49 30 5550 100');
    await keys.press('1', '2', 'Escape');
    await expect(active).toHaveAccessibleName('Phone, +49 30 5550 100');
    await keys.press('+', '4', '9', 'Space', '1', 'Enter', 'ArrowUp');
    await expect(active).toHaveAccessibleName(
      /^Phone, was \+49 30 5550 100, now \+49 1, not saved/,
    );
    await keys.press('F2', 'End', '2', '3', 'Enter', 'ArrowUp');
    await expect(active).toHaveAccessibleName(
      /^Phone, was \+49 30 5550 100, now \+49 123, not saved/,
    );
  });

  await test.step('fills down, clears and undoes', async () => {
    await keys.press('Shift+ArrowDown', 'Shift+ArrowDown', 'Control+d');
    await expect(grid.getByRole('gridcell', { name: /now \+49 123, not saved/ })).toHaveCount(3);
    await keys.press('Delete');
    await expect(grid.getByRole('gridcell', { name: /now empty, not saved$/ })).toHaveCount(3);
    await keys.shortcut('CmdOrCtrl+Z');
    await expect(grid.getByRole('gridcell', { name: /now \+49 123, not saved/ })).toHaveCount(3);
    await keys.press('Control+z');
    await expect(grid.getByRole('gridcell', { name: /now \+49 123, not saved/ })).toHaveCount(1);
    await keys.press('Control+Shift+z');
    await expect(grid.getByRole('gridcell', { name: /now \+49 123, not saved/ })).toHaveCount(3);
  });
});
