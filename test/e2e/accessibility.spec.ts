/** axe finds nothing on any screen, in light and in dark. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { violations } from './support/axe';
import { expect, test } from './support/fixtures';
import { addAll, chooseFile, chooseMenu } from './support/many';

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

    test(`files, help and leaving in ${colorScheme} are free of violations`, async ({
      launch,
      standin,
      userData,
    }) => {
      const { app, page, letterhead } = await launch();
      await addAll(letterhead, 12);
      const [first] = [...standin.organizations.values()];
      const clean = async (screen: string): Promise<void> => {
        expect(await violations(page), screen).toEqual([]);
      };

      const search = page.getByRole('searchbox', { name: 'Search organizations' });
      await search.fill(first!.name);
      await expect(letterhead.list.getByRole('option')).toHaveCount(1);
      await chooseMenu(app, 'export');
      await expect(letterhead.dialog('Export')).toBeVisible();
      await clean('export');
      const path = join(userData, 'file.csv');
      await chooseFile(app, path);
      await letterhead.dialog('Export').getByRole('button', { name: 'Export' }).click();
      await expect(page.getByText('1 organization exported.')).toBeVisible();
      await clean('exported');
      await search.fill('');

      await writeFile(
        path,
        Buffer.from(
          `Organization ID,Business phone,Straße\n${first!.id},1,x\nwrong,2,y\n`,
          'latin1',
        ),
      );
      await chooseMenu(app, 'import');
      await expect(letterhead.dialog('Import').getByText('1 row cannot be used')).toBeVisible();
      await clean('import, with problems');
      await page.keyboard.press('Escape');
      await writeFile(path, 'Name\nx\n');
      await chooseMenu(app, 'import');
      await expect(page.getByText('Nothing was imported.')).toBeVisible();
      await clean('not imported');

      await chooseMenu(app, 'support');
      await expect(letterhead.dialog('Details for support')).toBeVisible();
      await clean('details for support');
      await page.keyboard.press('Escape');
      await letterhead.button('Settings').click();
      await page.getByRole('tab', { name: 'About' }).click();
      await clean('about');
      await page.getByRole('tab', { name: 'General' }).click();
      await clean('general');
      await letterhead.button('Remove everything…').click();
      await expect(letterhead.dialog('Remove everything from this computer')).toBeVisible();
      await clean('remove everything');
    });
  });
}
