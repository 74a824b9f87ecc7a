/** Fields that Cloudflare does not empty: an account keeps its old text when an empty one is written. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccountState, Standin } from '../standin';
import { addEntries } from './support/add-entries';
import { violations } from './support/axe';
import { makeDrafts, pressFill, saveButton, selectAll } from './support/fill-and-save';
import { expect, test } from './support/fixtures';
import type { Letterhead } from './support/letterhead';
import { answerFileDialogs, chooseMenuItem } from './support/native-ui';

// The third account belongs to the second organization, so it has another profile than the first two.
test.use({ standinOptions: { organizations: 2, accounts: 3 } });

const WARNING = 'Cloudflare may keep the old text instead of an empty one: Business phone.';
const KEPT = 'Cloudflare keeps the old phone number instead of an empty one';

/** Two accounts with a profile of their own each. */
function accountsOf(standin: Standin): [AccountState, AccountState] {
  const [first, , third] = [...standin.accounts.values()];
  return [first!, third!];
}

/** Expects the open page and its row to say that the phone number was kept. */
async function expectKept(letterhead: Letterhead, name: string): Promise<void> {
  await expect(letterhead.status).toContainText(KEPT);
  await expect(letterhead.page.getByRole('heading', { name: KEPT })).toBeVisible();
  await expect(letterhead.option(name)).toContainText('Old text kept');
}

test('says what Cloudflare kept instead of an empty text', async ({
  launch,
  standin,
  userData,
}) => {
  const [account, emptied] = accountsOf(standin);
  const { app, page, letterhead } = await launch();
  // The sample token sees the first two accounts.
  standin.tokens[0]!.accounts = [...standin.accounts.keys()];
  await addEntries(letterhead, 'token', [account.id, emptied.id]);
  await letterhead.expectRows(2);

  await test.step('clearing a field warns, says what Cloudflare kept, and can be accepted', async () => {
    const phone = standin.profileOf(account.id)!.business_phone;
    await letterhead.open(account.name);
    await letterhead.typeDraft({ business_phone: '' });
    const review = await letterhead.review();
    await expect(review.getByText(WARNING)).toBeVisible();
    await expect(
      review.getByText('Cloudflare may show this change on every account and organization'),
    ).toBeVisible();
    await review.getByRole('button', { name: 'Save changes' }).click();
    await expectKept(letterhead, account.name);
    await letterhead.button('Accept as stored').click();
    await expect(letterhead.field('business_phone')).toHaveValue(phone);
    await expect(letterhead.status).toContainText('Accepted as Cloudflare stored it');
    await expect(letterhead.option(account.name)).not.toContainText('Old text kept');
  });

  await test.step('a save that clears a field warns, and its results say what Cloudflare kept', async () => {
    await selectAll(letterhead);
    await pressFill(letterhead, 2);
    const fill = letterhead.dialog('Fill');
    await fill.getByRole('checkbox', { name: 'Business phone' }).check();
    await fill.getByRole('checkbox', { name: 'Clear this field' }).check();
    await fill.getByRole('button', { name: makeDrafts(letterhead, 2) }).click();
    await expect(page.getByText('clears Business phone in 2 organizations')).toBeVisible();
    await expect(page.getByText(WARNING)).toHaveCount(1);
    expect(await violations(page), 'changes').toEqual([]);
    await saveButton(letterhead, 2).click();
    const save = page.getByRole('group', { name: 'Change: Business phone' });
    await expect(save.getByText(/0 of 2/)).toBeVisible();
    await save.getByRole('button', { name: 'Results (2 not saved)' }).click();
    await expect(
      save.getByText('Cloudflare keeps the old text instead of an empty one. Accept it'),
    ).toHaveCount(2);
    await save.getByRole('button', { name: 'Close' }).click();
    await expect(save).toBeHidden();
    await letterhead.open(account.name);
    await expectKept(letterhead, account.name);
    // Back to what Cloudflare has.
    for (const { name } of [account, emptied]) {
      await letterhead.open(name);
      await letterhead.button('Accept as stored').click();
      await expect(letterhead.status).toContainText('Accepted as Cloudflare stored it');
    }
  });

  await test.step('an import that clears a field warns, and an account that can be emptied is saved', async () => {
    const path = join(userData, 'phones.csv');
    const rows = ['Organization ID,Business phone', `${account.id},`, `${emptied.id},`];
    await writeFile(path, rows.join('\n'));
    await answerFileDialogs(app, path);
    await chooseMenuItem(app, 'import');
    const strip = page.getByRole('region', { name: 'Import phones.csv' });
    await strip.getByRole('button', { name: 'Import options' }).click();
    await strip.getByRole('combobox', { name: 'Empty cells' }).selectOption('Clear the field');
    await strip.getByRole('button', { name: 'Make drafts in 2 organizations' }).click();
    await page.locator('.batch').getByRole('button', { name: 'Review 2' }).click();
    await expect(page.getByText(WARNING)).toHaveCount(1);
    // From now on, Cloudflare empties the field of the second account.
    standin.beforeAnswer({ method: 'PUT' }, ({ route }) => {
      standin.settings.emptyLeavesUnchanged.account = !route.includes(emptied.id);
    });
    await letterhead.button('Save 2 changes').click();
    await expect(page.getByText('1 of 2 saved').last()).toBeVisible();
    expect(standin.profileOf(emptied.id)?.business_phone).toBe('');
    await page.getByRole('radio', { name: 'List' }).click();
    await letterhead.open(account.name);
    await expectKept(letterhead, account.name);
  });
});
