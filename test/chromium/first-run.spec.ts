/** The first run. */
import { violations } from '../e2e/support/axe';
import { nameOf } from '../scripted/fake-main';
import { expect, test } from './support/fixtures';

test('leads from the welcome page to the first organization', async ({ open }) => {
  const { fakeMain, page, letterhead } = await open(0);
  await expect(page.getByRole('heading', { name: 'Welcome to Letterhead' })).toBeVisible();
  expect(await violations(page), 'welcome').toEqual([]);
  await letterhead.openAdd();
  await expect(page.locator('[name="api-token"]')).toBeFocused();
  await letterhead.chooseKind('key');
  await letterhead.button('Continue').click();
  await expect(page.getByRole('textbox', { name: 'Account email' })).toHaveAccessibleDescription(
    /.+/,
  );
  expect(await violations(page), 'sign-in with mistakes').toEqual([]);
  await letterhead.signIn();
  await letterhead.choose([nameOf(1), nameOf(3)]);
  await expect(letterhead.list.getByRole('option')).toHaveCount(2);
  await expect(letterhead.heading(nameOf(1))).toBeVisible();
  await expect(letterhead.field('business_name')).toHaveValue('Brightwater Clinics Ltd.');
  expect(await violations(page), 'organization').toEqual([]);
  expect(fakeMain.main.requests('app.painted')).toEqual([null]);
});
