/** Labels: given and taken with the mouse alone and with the keyboard alone, filtered by, and exported. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseForSelected, pressExport, selectAll } from './support/fill-and-save';
import { expect, test } from './support/fixtures';
import { Keyboard } from './support/keyboard';
import { click, rightClick } from './support/native-menu';
import { answerFileDialogs, chooseMenuItem } from './support/native-ui';

test('labels one organization and the selected ones, filters by label, and exports the labels', async ({
  launch,
  seed,
  standin,
  nextOrganization,
  userData,
}) => {
  const [first, second, third] = [nextOrganization(), nextOrganization(), nextOrganization()];
  seed(first, second, third);
  const { app, page, letterhead } = await launch();
  await letterhead.expectRows(3);
  const one = letterhead.dialog('Labels');
  const filter = letterhead.choice('Label');
  const apply = { name: 'Apply' };

  await test.step('with the mouse: the menu of a row', async () => {
    await (await rightClick(app, letterhead.option(first.name))).click('Labels…');
    await expect(one).toContainText(first.name);
    await expect(one).toContainText('Cloudflare never sees them');
    await page.keyboard.type('South');
    await click(app, one.getByRole('button', { name: 'Add' }));
    await click(app, one.getByRole('button', apply));
    await expect(one).toBeHidden();
    await letterhead.open(first.name);
    await expect(page.getByText('Labels, only in Letterhead:').locator('..')).toContainText(
      'South',
    );
  });

  await test.step('with the keyboard: the selected ones, one of which has the label', async () => {
    const keys = new Keyboard({ app, page });
    await keys.press('Tab');
    await keys.tabTo(letterhead.list);
    await keys.press('Control+a');
    const more = letterhead.button('More actions for the selected organizations');
    await keys.tabTo(letterhead.button('Fill…'));
    await expect(more).toBeEnabled();
    await keys.press('ArrowRight');
    await keys.openMenuAt(page.getByRole('menuitem', { name: 'Labels…' }));
    await keys.press('Enter');
    const many = letterhead.dialog('Labels of 3 organizations');
    await expect(many).toContainText('1 of 3');
    await page.keyboard.insertText('x'.repeat(10_000));
    await keys.press('Enter');
    await expect(many.getByRole('textbox')).toHaveAccessibleDescription(
      'A label has at most 50 characters; this one has 10,000.',
    );
    await expect(many.getByRole('button', apply)).toBeDisabled();
    await keys.press('Control+a');
    await page.keyboard.type('=VIP');
    await keys.press('Enter');
    await keys.activate(many.getByRole('button', apply));
    await expect(many).toBeHidden();
    await keys.expectFocusOn(more);
  });

  await test.step('the filter, and the file', async () => {
    await letterhead.chooseInView('Label', 'South');
    await letterhead.expectRows(1);
    await letterhead.chooseInView('Label', '=VIP');
    await letterhead.expectRows(3);
    const path = join(userData, 'labels.csv');
    await answerFileDialogs(app, path);
    await chooseMenuItem(app, 'export');
    await pressExport(letterhead);
    await expect(page.getByText('3 organizations exported to ⁨labels.csv⁩.')).toBeVisible();
    const text = await readFile(path, 'utf8');
    expect(text).toContain('"\'=VIP; South"');
    await selectAll(letterhead);
    await chooseForSelected(letterhead, 'Labels…');
    const many = letterhead.dialog('Labels of 3 organizations');
    await many.getByRole('checkbox', { name: '=VIP' }).uncheck();
    await many.getByRole('button', apply).click();
    // The filter of a label that nothing has any more hides nothing.
    await expect(filter.locator('option')).toHaveText(['All labels', 'South']);
    await letterhead.expectRows(3);
  });

  expect(standin.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});
