/** axe finds nothing on any screen, in light and in dark. */
import { violations } from './support/axe';
import { expect, test } from './support/fixtures';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, standinOptions: { organizations: 12 } });

    test(`every screen in ${colorScheme} is free of violations`, async ({ launch, standin }) => {
      const { page, letterhead } = await launch();
      const names = [...standin.organizations.values()].map(({ name }) => name);
      const [first, second] = names as [string, string];
      const clean = async (screen: string): Promise<void> => {
        expect(await violations(page), screen).toEqual([]);
      };

      await expect(letterhead.button('Add organizations')).toBeVisible();
      await clean('welcome');
      await letterhead.openAdd();
      await letterhead.button('Continue').click();
      await clean('sign-in with mistakes');
      await letterhead.signIn();
      await page.getByRole('checkbox', { name: 'Select all' }).check();
      await clean('choose');
      await letterhead.button('Add by ID').click();
      await clean('choose with a mistake');
      await letterhead.button('Add selected').click();
      await letterhead.open(first);
      await expect(letterhead.field('Business name')).not.toHaveValue('');
      await clean('organization');

      await letterhead.field('Business email').fill('not an address');
      await letterhead.field('Business phone').fill('030 1234567');
      await expect(page.getByText('2 changes, kept on this computer')).toBeVisible();
      await clean('edited, with advice');
      await letterhead.button('Review changes').click();
      await clean('review');
      standin.faults.add({ mode: 'validation-error', match: { method: 'PUT' }, times: 1 });
      await letterhead
        .dialog('Review changes')
        .getByRole('button', { name: 'Save changes' })
        .click();
      await expect(letterhead.status).toContainText('Not saved');
      await letterhead.button('Details').click();
      await clean('refused, with details');

      await letterhead.open(second);
      await expect(letterhead.field('Business name')).not.toHaveValue('');
      await letterhead.field('Business phone').fill('+49 mine');
      standin.setProfile([...standin.organizations.keys()][1]!, { business_phone: '+49 theirs' });
      await letterhead.save();
      await expect(page.getByRole('heading', { name: /changed at Cloudflare/ })).toBeVisible();
      await clean('conflict');
      await letterhead.button('Save this version').click();
      await expect(page.getByText('Choose which text to keep.').last()).toBeVisible();
      await clean('conflict with a choice missing');
      await page.getByRole('tab', { name: 'History' }).click();
      await expect(page.getByRole('list', { name: 'Revisions' })).toBeVisible();
      await clean('history');
      await letterhead.button('More actions').click();
      await clean('menu');
      await page.getByRole('menuitem', { name: 'Change sign-in' }).click();
      await clean('change sign-in');
      await page.keyboard.press('Escape');
      await letterhead.button('More actions').click();
      await page.getByRole('menuitem', { name: 'Remove organization' }).click();
      await clean('remove');
      await page.keyboard.press('Escape');

      await page.getByRole('searchbox', { name: 'Search organizations' }).fill('nothing like this');
      await clean('nothing found');
      await page.getByRole('searchbox', { name: 'Search organizations' }).fill('');
      await letterhead.button('Settings').click();
      await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
      await clean('settings');
      await page.getByRole('tab', { name: 'Checks' }).click();
      await letterhead.button('Check all now').click();
      await expect(page.getByText('The last check ended just now.')).toBeVisible();
      await clean('checks');

      await standin.goOffline();
      await letterhead.open(names[2]!);
      await letterhead.field('Business name').fill('Another name');
      await letterhead.save();
      await expect(letterhead.status).toContainText('Waiting to send');
      await clean('waiting, offline');
    });
  });
}
