/** Many at once: selecting, changing a field, the job and its results; files that go out and come in. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answerFileDialogs, chooseMenuItem } from '../e2e/support/native-ui';
import { expect, test } from './support/fixtures';

const COUNT = 24;
const numbered = (count: number) => ({ count, shown: String(count) });

test.use({ standinOptions: { organizations: COUNT } });

test('a field of many', async ({ arrive, standin }) => {
  const all = [...standin.organizations.values()];
  const [first, second] = all;
  const person = await arrive();
  const { page, words, list } = person;
  await person.setUp(all);
  await person.read(first!);
  await person.type({ business_phone: '+44 20 7946 0123' });
  await person.button(words.bulk_select()).click();
  await person.sees(words.bulk_none_selected());
  await person.take('select-none');
  await list.focus();
  await page.keyboard.press('Control+a');
  await person.take('selected', { guide: 'selected' });
  await person.button(words.bulk_change_for(numbered(COUNT))).click();
  const dialog = person.dialog(words.bulk_title());
  await dialog.getByRole('checkbox', { name: words.field_business_phone() }).check();
  await dialog.getByRole('checkbox', { name: words.field_business_address() }).check();
  await dialog.getByRole('button', { name: words.bulk_preview() }).click();
  await person.sees(words.bulk_text_missing());
  await person.take('change-missing');
  await dialog.getByRole('textbox').first().fill('+49 30 5550 100');
  await dialog.getByRole('textbox').last().fill('Am Alten Speicher 4\n23552 Lübeck\nDeutschland');
  await person.take('change');
  await dialog.getByRole('button', { name: words.bulk_preview() }).click();
  await expect(dialog.getByRole('table', { name: words.bulk_plan_table() })).toBeVisible();
  await person.take('preview', {
    sizes: ['small', 'usual', 'huge'],
    guide: 'preview',
    part: dialog,
  });
  standin.faults.add({
    mode: 'validation-error',
    match: { method: 'PUT', path: `/organizations/${second!.id}/profile` },
  });
  const hold = standin.hold({ method: 'PUT', nth: 8 });
  await dialog.getByRole('button', { name: words.bulk_save(numbered(COUNT - 1)) }).click();
  await hold.arrived;
  await expect(page.getByRole('progressbar', { name: words.bulk_saving() })).toBeVisible();
  await person.take('job', { guide: 'job' });
  await person.button(words.bulk_pause()).click();
  await expect(person.button(words.bulk_resume())).toBeVisible();
  await person.take('job-paused');
  await person.button(words.bulk_cancel()).click();
  await expect(person.dialog(words.bulk_cancel_title())).toBeVisible();
  await person.take('job-cancel');
  await person.button(words.bulk_cancel_keep()).click();
  await person.button(words.bulk_resume()).click();
  hold.release();
  await expect(person.button(words.bulk_done())).toBeVisible({ timeout: 60_000 });
  await person.take('job-ended');
  await person.button(words.bulk_results()).click();
  const results = person.dialog(words.bulk_results_title());
  await expect(results.getByRole('row').nth(3)).toBeVisible();
  await person.take('results');
});

test('files', async ({ arrive, standin, userData }) => {
  const all = [...standin.organizations.values()].slice(0, 8);
  const [first, second] = all;
  const person = await arrive();
  const { page, words, running } = person;
  await person.setUp(all);
  await person.read(first!);
  await page.getByRole('searchbox', { name: words.list_search() }).fill('GmbH');
  await expect(person.list.getByRole('option').first()).not.toHaveAttribute('aria-setsize', '8');
  await chooseMenuItem(running.app, 'export');
  const dialog = person.dialog(words.bulk_export_title());
  await expect(dialog).toBeVisible();
  await person.take('export');
  const path = join(userData, 'Branches.csv');
  await answerFileDialogs(running.app, path);
  await dialog.getByRole('button', { name: words.bulk_export() }).click();
  await expect(person.button(words.common_dismiss())).toBeVisible();
  await person.take('exported');
  await page.getByRole('searchbox', { name: words.list_search() }).fill('');

  const rows = [
    'Organization ID,Business phone,Straße',
    `${first!.id},+44 20 7946 0700,x`,
    `${second!.id},+49 30 23125 700,y`,
    'not an id,2,z',
    '0123456789abcdef0123456789abcdef,3,z',
  ];
  await writeFile(path, Buffer.from(`${rows.join('\n')}\n`, 'latin1'));
  await chooseMenuItem(running.app, 'import');
  const incoming = person.dialog(words.bulk_import_title());
  await person.sees(words.bulk_import_problems(numbered(2)));
  await person.take('import', { guide: 'import', part: incoming });
  await person.escape();
  await writeFile(path, 'Name\nx\n');
  await chooseMenuItem(running.app, 'import');
  await person.sees(words.bulk_import_failed());
  await person.take('not-imported');
});
