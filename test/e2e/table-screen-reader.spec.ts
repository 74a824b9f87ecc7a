/** What a screen reader says of the table in each of its states: the accessibility tree, compared with sentences. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/fixtures';
import { addAllOrganizations } from './support/initial-fetch';
import { chooseMenuItem } from './support/native-ui';

test.use({ standinOptions: { organizations: 4 } });

const NEW_PHONE = '+44 20 7946 0321';

/** A row of the table, from 0. */
const rowOf = (grid: Locator, number: number): Locator => grid.getByRole('row').nth(number + 1);

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

test('each state of the table in words', async ({ launch, standin }) => {
  const { app, page, letterhead } = await launch();
  await addAllOrganizations(letterhead, 4);
  await letterhead.waitUntilFetched();
  await page.getByRole('radio', { name: 'Table' }).click();
  await page.getByRole('button', { name: 'Close page' }).click();
  const grid = page.getByRole('grid', { name: 'Organizations' });
  const table = page.getByRole('complementary', { name: 'Table of organizations' });

  await test.step('at rest', async () => {
    await expect(grid).toMatchAriaSnapshot(`
      - grid "Organizations":
        - row "Name Business name Email Phone Address State Last check":
          - columnheader "Name"
          - columnheader "Business name"
          - columnheader "Email"
          - columnheader "Phone"
          - columnheader "Address"
          - columnheader "State"
          - columnheader "Last check"
        - rowgroup:
          - row:
            - rowheader "Name, Brightwater Ltd"
            - gridcell "Business name, Brightwater Ltd"
            - gridcell "Email, office@brightwater.example"
            - gridcell "Phone, ${NEW_PHONE}"
            - gridcell "Address, 12 Harbour Row ↵ Bristol BS1 4RN ↵ United Kingdom"
            - gridcell "State, Up to date"
            - gridcell /Last check, .+/
    `);
    await expect(table).toMatchAriaSnapshot(`
      - radiogroup "View":
        - radio "List"
        - radio "Table" [checked]
      - radiogroup "Show":
        - radio "All" [checked]
        - radio "Check"
        - radio "Changes"
      - button "Sort again"
      - button "Columns…"
      - text: 4 organizations
    `);
  });

  await test.step('a range, and a fill of it', async () => {
    await grid.focus();
    await press(page, 'Control+Home', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Shift+ArrowDown');
    await expect(table).toMatchAriaSnapshot(`
      - grid
      - text: 2 × 1 cells selected
    `);
    for (const row of [0, 1])
      await expect(rowOf(grid, row)).toMatchAriaSnapshot(`
        - row:
          - gridcell /^Phone, / [selected]
      `);
    await press(page, 'Control+d');
    await expect(table).toMatchAriaSnapshot(`
      - group "Fill Business phone":
        - status:
          - strong: Fill Business phone
          - text: /1/
        - button /^Review/
        - 'button "Undo: Fill Business phone"'
        - button "Close"
    `);
    await expect(rowOf(grid, 1)).toMatchAriaSnapshot(`
      - row:
        - rowheader "Name, L'Atelier du Vélo SARL"
        - gridcell "Phone, was +33 1 99 00 42 17, now ${NEW_PHONE}, not saved"
        - gridcell "State, Draft"
    `);
  });

  await test.step('a cell that is edited', async () => {
    await press(page, 'F2');
    await expect(grid.getByRole('textbox')).toBeFocused();
    await expect(grid.getByRole('textbox')).toMatchAriaSnapshot(`
      - textbox "Phone of L'Atelier du Vélo SARL": ${NEW_PHONE}
    `);
    await press(page, 'Escape');
  });

  await test.step('a change that waits, and one that is saved', async () => {
    const held = standin.hold({ method: 'PUT' });
    await chooseMenuItem(app, 'save');
    await letterhead.button('Save 1 change').click();
    await held.arrived;
    await page.getByRole('radio', { name: 'Table' }).click();
    await expect(rowOf(grid, 1)).toMatchAriaSnapshot(`
      - row:
        - gridcell "Phone, was +33 1 99 00 42 17, now ${NEW_PHONE}, waiting"
    `);
    held.release();
    await expect(rowOf(grid, 1)).toMatchAriaSnapshot(`
      - row:
        - gridcell "Phone, ${NEW_PHONE}"
        - gridcell "State, Up to date"
    `);
    // What was filled is saved, so there is nothing left to review, and *To save* beside the table has no line of it.
    await expect(table.getByRole('group', { name: 'Fill Business phone' })).toMatchAriaSnapshot(`
      - group "Fill Business phone":
        - /children: equal
        - paragraph
        - button "Close"
    `);
    const toSave = page.getByRole('main');
    await expect(toSave.getByRole('group', { name: 'Fill Business phone' })).toHaveCount(0);
  });

  await test.step('finding and replacing', async () => {
    await chooseMenuItem(app, 'replace');
    await page.getByRole('textbox', { name: 'Find' }).fill('Ltd');
    await expect(table.getByRole('search')).toMatchAriaSnapshot(`
      - search "Find and replace":
        - textbox "Find in cells": Ltd
        - button "Previous cell"
        - button "Next cell"
        - text: 1 cell in 1 organization
        - button "Close"
        - textbox "Replace with"
        - button "Replace"
        - button "Replace all"
        - checkbox "Match case"
        - checkbox "Entire cell"
        - combobox "Columns to search"
    `);
    await press(page, 'Escape');
  });

  await test.step('a filter, and nothing that matches it', async () => {
    await grid.focus();
    await press(page, 'Control+Home', 'ArrowUp', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter');
    const dialog = letterhead.dialog('Phone column');
    const { messages } = letterhead;
    await dialog.getByRole('radio', { name: messages.table_filter_empty() }).check();
    await expect(dialog).toMatchAriaSnapshot(`
      - dialog "Phone column":
        - heading "Phone column" [level=2]
        - radiogroup "Show":
          - radio "All rows"
          - radio "Only empty cells" [checked]
          - radio "Only edited cells"
          - radio "Only cells that contain"
        - textbox "Text to look for"
        - slider "Width"
        - button "Hide column"
        - button "Cancel"
        - button "Apply"
    `);
    await dialog.getByRole('button', { name: messages.table_apply() }).click();
    await letterhead.expectText(messages.table_no_rows());
    await expect(table).toMatchAriaSnapshot(`
      - list:
        - listitem:
          - text: Phone is empty
          - 'button "Remove: Phone is empty"'
      - grid "Organizations"
      - paragraph: No organization matches these filters.
      - button "Remove column filters"
      - text: 0 organizations
    `);
  });
});

test.describe('grouped by parent', () => {
  test.use({ standinOptions: { tree: { levels: 2, children: 2 } } });

  test('each group in words', async ({ launch }) => {
    const { page, letterhead } = await launch();
    await letterhead.setUpAll();
    await letterhead.waitUntilFetched();
    await page.getByRole('radio', { name: 'Table' }).click();
    await letterhead.chooseInView(letterhead.messages.list_group(), 'parent');
    const grid = page.getByRole('treegrid', { name: 'Organizations' });
    await grid.focus();
    await press(page, 'Control+Home');
    await expect(grid).toMatchAriaSnapshot(`
      - treegrid "Organizations":
        - rowgroup:
          - row "Brightwater Ltd, 3 organizations" [expanded] [level=1]:
            - rowheader "Brightwater Ltd, 3 organizations" [selected]
          - row [level=2]:
            - rowheader "Name, Brightwater Ltd"
            - gridcell "Phone, +44 20 7946 0321"
          - row [level=2]:
            - rowheader "Name, L'Atelier du Vélo SARL"
          - row [level=2]:
            - rowheader "Name, Möwe & Söhne Buchbinderei GmbH"
    `);
    await press(page, 'ArrowLeft');
    await expect(grid).toMatchAriaSnapshot(`
      - treegrid "Organizations":
        - rowgroup:
          - row "Brightwater Ltd, 3 organizations" [expanded=false] [level=1]
    `);
    await expect(grid.getByRole('rowheader')).toHaveCount(1);
  });
});
