/** The app's most important task, from the first run to a saved and confirmed profile. */
import { expect, test } from './support/fixtures';

test('sign in, choose, edit, review, save and confirm; a relaunch shows everything offline', async ({
  launch,
  standin,
}) => {
  const [first, second] = [...standin.organizations.values()];
  const names = [first!.name, second!.name];

  const running = await launch();
  const { letterhead } = running;
  await expect(letterhead.button('Add organizations')).toBeVisible();
  await letterhead.setUp(names);
  await letterhead.open(names[0]!);
  await expect(letterhead.field('business_name')).toHaveValue(first!.profile!.business_name);

  await letterhead.field('business_phone').fill('+49 30 5550 1234');
  await letterhead.button('Review changes').click();
  const review = letterhead.dialog('Review changes');
  await expect(review).toContainText('+49 30 5550 1234');
  await expect(review).toContainText(first!.profile!.business_phone);
  await review.getByRole('button', { name: 'Save changes' }).click();
  await letterhead.expectSaved();
  expect(standin.profileOf(first!.id)!.business_phone).toBe('+49 30 5550 1234');

  await running.close();
  await standin.goOffline();
  const again = await launch();
  await again.letterhead.open(names[0]!);
  await expect(again.letterhead.field('business_phone')).toHaveValue('+49 30 5550 1234');
  await expect(again.letterhead.option(names[1]!)).toBeVisible();
  await expect(again.letterhead.connection).toHaveText(/^\s*Offline/);
});
