/** Removing an organization and its sign-in. */
import { expect, test } from './support/fixtures';
import { filesWith } from './support/canary';

test('removes an organization after a confirmation, and its sign-in on request, without a trace', async ({
  launch,
  standin,
  userData,
}) => {
  const [first, second] = [...standin.organizations.values()];
  const running = await launch();
  const { page, letterhead } = running;
  await letterhead.setUp([first!.name, second!.name]);
  await letterhead.open(first!.name);
  await expect(letterhead.field('business_name')).toHaveValue(first!.profile!.business_name);

  const openQuestion = async (): Promise<void> => {
    await letterhead.button('More actions').click();
    await page.getByRole('menuitem', { name: 'Remove organization' }).click();
  };
  const question = letterhead.dialog('Remove organization');
  await openQuestion();
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(question).toBeHidden();
  await expect(letterhead.heading(first!.name)).toBeVisible();

  await openQuestion();
  await expect(question.getByRole('checkbox')).toHaveCount(0);
  await question.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(letterhead.option(first!.name)).toHaveCount(0);

  await letterhead.open(second!.name);
  await expect(letterhead.field('business_name')).toHaveValue(second!.profile!.business_name);
  await letterhead.typeDraft({ business_phone: '+49 1' });
  await openQuestion();
  await expect(question).toContainText('Its draft will be lost.');
  await question.getByRole('checkbox', { name: /Also remove the sign-in/ }).check();
  await question.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  await running.close();

  expect(await filesWith(userData, second!.profile!.business_email)).toEqual([]);
  const again = await launch();
  await again.letterhead.openAdd();
  await expect(again.page.getByRole('radio', { name: 'API token', exact: true })).toBeChecked();
  await expect(again.page.getByRole('radio', { name: /Head office/ })).toHaveCount(0);
});
