/** Texts and files beyond the limits: each is refused in plain words where it was given, and nothing is lost. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test } from '../support/fixtures';
import { answerFileDialogs, chooseMenuItem } from '../support/native-ui';

const REFUSED = /^Not inserted: the text would have more than 100,000 characters\./;
const SAVED = '1 field edited, saved on this computer';

test('what is beyond a limit', async ({ launch, standin, userData }) => {
  const [first] = [...standin.organizations.values()];
  const { app, page, letterhead, close } = await launch();
  await letterhead.setUpOne(first!);

  await test.step('a file with too many rows is refused with what to do', async () => {
    const path = join(userData, 'rows.csv');
    await writeFile(path, `id,phone\n${'\n'.repeat(40_000_000)}`);
    await answerFileDialogs(app, path);
    await chooseMenuItem(app, 'import');
    await expect(page.getByText(/more than 200,000 rows/)).toBeVisible();
    await expect(page.getByText(/split the file and import the parts/)).toBeVisible();
    await expect(letterhead.field('business_name')).toHaveValue(first!.profile!.business_name);
    await letterhead.button('Close').click();
  });

  const typed = `${'b'.repeat(99_999)}d`;
  await test.step('pasting or typing beyond the limit of a field is refused, and its text stays', async () => {
    const field = letterhead.field('business_address');
    const before = first!.profile!.business_address;
    const paste = async (text: string): Promise<void> => {
      await app.evaluate(({ clipboard }, copied) => clipboard.writeText(copied), text);
      await field.press('ControlOrMeta+a');
      await field.press('ControlOrMeta+v');
    };
    await paste('a'.repeat(100_001));
    await expect(page.getByText(REFUSED)).toBeVisible();
    await expect(field).toHaveValue(before);

    await paste('b'.repeat(100_000));
    await expect(page.getByText(REFUSED)).toBeHidden();
    await expect(page.getByText(SAVED)).toBeVisible();
    await field.press('End');
    await page.keyboard.type('c');
    await expect(page.getByText(REFUSED)).toBeVisible();
    await expect(field).toHaveValue('b'.repeat(100_000));
    await field.press('Backspace');
    await page.keyboard.type('d');
    await expect(page.getByText(REFUSED)).toBeHidden();
    await expect(page.getByText(SAVED)).toBeVisible();
  });
  await close();

  const path = join(userData, 'letterhead.db');
  const planted = JSON.stringify('x'.repeat(50_000_000));
  const db = new DatabaseSync(path);
  const stored = db.prepare('SELECT text FROM draft_field').get() as { text: string };
  expect(stored.text).toContain(typed);
  db.prepare('UPDATE draft_field SET text = ?').run(planted);
  db.close();

  await test.step('an organization whose draft is too long opens, says so, and keeps the draft', async () => {
    const again = await launch();
    await again.letterhead.open(first!.name);
    const sentence = again.page.getByText(/Texts that were typed here earlier cannot be shown/);
    await expect(sentence).toBeVisible();
    const field = again.letterhead.field('business_phone');
    await expect(field).toHaveValue(first!.profile!.business_phone);
    await field.fill('+44 20 7946 0202');
    await expect(again.page.getByText(SAVED)).toBeVisible();
    await expect(sentence).toBeHidden();
    await again.close();

    const after = new DatabaseSync(path);
    const [kept] = after.prepare('SELECT row FROM unreadable').all() as [{ row: string }];
    after.close();
    expect((JSON.parse(kept.row) as { text: string }).text === planted).toBe(true);
  });
});
