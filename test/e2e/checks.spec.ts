/** The background check: what somebody else changed is found, marked in the list, and told on its page. */
import { expect, test } from './support/fixtures';

test('a change at Cloudflare is found, marked in the list, and told when it is opened', async ({
  launch,
  standin,
}) => {
  const [first, second, third] = [...standin.organizations.values()];
  const { page, letterhead } = await launch();
  await letterhead.setUp([first!.name, second!.name, third!.name]);
  for (const { name, profile } of [second!, third!, first!]) {
    await letterhead.open(name);
    await expect(letterhead.field('Business name')).toHaveValue(profile!.business_name);
  }
  standin.setProfile(second!.id, { business_phone: '+44 20 7946 0555' });

  await letterhead.button('Settings').click();
  await page.getByRole('tab', { name: 'Checks' }).click();
  await letterhead.button('Check all now').click();
  const standing = page.getByRole('region', { name: 'Last check' });
  await expect(standing).toContainText('It found 1 changed organization');
  await expect(standing).toContainText(/Next check: \d+:\d\d/);
  await expect(letterhead.option(second!.name)).toHaveAccessibleName(/, Changed$/);
  await expect(letterhead.option(third!.name)).not.toHaveAccessibleName(/Changed/);
  await page.getByRole('radio', { name: 'Needs attention' }).check();
  await expect(letterhead.option(second!.name)).toBeVisible();

  await letterhead.open(second!.name);
  await expect(letterhead.field('Business phone')).toHaveValue('+44 20 7946 0555');
  await page.getByRole('radio', { name: 'All' }).check();
  await expect(letterhead.option(second!.name)).not.toHaveAccessibleName(/Changed/);
});

test('the interval is kept, also over a restart; offline the check says what it could not do', async ({
  launch,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  const before = await launch();
  await before.letterhead.setUpOne(first!);
  await before.letterhead.button('Settings').click();
  await before.page.getByRole('tab', { name: 'Checks' }).click();
  await before.page.getByRole('radio', { name: 'Off' }).check();
  await before.page.getByRole('checkbox', { name: 'Tell me with a system notification' }).check();
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
