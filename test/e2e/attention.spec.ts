/** What needs attention: the reason in words, the way to mend it, and an empty list at the end. */
import { violations } from './support/axe';
import { expect, test } from './support/fixtures';

const QUIET = 'Quiet Harbor Foundation';

test('empty fields are named, filled in from the page, and then nothing needs attention', async ({
  launch,
}) => {
  const { page, letterhead } = await launch();
  await letterhead.setUp([QUIET]);
  await page.getByRole('radio', { name: 'Needs attention' }).check();
  await expect(letterhead.option(QUIET)).toContainText('Empty: e-mail and phone');
  await letterhead.open(QUIET);
  await letterhead.button('Fill in Business email').click();
  await expect(letterhead.field('Business email')).toBeFocused();
  expect(await violations(page)).toEqual([]);
  await letterhead.field('Business email').fill('office@quiet-harbor.example');
  await letterhead.field('Business phone').fill('020 7946 0321');
  await letterhead.save();
  await expect(letterhead.status).toContainText('Saved and confirmed by Cloudflare');

  // No longer empty, but worth a look; right as it is, it needs no attention any more.
  await expect(letterhead.option(QUIET)).toContainText('Worth a look: phone');
  await letterhead.button('Mark as seen').click();
  await expect(page.getByText('Nothing needs your attention.')).toBeVisible();
  await expect(letterhead.button('Look at Business phone')).toBeHidden();
  expect(await violations(page)).toEqual([]);
});

test('what a sign-in opens is shown in the list, and what is new for it is found and added', async ({
  launch,
  standin,
}) => {
  const [first, second] = [...standin.organizations.values()];
  const { page, letterhead } = await launch();
  await letterhead.setUpOne(first!);
  await letterhead.button('Settings').click();
  await letterhead.button('Opens 1 organization').click();
  await expect(letterhead.heading(first!.name)).toBeVisible();
  await expect(letterhead.option(first!.name)).toBeVisible();

  await letterhead.button('Settings').click();
  await letterhead.button('Find new organizations').click();
  await expect(letterhead.heading('Find new organizations')).toBeVisible();
  await expect(page.getByRole('checkbox', { name: second!.name, exact: true })).toBeVisible();
  await expect(page.getByRole('checkbox', { name: first!.name, exact: true })).toBeHidden();
  expect(await violations(page)).toEqual([]);
  await letterhead.button('Back').click();
  await expect(page.getByRole('group', { name: 'Head office' })).toBeVisible();
  await letterhead.button('Find new organizations').click();
  await letterhead.choose([second!.name]);
  await expect(letterhead.heading(second!.name)).toBeVisible();
  await expect(letterhead.option(second!.name)).toBeVisible();
});
