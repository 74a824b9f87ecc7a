/** The *Check* filter, and finding new organizations of a sign-in. */
import { expect, test } from './support/fixtures';

const QUIET = 'Quiet Harbor Foundation';

test('what is worth a look, and what is new', async ({ launch, standin }) => {
  const { page, letterhead } = await launch();
  await letterhead.setUp([QUIET]);

  await test.step('names empty and suspicious fields, until they are filled in or marked as viewed', async () => {
    await page.getByRole('radio', { name: 'Check', exact: true }).check();
    await expect(letterhead.option(QUIET)).toContainText('Empty: email and phone');
    await letterhead.open(QUIET);
    await expect(letterhead.field('business_email')).toHaveAccessibleDescription(
      /Empty at Cloudflare/,
    );
    await letterhead.field('business_email').fill('office@quiet-harbor.example');
    await letterhead.saveField('business_phone', '020 7946 0321');
    await letterhead.expectSaved();

    // The phone looks unusual, but it was saved here, so there is nothing to check.
    await expect(letterhead.field('business_phone')).toHaveAccessibleDescription(/No country code/);
    await expect(page.getByText('Nothing to check.')).toBeVisible();
    await expect(letterhead.button('Look at Business phone')).toBeHidden();

    // One from elsewhere is worth a look; marking it as viewed clears that.
    const quiet = [...standin.organizations.values()].find(({ name }) => name === QUIET);
    standin.editElsewhere(quiet!.id, { business_phone: '020 7946 0322' });
    await letterhead.refresh();
    await expect(letterhead.option(QUIET)).toContainText('To check: phone');
    await expect(letterhead.button('Look at Business phone')).toBeVisible();
    await letterhead.button('Mark as seen').click();
    await expect(page.getByText('Nothing to check.')).toBeVisible();
    await expect(letterhead.button('Look at Business phone')).toBeHidden();
  });

  await test.step('Settings shows the organizations of a sign-in, and finds and adds new ones', async () => {
    const [second] = [...standin.organizations.values()];
    await page.getByRole('radio', { name: 'All', exact: true }).check();
    await letterhead.button('Settings').click();
    await letterhead.button('1 organization').click();
    await expect(letterhead.heading(QUIET)).toBeVisible();
    await expect(letterhead.option(QUIET)).toBeVisible();

    await letterhead.button('Settings').click();
    await letterhead.button('Find new organizations').click();
    await expect(letterhead.heading('Find new organizations')).toBeVisible();
    await expect(page.getByRole('checkbox', { name: second!.name, exact: true })).toBeVisible();
    await expect(page.getByRole('checkbox', { name: QUIET, exact: true })).toBeHidden();
    await letterhead.button('Back').click();
    await expect(page.getByRole('group', { name: 'Head office' })).toBeVisible();
    await letterhead.button('Find new organizations').click();
    await letterhead.choose([second!.name]);
    await expect(letterhead.heading(second!.name)).toBeVisible();
    await expect(letterhead.option(second!.name)).toBeVisible();
  });
});
