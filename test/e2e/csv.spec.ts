/** CSV export and import. */
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { MAX_FIELD_LENGTH, MAX_IMPORT_ROWS } from '../../src/shared/limits';
import { createCalls } from '../faults/support/calls';
import { violations } from './support/axe';
import { chooseForSelected, pressExport } from './support/fill-and-save';
import { expect, test } from './support/fixtures';
import { answerFileDialogs, captureOpened, chooseMenuItem } from './support/native-ui';

test.use({ standinOptions: { organizations: 8 } });

/**
 * Drags a file over the window and drops it, through events of the page. A real drag needs a file manager, which no
 * session of the tests has.
 */
async function dropFile(page: Page, name: string, content: string): Promise<void> {
  const file = await page.evaluateHandle(
    ([title, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([text!], title!));
      return data;
    },
    [name, content],
  );
  await page.dispatchEvent('main', 'dragover', { dataTransfer: file });
  await expect(page.getByText('Drop to import')).toBeVisible();
  await page.dispatchEvent('main', 'drop', { dataTransfer: file });
  await expect(page.getByText('Drop to import')).toBeHidden();
}

test('exports and imports files, and refuses what is none', async ({
  launch,
  seed,
  standin,
  userData,
  nextOrganization,
}) => {
  seed();
  const { app, page, letterhead } = await launch();
  const strip = (name: string) => page.getByRole('region', { name: `Import ${name}` });

  /** Closes what the last export or import says; other lines have such a button, too. */
  const dismiss = page.locator('.message').getByRole('button', { name: 'Close', exact: true });
  /** What the last import did, below the table. */
  const line = page.locator('.batch').getByRole('group');
  async function saveDrafts(): Promise<void> {
    await line.getByRole('button', { name: 'Review 1' }).click();
    await letterhead.button('Save 1 change').click();
    const save = page.getByRole('group', { name: /^Change: / });
    await expect(save).toContainText('1 organization saved and confirmed');
    await save.getByRole('button', { name: 'Close' }).click();
    await expect(save).toBeHidden();
    // Where files are chosen and dropped in the next step.
    await page.getByRole('radio', { name: 'List' }).click();
  }

  await test.step('exports the search results or the selected organizations', async () => {
    const path = join(userData, 'some.csv');
    await answerFileDialogs(app, path);
    // The first line of a row's tooltip is the full name.
    // Not the first one, whose name is also that of a parent.
    await letterhead.expectRows(8);
    const last = letterhead.options.last();
    // A row that is still loading has none.
    await expect(last).toHaveAttribute('title', /./);
    const name = (await last.getAttribute('title'))!.split('\n')[0]!;
    await page.getByRole('searchbox', { name: 'Search organizations' }).fill(name);
    await letterhead.expectRows(1);
    await chooseMenuItem(app, 'export');
    const dialog = letterhead.dialog('Export');
    await expect(dialog.getByRole('radio', { name: 'Search results (1)' })).toBeChecked();
    await expect(dialog.getByRole('radio', { name: 'Excel workbook (.xlsx)' })).toBeChecked();
    await dialog.getByRole('radio', { name: 'CSV file (.csv)' }).check();
    await dialog.getByRole('button', { name: 'Export' }).click();
    await expect(page.getByText('1 organization exported to ⁨some.csv⁩.')).toBeVisible();
    await dismiss.click();

    await page.getByRole('searchbox', { name: 'Search organizations' }).fill('');
    await letterhead.expectRows(8);
    await letterhead.options.nth(3).click({ modifiers: ['Control'] });
    await letterhead.options.nth(5).click({ modifiers: ['Shift'] });
    await chooseForSelected(letterhead, 'Export…');
    await expect(dialog.getByRole('radio', { name: 'Selected organizations (3)' })).toBeChecked();
    await expect(dialog.getByRole('radio', { name: 'CSV file (.csv)' })).toBeChecked();
    await pressExport(letterhead);
    await expect(page.getByText('3 organizations exported to ⁨some.csv⁩.')).toBeVisible();
    expect((await readFile(path, 'utf8')).match(/[0-9a-f]{32}/g)).toHaveLength(3);
    await dismiss.click();
    await letterhead.list.press('Escape');
  });

  await test.step('importing an unedited export changes nothing; an edited one changes only the edited cells', async () => {
    const path = join(userData, 'branches.csv');
    await answerFileDialogs(app, path);
    await chooseMenuItem(app, 'export');
    await pressExport(letterhead);
    await expect(page.getByText('8 organizations exported to ⁨branches.csv⁩.')).toBeVisible();
    // While it has the focus, the notice stays.
    await dismiss.focus();
    const opened = await captureOpened(app);
    await letterhead.button('Open file').click();
    await expect.poll(opened).toEqual([path]);
    await dismiss.click();

    await chooseMenuItem(app, 'import');
    const list = strip('branches.csv');
    await expect(list).toContainText('8 rows matched · nothing would change');
    await expect(
      list.getByRole('button', { name: 'Make drafts in 0 organizations' }),
    ).toBeDisabled();
    await list.getByRole('button', { name: 'Cancel' }).click();

    const first = nextOrganization();
    const second = nextOrganization();
    const text = await readFile(path, 'utf8');
    const separator = text.includes(';') && text.indexOf(';') < text.indexOf('\n') ? ';' : ',';
    const rows = [
      ['Organization ID', 'Business phone', 'Notes'],
      [first.id, '+1 555 0100', 'moved'],
      [second.id, second.profile!.business_phone, ''],
      ['0123456789abcdef0123456789abcdef', '+1 555 0199', ''],
      ['not an id', '', ''],
    ];
    await writeFile(path, `\ufeff${rows.map((row) => row.join(separator)).join('\r\n')}\r\n`);
    await chooseMenuItem(app, 'import');
    await expect(list).toContainText(
      '2 rows matched · Not imported (2) · 1 organization will change',
    );
    const planned = page.getByRole('gridcell', { name: /; after the import: \+1 555 0100/ });
    await expect(planned).toHaveText(/→ ⁨\+1 555 0100⁩$/);
    await expect(page.getByRole('rowheader')).toHaveCount(1);
    await list.getByRole('checkbox', { name: 'Only rows that change' }).uncheck();
    await expect(page.getByRole('rowheader')).toHaveCount(8);
    await expect(planned).toBeVisible();
    await list.getByRole('button', { name: 'Make a draft in 1 organization' }).click();
    await expect(page.getByRole('rowheader')).toHaveCount(8);
    await line.getByRole('button', { name: 'Not imported (2)' }).click();
    const left = letterhead.dialog('Not imported: branches.csv');
    await expect(left.getByRole('listitem')).toHaveText([/^Row 4/, /^Row 5.*not an id/]);
    const reasons = join(userData, 'left.csv');
    await answerFileDialogs(app, reasons);
    await left.getByRole('radio', { name: 'CSV file (.csv)' }).check();
    await left.getByRole('button', { name: 'Export' }).click();
    await expect(left.getByRole('button', { name: 'Open file' })).toBeVisible();
    expect(await readFile(reasons, 'utf8')).toContain('No organization in your list matches this.');
    await letterhead.closeDialog();
    await saveDrafts();
    expect(standin.profileOf(first.id)?.business_phone).toBe('+1 555 0100');
    expect(standin.profileOf(second.id)).toEqual(second.profile);
  });

  await test.step('a file dropped on the window is imported, and nothing else', async () => {
    const url = page.url();
    const first = nextOrganization();
    await dropFile(page, 'list.csv', `id,phone\r\n${first.id},+1 555 0142\r\n`);
    await strip('list.csv').getByRole('button', { name: 'Make a draft in 1 organization' }).click();
    await saveDrafts();
    expect(standin.profileOf(first.id)?.business_phone).toBe('+1 555 0142');

    await dropFile(page, 'picture.png', '\x89PNG\0\0\0');
    await expect(page.getByText(/neither a CSV file nor an Excel workbook/)).toBeVisible();
    const text = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.setData('text/uri-list', 'https://example.com/');
      return data;
    });
    await page.dispatchEvent('main', 'drop', { dataTransfer: text });
    await expect(page.getByText(/^Only files can be imported/)).toBeVisible();
    expect(page.url()).toBe(url);
    await dismiss.click();
  });

  await test.step('a workbook exports and imports without changes; what is no workbook is refused', async () => {
    const path = join(userData, 'branches.xlsx');
    await answerFileDialogs(app, path);
    await chooseMenuItem(app, 'export');
    await letterhead
      .dialog('Export')
      .getByRole('radio', { name: 'Excel workbook (.xlsx)' })
      .check();
    await pressExport(letterhead);
    await expect(page.getByText('8 organizations exported to ⁨branches.xlsx⁩.')).toBeVisible();
    await dismiss.click();
    await chooseMenuItem(app, 'import');
    const list = strip('branches.xlsx');
    await expect(list).toContainText('8 rows matched · nothing would change');
    await list.getByRole('button', { name: 'Cancel' }).click();
    await truncate(path, 500);
    await chooseMenuItem(app, 'import');
    await expect(page.getByText('This workbook is damaged.')).toBeVisible();
    await dismiss.click();
  });

  await test.step('shows an exported file in its folder, and says when it is gone', async () => {
    const path = join(userData, 'list.csv');
    await answerFileDialogs(app, path);
    const opened = await captureOpened(app);
    await chooseMenuItem(app, 'export');
    await pressExport(letterhead);
    await letterhead.button('Show in folder').click();
    await expect.poll(opened).toEqual([`folder of ${path}`]);
    await rm(path);
    await letterhead.button('Open file').focus();
    await page.keyboard.press('Enter');
    await expect(page.getByText('The exported file is no longer there.')).toBeVisible();
    expect(await violations(page), 'gone').toEqual([]);
    expect(await opened()).toHaveLength(1);
    await dismiss.click();
  });

  await test.step('what is wrong with a file is said in place, and the rest of it is imported', async () => {
    const path = join(userData, 'strange.csv');
    await answerFileDialogs(app, path);
    const [edited, gone, long] = [nextOrganization(), nextOrganization(), nextOrganization()];
    const more = Array.from({ length: 120 }, (_, n) => `Column ${n}`);
    const rows = [
      ['Organization ID', 'Business phone', 'Business phone', ...more],
      [edited.id, '+1 555 0170', '+1 555 0171'],
      [gone.id, '+1 555 0172'],
      [long.id, '1'.repeat(MAX_FIELD_LENGTH + 1)],
      ['שם של ארגון', '+1 555 0173'],
    ];
    await writeFile(path, rows.map((row) => row.join(',')).join('\r\n'));
    await chooseMenuItem(app, 'import');
    const list = strip('strange.csv');
    await expect(list).toContainText('23 more columns are not read.');
    await expect(list).toContainText('More than one column matches Business phone');
    await expect(list).toContainText(
      '3 rows matched · Not imported (2) · 2 organizations will change',
    );
    const calls = createCalls(page);
    const removal = { entryId: gone.id, losses: null, signInId: null };
    await calls.value('organizations', 'remove', removal);
    await expect(list).toContainText(
      '2 rows matched · Not imported (3) · 1 organization will change',
    );
    await list.getByRole('button', { name: 'Make a draft in 1 organization' }).click();
    await line.getByRole('button', { name: 'Not imported (3)' }).click();
    const left = letterhead.dialog('Not imported: strange.csv');
    await expect(left.getByRole('listitem')).toHaveText([
      /^Row 3.*No organization in your list matches this/,
      /^Row 4.*Business phone.*too long to send/,
      /^Row 5.*שם של ארגון.*No organization in your list matches this/,
    ]);
    await letterhead.closeDialog();
    await saveDrafts();
    expect(standin.profileOf(edited.id)?.business_phone).toBe('+1 555 0170');
    expect(standin.profileOf(long.id)).toEqual(long.profile);
  });

  await test.step('200,000 rows are read, and one more is refused', async () => {
    const path = join(userData, 'many.csv');
    await answerFileDialogs(app, path);
    const lines = ['Organization ID,Business phone'];
    while (lines.length < MAX_IMPORT_ROWS) lines.push(`${lines.length},+1 555 0180`);
    await writeFile(path, lines.join('\r\n'));
    await chooseMenuItem(app, 'import');
    const list = strip('many.csv');
    await expect(list).toContainText('0 rows matched · Not imported (199,999)');
    await list.getByRole('button', { name: 'Cancel' }).click();
    await writeFile(path, [...lines, 'x,1'].join('\r\n'));
    await chooseMenuItem(app, 'import');
    await expect(page.getByText('The file has more than 200,000 rows.')).toBeVisible();
    await dismiss.click();
  });

  await test.step('a file that cannot be read or written shows why, and nothing is sent', async () => {
    standin.requests.length = 0;
    const path = join(userData, 'file.csv');
    const tryFile = async (content: string | Buffer, sentence: RegExp): Promise<void> => {
      await writeFile(path, content);
      await answerFileDialogs(app, path);
      await chooseMenuItem(app, 'import');
      await expect(page.getByText(sentence)).toBeVisible();
    };
    await tryFile(
      Buffer.from('89504e470d0a1a0a0000000d49484452000000', 'hex'),
      /neither a CSV file nor an Excel workbook/,
    );
    await tryFile('', /This file has no rows/);
    await tryFile('Brunn\r\n', /This file has no table/);
    await writeFile(path, 'id,phone\r\n');
    await truncate(path, 60_000_000);
    await chooseMenuItem(app, 'import');
    await expect(page.getByText(/too large to be a list of organizations/)).toBeVisible();
    await answerFileDialogs(app, join(userData, 'gone.csv'));
    await chooseMenuItem(app, 'import');
    await expect(page.getByText(/The file cannot be read/)).toBeVisible();
    expect(await violations(page), 'not imported').toEqual([]);
    await answerFileDialogs(app, join(userData, 'no-folder', 'file.csv'));
    await chooseMenuItem(app, 'export');
    await pressExport(letterhead);
    await expect(page.getByText(/cannot be written there/)).toBeVisible();
    await answerFileDialogs(app, null);
    await chooseMenuItem(app, 'import');
    await expect(page.getByText(/cannot be written there/)).toBeHidden();
    await expect(page.getByRole('region', { name: /^Import/ })).toBeHidden();
    expect(standin.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
  });
});
