/** The table: with every kind of cell, a range, filters, groups, and a page beside it. */
import { expect } from '@playwright/test';
import { rightClick } from '../e2e/support/native-menu';
import { chooseMenuItem } from '../e2e/support/native-ui';
import type { Scene } from './scene';
import { addAndFetch, ALL_SIZES, organizationsOf } from './steps';

const LONG =
  'Landesarbeitsgemeinschaft der öffentlichen Wohnungsunternehmen und Siedlungsgesellschaften in Norddeutschland';

const cells: Scene = {
  name: 'the table, with a range, filters and a page beside it',
  standin: { organizations: 18 },
  async walk({ launch, show, standin }) {
    const all = organizationsOf(standin);
    const [first, second, third, fourth] = all;
    standin.setProfile(second!.id, { business_phone: '' });
    standin.setProfile(third!.id, { business_name: LONG, business_address: LONG });
    const { app, page, letterhead } = await launch();
    const { messages } = letterhead;
    await addAndFetch(letterhead, all);
    await letterhead.openProfile(fourth!);
    await letterhead.typeDraft({ business_phone: '+44 20 7946 0123' });
    await letterhead.openProfile(first!);
    await page.getByRole('radio', { name: messages.table_view_table() }).click();
    const grid = page.getByRole('grid', { name: messages.common_organizations_title() });
    await expect(grid.getByRole('gridcell').first()).toBeVisible();
    await show('table-and-page', { sizes: ALL_SIZES });
    await page.getByRole('button', { name: messages.table_close_page() }).click();
    await grid.focus();
    await page.keyboard.press('Control+Home');
    for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowRight'])
      await page.keyboard.press(key);
    for (let row = 0; row < 3; row += 1) await page.keyboard.press('Shift+ArrowDown');
    await show('table', { sizes: ALL_SIZES, guide: 'table' });

    const menu = await rightClick(app, grid.locator('[aria-selected="true"]').first());
    await menu.click(messages.table_fill_cells());
    await page
      .getByRole('textbox', { name: messages.table_fill_cells_text() })
      .fill('+44 20 7946 0123');
    await show('table-fill-cells');
    await letterhead.button(messages.common_cancel()).click();
    await expect(grid).toBeFocused();

    await page.keyboard.press('Control+d');
    await expect(page.getByText(messages.common_undo(), { exact: true })).toBeVisible();
    await page.keyboard.press('F2');
    await expect(grid.getByRole('textbox')).toBeFocused();
    await show('table-editing', { sizes: ALL_SIZES });
    await page.keyboard.press('Escape');

    await chooseMenuItem(app, 'replace');
    const find = page.getByRole('textbox', { name: messages.table_find() });
    await find.fill('a');
    await expect(page.getByRole('button', { name: messages.table_find_next() })).toBeEnabled();
    await page.getByRole('textbox', { name: messages.table_find_replacement() }).fill('b');
    await expect(grid.locator('.found').first()).toBeVisible();
    await show('table-replacing', { sizes: ALL_SIZES });
    await find.fill('nothing like this');
    await letterhead.expectText(messages.table_find_none());
    await find.press('Escape');

    await page.keyboard.press('Home');
    await page.keyboard.press('Control+Space');
    await letterhead.expectText(messages.common_selected({ count: '1' }));
    await show('table-ticked');
    await page.keyboard.press('ArrowUp');
    for (let row = 0; row < 4; row += 1) await page.keyboard.press('ArrowUp');
    for (let column = 0; column < 3; column += 1) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const phone = messages.table_column_business_phone();
    const dialog = letterhead.dialog(messages.table_column_dialog({ column: phone }));
    await dialog.getByRole('radio', { name: messages.table_filter_empty() }).check();
    await show('table-column');
    await dialog.getByRole('button', { name: messages.table_apply() }).click();
    await letterhead.expectText(messages.table_filtered_empty({ column: phone }));
    await show('table-filtered');
    const search = page.getByRole('searchbox', { name: messages.list_search() });
    await search.fill(fourth!.name);
    await letterhead.expectText(messages.table_no_rows());
    await show('table-no-rows');
    await search.fill('nothing like this');
    await letterhead.expectText(messages.list_nothing_found_next());
    await show('table-nothing-found');
    await page.getByRole('button', { name: messages.table_columns() }).click();
    await expect(letterhead.dialog(messages.table_columns_title())).toBeVisible();
    await show('table-columns');
    await page.keyboard.press('Escape');
  },
};

const groups: Scene = {
  name: 'the table, grouped by parent',
  standin: { tree: { levels: 4, children: 2 } },
  async walk({ launch, show, standin }) {
    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    await letterhead.setUpAll();
    await letterhead.expectRows(organizationsOf(standin).length);
    await letterhead.waitUntilFetched();
    await page.getByRole('radio', { name: messages.table_view_table() }).click();
    await letterhead.chooseInView(messages.list_group(), 'parent');
    const grid = page.getByRole('treegrid', { name: messages.common_organizations_title() });
    await grid.focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Control+Space');
    await expect(grid.locator('.active')).toHaveAccessibleName(/1.*1/);
    await page.keyboard.press('ArrowLeft');
    await show('table-grouped', { sizes: ALL_SIZES });
  },
};

export const table: readonly Scene[] = [cells, groups];
