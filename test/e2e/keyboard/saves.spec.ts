/** Saves of many and CSV files with only the keyboard. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { holdWrites, makeDrafts, saveButton } from '../support/fill-and-save';
import { expect, test } from '../support/fixtures';
import { Keyboard } from '../support/keyboard';
import { answerFileDialogs } from '../support/native-ui';

const COUNT = 8;
test.use({ standinOptions: { organizations: COUNT } });

test('saves many organizations at once, and exports and imports them', async ({
  launch,
  seed,
  standin,
  userData,
  nextOrganization,
}) => {
  const first = nextOrganization();
  seed();
  const running = await launch();
  const { app, page, letterhead } = running;
  await letterhead.openProfile(first);
  const keys = new Keyboard(running);
  const saves = page.getByRole('region', { name: 'Current saves' });

  await test.step('selects, fills, saves, pauses, resumes, cancels and closes, and shows what became of each', async () => {
    const fill = letterhead.dialog('Fill');

    await keys.tabTo(letterhead.list);
    await keys.press('Home', 'Control+Space', 'Shift+ArrowDown', 'Escape');
    await keys.expectFocusOn(letterhead.list);
    await keys.press('Control+a');
    await keys.activate(letterhead.button('Fill…'));
    await keys.tick(fill.getByRole('checkbox', { name: 'Business phone' }));
    await keys.expectFocusOn(fill.getByRole('textbox', { name: 'New text for Business phone' }));
    await keys.type('+49 30 5550 100');
    await keys.activate(fill.getByRole('button', { name: makeDrafts(letterhead, COUNT) }));
    await expect(saveButton(letterhead, COUNT)).toBeEnabled();
    await keys.expectVisibleFocus();
    const release = holdWrites(standin, 0);
    await keys.shortcut('CmdOrCtrl+S');
    await keys.expectFocusOn(saves.getByRole('group', { name: /^Change/ }));

    await keys.activate(saves.getByRole('button', { name: 'Pause' }));
    await keys.expectFocusOn(saves.getByRole('button', { name: 'Resume' }));
    await keys.press('Enter');
    await keys.expectFocusOn(saves.getByRole('button', { name: 'Pause' }));
    await keys.press('Enter');
    await keys.expectFocusOn(saves.getByRole('button', { name: 'Resume' }));
    release();

    // A row of *Waiting* becomes a draft again, and the focus goes to the next one.
    await keys.tabTo(page.getByRole('tab', { selected: true }));
    await keys.press('ArrowRight');
    const waiting = page.getByRole('list', { name: 'Waiting changes' }).getByRole('listitem');
    await keys.activate(waiting.last().getByRole('button', { name: 'Withdraw' }));
    await expect(waiting.last()).toContainText('Withdrawn.');
    await keys.expectFocusOn(waiting.last().getByRole('group').first());

    const cancel = saves.getByRole('button', { name: 'Cancel…' });
    const question = letterhead.dialog('Cancel remaining changes');
    await keys.tabBackTo(cancel);
    await keys.press('Enter');
    await keys.expectFocusOn(question.getByRole('button', { name: 'Leave it paused' }));
    await keys.press('Enter');
    await keys.expectFocusOn(cancel);
    await keys.press('Enter');
    await keys.activate(question.getByRole('button', { name: 'Discard' }));
    await expect(question).toBeHidden();
    await expect(cancel).toBeHidden();
    await keys.expectVisibleFocus();

    const show = saves.getByRole('button', { name: /^Results \(\d not saved\)$/ });
    await keys.activate(show);
    await expect(saves.getByRole('list', { name: 'Result of each organization' })).toBeVisible();
    await keys.expectFocusOn(show);
    await keys.press('Enter');
    await keys.activate(saves.getByRole('button', { name: 'Close' }));
    await expect(saves).toBeHidden();
    await keys.expectVisibleFocus();
    await keys.press('Escape');
    await keys.expectFocusOn(letterhead.heading(first.name));
  });

  await test.step('exports a file, imports it, and reaches its problems', async () => {
    const path = join(userData, 'file.csv');
    await answerFileDialogs(app, path);
    // The save's line has such a button, too.
    const dismiss = page.locator('.message').getByRole('button', { name: 'Close', exact: true });

    await keys.press('Tab', 'Shift+Tab');
    await keys.shortcut('CmdOrCtrl+E');
    const exporting = letterhead.dialog('Export');
    await keys.expectFocusOn(exporting.getByRole('button', { name: 'Export' }));
    await keys.press('Enter');
    await expect(page.getByText(`${COUNT} organizations exported to ⁨file.csv⁩.`)).toBeVisible();
    await keys.activate(dismiss);
    await expect(dismiss).toBeHidden();
    await keys.expectFocusOn(letterhead.heading(first.name));

    await keys.tabTo(letterhead.list);
    await keys.press('Home', 'Control+Space');
    await keys.shortcut('CmdOrCtrl+E');
    await keys.expectFocusOn(exporting.getByRole('button', { name: 'Export' }));
    await keys.press('Enter');
    await expect(page.getByText('1 organization exported to ⁨file.csv⁩.')).toBeVisible();
    await keys.expectFocusOn(letterhead.list);
    await keys.press('Escape');

    // More rows than fit, because only a scrolling list is a tab stop.
    const wrong = 'wrong,2\n'.repeat(9);
    await writeFile(path, `Organization ID,Business phone\n${first.id},+44 1\n${wrong}`);
    await keys.shortcut('CmdOrCtrl+I');
    const strip = page.getByRole('region', { name: 'Import file.csv' });
    await keys.expectFocusOn(strip.getByRole('heading'));
    await expect(strip).toContainText('1 row matched · Not imported (9)');
    await keys.activate(strip.getByRole('button', { name: 'Make a draft in 1 organization' }));
    await keys.expectFocusOn(page.getByRole('grid', { name: 'Organizations' }));
    const line = page.locator('.batch').getByRole('group', { name: 'file.csv' });
    await keys.activate(line.getByRole('button', { name: 'Not imported (9)' }));
    const left = letterhead.dialog('Not imported: file.csv');
    await keys.tabTo(left.getByRole('list', { name: 'Rows and cells not imported' }));
    await keys.press('Escape');
    await keys.activate(line.getByRole('button', { name: 'Review 1' }));
    // Nothing is saved before it is shown.
    await expect(saveButton(letterhead, 2)).toBeEnabled();
    await keys.shortcut('CmdOrCtrl+S');
    await expect(saves.getByText(/ saved and confirmed by Cloudflare/)).toBeVisible();

    await writeFile(path, 'Name\nx\n');
    await keys.shortcut('CmdOrCtrl+I');
    await expect(page.getByText('Nothing was imported from file.csv.')).toBeVisible();
    await keys.tabBackTo(dismiss);
    await keys.press('Enter');
    await expect(dismiss).toBeHidden();
    await keys.expectVisibleFocus();
  });
});
