/** Selecting, filling many, and CSV export and import. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from '@playwright/test';
import {
  chooseForSelected,
  makeDrafts,
  pressFill,
  saveButton,
  selectAll,
  selectionBar,
} from '../e2e/support/fill-and-save';
import { answerFileDialogs, chooseMenuItem } from '../e2e/support/native-ui';
import { parserOf, setParserLimit } from '../e2e/support/strange-files';
import { SLOW_CSV } from '../unit/csv/slow-csv';
import type { Scene } from './scene';
import { addAndFetch, ALL_SIZES, organizationsOf } from './steps';

const COUNT = 26;
const countInputs = (count: number) => ({ count, shown: String(count) });

const change: Scene = {
  name: 'filling many organizations',
  standin: { organizations: COUNT },
  async walk({ launch, show, standin }) {
    const all = organizationsOf(standin);
    const [first] = all;
    const { letterhead } = await launch();
    const { messages } = letterhead;
    await addAndFetch(letterhead, all);
    await letterhead.openProfile(first!);
    await selectAll(letterhead);
    await show('selected', { guide: 'selected' });
    await pressFill(letterhead, COUNT);
    const fill = letterhead.dialog(messages.fill_title());
    const make = fill.getByRole('button', { name: makeDrafts(letterhead, COUNT) });
    await fill.getByRole('checkbox', { name: messages.field_business_phone() }).check();
    await fill.getByRole('checkbox', { name: messages.field_business_address() }).check();
    await make.click();
    await letterhead.expectText(messages.fill_missing());
    await show('fill-missing');
    await fill.getByRole('textbox').first().fill('+49 30 5550 100');
    await fill.getByRole('textbox').last().fill('Am Alten Speicher 4\n23552 Lübeck\nDeutschland');
    await show('fill');
    await fill.getByRole('radio', { name: messages.fill_entry() }).check();
    await fill.getByRole('textbox', { name: messages.fill_entry_name() }).fill('vat');
    await show('fill-entry');
    await fill.getByRole('radio', { name: messages.fill_texts() }).check();
    // A picture in which every number is that of the organizations.
    await fill.getByRole('checkbox', { name: messages.field_business_address() }).uncheck();
    await make.click();
    await expect(saveButton(letterhead, COUNT)).toBeEnabled();
    await show('to-save', { sizes: ALL_SIZES, guide: 'to-save' });

    // Now the phone numbers are left out, because they have drafts, and some addresses were JSON.
    await selectAll(letterhead);
    await pressFill(letterhead, COUNT);
    await fill.getByRole('checkbox', { name: messages.field_business_phone() }).check();
    await fill.getByRole('checkbox', { name: messages.field_business_address() }).check();
    await fill.getByRole('textbox').first().fill('+49 30 5550 200');
    await fill.getByRole('textbox').last().fill('Am Alten Speicher 4\n23552 Lübeck\nDeutschland');
    await make.click();
    await letterhead.expectText(messages.batch_left_draft(countInputs(COUNT)));
    await expect(saveButton(letterhead, 2 * COUNT)).toBeEnabled();
    await show('to-save-left-out', { sizes: ALL_SIZES });
    await letterhead.button(messages.changes_discard()).click();
    const organizations = messages.common_organizations(countInputs(COUNT));
    const title = messages.changes_discard_title({ ...countInputs(2 * COUNT), organizations });
    await expect(letterhead.dialog(title)).toBeVisible();
    await show('to-save-discard');
    await letterhead.closeDialog();
  },
};

const files: Scene = {
  name: 'CSV files',
  standin: { organizations: 8 },
  async walk({ launch, show, standin, userData }) {
    const all = organizationsOf(standin);
    const [first, second] = all;
    const { app, page, letterhead } = await launch();
    const { messages } = letterhead;
    await addAndFetch(letterhead, all);
    await letterhead.openProfile(first!);
    const search = page.getByRole('searchbox', { name: messages.list_search() });
    await search.fill('GmbH');
    await expect(letterhead.options.first()).not.toHaveAttribute('aria-setsize', '8');
    await chooseMenuItem(app, 'export');
    const exportDialog = letterhead.dialog(messages.csv_export());
    await expect(exportDialog).toBeVisible();
    await show('export');
    const path = join(userData, 'Branches.csv');
    await answerFileDialogs(app, path);
    await exportDialog.getByRole('button', { name: messages.csv_export() }).click();
    // While it has the focus, the notice stays.
    await letterhead.button(messages.csv_exported_show()).focus();
    await show('exported');
    await search.fill('');

    // One that Letterhead exported, with an edited cell.
    await writeFile(path, (await readFile(path, 'utf8')).replace('+49 30', '+49 40'));
    await chooseMenuItem(app, 'import');
    const strip = page.getByRole('region', {
      name: messages.import_region({ name: 'Branches.csv' }),
    });
    await expect(strip).toContainText(messages.import_changes(countInputs(1)));
    await show('import-of-export');
    await strip.getByRole('button', { name: messages.common_cancel() }).click();
    await expect(strip).toBeHidden();

    // One from elsewhere, whose headings say what every column is.
    await writeFile(path, `Organization ID,Business phone\n${first!.id},+44 20 7946 0700\n`);
    await chooseMenuItem(app, 'import');
    await expect(strip).toContainText(messages.import_changes(countInputs(1)));
    await show('import-from-elsewhere');
    await strip.getByRole('button', { name: messages.common_cancel() }).click();
    await expect(strip).toBeHidden();

    const rows = [
      'Organization ID,Business phone,Straße',
      `${first!.id},+44 20 7946 0700,x`,
      `${second!.id},,y`,
      'Bücherei,2,z',
      '0123456789abcdef0123456789abcdef,3,z',
    ];
    await writeFile(path, Buffer.from(`${rows.join('\n')}\n`, 'latin1'));
    await chooseMenuItem(app, 'import');
    await expect(strip).toContainText(messages.not_imported_button(countInputs(2)));
    await expect(strip.getByRole('heading')).toBeFocused();
    await show('import', { sizes: ALL_SIZES });
    const options = strip.getByRole('button', { name: messages.import_choices() });
    await options.click();
    await show('import-options', { guide: 'import' });
    await options.click();
    await strip.getByRole('button', { name: messages.not_imported_button(countInputs(2)) }).click();
    await expect(page.getByRole('dialog')).toContainText('Bücherei');
    await show('import-cannot-be-used');
    await letterhead.closeDialog();
    await strip.getByRole('button', { name: messages.fill_make(countInputs(1)) }).click();
    await letterhead.button(messages.not_imported_button({ shown: '2' })).click();
    await expect(page.getByRole('dialog')).toContainText('Bücherei');
    await show('import-left-out');
    await letterhead.closeDialog();
    await writeFile(path, 'Name\nx\n');
    await chooseMenuItem(app, 'import');
    await letterhead.expectText(messages.csv_import_failed_of({ file: basename(path) }));
    await show('not-imported');
    // The line of the import has such a button, too.
    await page
      .locator('.message')
      .getByRole('button', { name: messages.common_close(), exact: true })
      .click();
    await writeFile(path, SLOW_CSV);
    await setParserLimit(app, 3_600_000);
    await chooseMenuItem(app, 'import');
    // It takes no time of the processor while the screen is looked at.
    const parser = await parserOf(app);
    process.kill(parser, 'SIGSTOP');
    await letterhead.expectText(messages.csv_importing());
    await show('importing');
    await letterhead.button(messages.common_cancel()).click();
    try {
      // It was told to end. Stopped, it would outlive the app.
      process.kill(parser, 'SIGCONT');
    } catch {
      // It has ended.
    }
    await expect(page.getByText(messages.csv_importing())).toBeHidden();
    const dataTransfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['id'], 'Branches.xlsx'));
      return data;
    });
    await page.dispatchEvent('main', 'dragover', { dataTransfer });
    await letterhead.expectText(messages.csv_drop_title());
    await show('drop');
    await page.dispatchEvent('main', 'dragleave', { dataTransfer });
    await expect(page.getByText(messages.csv_drop_title())).toBeHidden();
  },
};

const selected: Scene = {
  name: 'the selected organizations',
  standin: { organizations: COUNT },
  async walk({ launch, show, standin }) {
    const all = organizationsOf(standin);
    const [first, second] = all;
    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    await addAndFetch(letterhead, all);
    await letterhead.openProfile(first!);
    await letterhead.typeDraft({ business_phone: '+44 20 7946 0123' });
    await letterhead.openProfile(second!);
    await selectAll(letterhead);
    const bar = selectionBar(letterhead);
    await bar.getByRole('button', { name: messages.selected_menu() }).click();
    await expect(page.getByRole('menuitem', { name: messages.selected_remove() })).toBeVisible();
    await show('selected-menu');
    await page.keyboard.press('Escape');
    await chooseForSelected(letterhead, messages.selected_remove());
    const removing = letterhead.dialog(messages.selected_remove_title());
    await expect(removing.getByRole('radio').first()).toBeVisible();
    await show('remove-selected');
    await letterhead.closeDialog();
    await chooseForSelected(letterhead, messages.selected_change_sign_in());
    const choosing = letterhead.dialog(messages.organization_change_sign_in());
    await choosing.getByRole('radio').first().check();
    await expect(choosing).toContainText(messages.selected_sign_in_no_changes());
    await show('change-sign-ins');
    await letterhead.closeDialog();
    const hold = standin.hold({ path: `/organizations/${first!.id}/profile` });
    await chooseForSelected(letterhead, messages.common_refresh());
    const region = page.getByRole('region', { name: messages.selected_refreshing() });
    const progress = messages.common_progress({ done: String(COUNT - 1), total: String(COUNT) });
    await expect(region).toContainText(progress);
    await show('refreshing');
    hold.release();
    await expect(region).toContainText(messages.selected_refresh_unchanged());
    await region.getByRole('button', { name: messages.common_close() }).focus();
    await show('refreshed');
    await chooseForSelected(letterhead, messages.selected_remove());
    await removing.getByRole('button').last().click();
    await letterhead.expectText(messages.selected_kept(countInputs(1)));
    await show('removed-selected');
  },
};

export const selection: readonly Scene[] = [change, selected, files];
