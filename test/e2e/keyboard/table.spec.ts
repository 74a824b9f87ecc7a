/** The table with only the keyboard. */
import { expect, test } from '../support/fixtures';
import { addAllOrganizations } from '../support/initial-fetch';
import { Keyboard } from '../support/keyboard';
import { readClipboard } from '../support/native-ui';

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
  const dialog = letterhead.dialog('Column Email');
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
