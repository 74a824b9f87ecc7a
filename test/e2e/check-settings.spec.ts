/** The *Checks* tab in Settings. */
import { expect, test } from './support/fixtures';

test('the interval survives a relaunch; an offline check says that it was incomplete', async ({
  launch,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  const before = await launch();
  await before.letterhead.setUpOne(first!);
  await before.letterhead.button('Settings').click();
  await before.page.getByRole('tab', { name: 'Checks' }).click();
  await before.page.getByRole('radio', { name: 'Off' }).check();
  await before.page.getByRole('checkbox', { name: 'Show a system notification' }).check();
  await expect(before.page.getByText('the background check is off')).toBeVisible();
  await before.kill();

  const { page, letterhead } = await launch();
  await standin.goOffline();
  await letterhead.button('Settings').click();
  await page.getByRole('tab', { name: 'Checks' }).click();
  await expect(page.getByRole('radio', { name: 'Off' })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: /system notification/ })).toBeChecked();
  await letterhead.button('Check all now').click();
  await expect(page.getByText(/Not everything could be checked: /)).toBeVisible();
});
