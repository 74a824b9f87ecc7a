/** Pictures of selecting, a bulk change, its job and results, and of CSV export and import. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answerFileDialogs, chooseMenuItem } from '../e2e/support/native-ui';
import { expect, test } from './support/fixtures';

const COUNT = 24;
const countInputs = (count: number) => ({ count, shown: String(count) });

test.use({ standinOptions: { organizations: COUNT } });

test('changing a field in bulk', async ({ launchLetterhead, standin }) => {
  const all = [...standin.organizations.values()];
  const [first, second] = all;
  const letterhead = await launchLetterhead();
  const { page, messages, list } = letterhead;
  await letterhead.setUp(all);
  await letterhead.openProfile(first!);
  await letterhead.typeDraft({ business_phone: '+44 20 7946 0123' });
  await letterhead.button(messages.bulk_select()).click();
  await letterhead.expectText(messages.bulk_none_selected());
  await letterhead.capture('select-none');
  await list.focus();
  await page.keyboard.press('Control+a');
  await letterhead.capture('selected', { guide: 'selected' });
  await letterhead.button(messages.bulk_change_for(countInputs(COUNT))).click();
  const dialog = letterhead.dialog(messages.bulk_title());
  await dialog.getByRole('checkbox', { name: messages.field_business_phone() }).check();
  await dialog.getByRole('checkbox', { name: messages.field_business_address() }).check();
  await dialog.getByRole('button', { name: messages.bulk_preview() }).click();
  await letterhead.expectText(messages.bulk_new_text_missing());
  await letterhead.capture('change-missing');
  await dialog.getByRole('textbox').first().fill('+49 30 5550 100');
  await dialog.getByRole('textbox').last().fill('Am Alten Speicher 4\n23552 Lübeck\nDeutschland');
  await letterhead.capture('change');
  await dialog.getByRole('button', { name: messages.bulk_preview() }).click();
  await expect(dialog.getByRole('table', { name: messages.bulk_plan_table() })).toBeVisible();
  await letterhead.capture('preview', {
    sizes: ['small', 'usual', 'huge'],
    guide: 'preview',
    part: dialog,
  });
  standin.faults.add({
    mode: 'validation-error',
    match: { method: 'PUT', path: `/organizations/${second!.id}/profile` },
  });
  const hold = standin.hold({ method: 'PUT', nth: 8 });
  await dialog.getByRole('button', { name: messages.bulk_save(countInputs(COUNT - 1)) }).click();
  await hold.arrived;
  await expect(page.getByRole('progressbar', { name: messages.bulk_saving() })).toBeVisible();
  await letterhead.capture('job', { guide: 'job' });
  await letterhead.button(messages.bulk_pause()).click();
  await expect(letterhead.button(messages.bulk_resume())).toBeVisible();
  await letterhead.capture('job-paused');
  await letterhead.button(messages.bulk_cancel()).click();
  await expect(letterhead.dialog(messages.bulk_cancel_title())).toBeVisible();
  await letterhead.capture('job-cancel');
  await letterhead.button(messages.bulk_cancel_keep()).click();
  await letterhead.button(messages.bulk_resume()).click();
  hold.release();
  await expect(letterhead.button(messages.bulk_done())).toBeVisible({ timeout: 60_000 });
  await letterhead.capture('job-ended');
  await letterhead.button(messages.bulk_results()).click();
  const results = letterhead.dialog(messages.bulk_results_title());
  await expect(results.getByRole('row').nth(3)).toBeVisible();
  await letterhead.capture('results');
});

test('CSV files', async ({ launchLetterhead, standin, userData }) => {
  const all = [...standin.organizations.values()].slice(0, 8);
  const [first, second] = all;
  const letterhead = await launchLetterhead();
  const { page, messages, running } = letterhead;
  await letterhead.setUp(all);
  await letterhead.openProfile(first!);
  await page.getByRole('searchbox', { name: messages.list_search() }).fill('GmbH');
  await expect(letterhead.list.getByRole('option').first()).not.toHaveAttribute(
    'aria-setsize',
    '8',
  );
  await chooseMenuItem(running.app, 'export');
  const dialog = letterhead.dialog(messages.csv_export_title());
  await expect(dialog).toBeVisible();
  await letterhead.capture('export');
  const path = join(userData, 'Branches.csv');
  await answerFileDialogs(running.app, path);
  await dialog.getByRole('button', { name: messages.csv_export() }).click();
  await expect(letterhead.button(messages.common_dismiss())).toBeVisible();
  await letterhead.capture('exported');
  await page.getByRole('searchbox', { name: messages.list_search() }).fill('');

  const rows = [
    'Organization ID,Business phone,Straße',
    `${first!.id},+44 20 7946 0700,x`,
    `${second!.id},+49 30 23125 700,y`,
    'not an id,2,z',
    '0123456789abcdef0123456789abcdef,3,z',
  ];
  await writeFile(path, Buffer.from(`${rows.join('\n')}\n`, 'latin1'));
  await chooseMenuItem(running.app, 'import');
  const importDialog = letterhead.dialog(messages.csv_import_title());
  await letterhead.expectText(messages.csv_import_problems(countInputs(2)));
  await letterhead.capture('import', { guide: 'import', part: importDialog });
  await letterhead.closeDialog();
  await writeFile(path, 'Name\nx\n');
  await chooseMenuItem(running.app, 'import');
  await letterhead.expectText(messages.csv_import_failed());
  await letterhead.capture('not-imported');
});
