/** What the window shows at startup: the last page or the only entry, earlier drafts, and the width of the list. */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { createCalls } from '../faults/support/calls';
import { violations } from './support/axe';
import { expect, test } from './support/fixtures';
import { appUser } from './support/packaged';
import type { Letterhead } from './support/letterhead';
import { chooseMenuItem } from './support/native-ui';
import { resize, zoom } from './support/window';

const PHONE = '+44 20 7946 0222';

const line = (page: Page) => page.getByRole('separator', { name: 'Width of the list' });
const widthOf = async (page: Page) => (await page.getByRole('complementary').boundingBox())!.width;

/** Types a draft into each of these organizations. */
async function draft(letterhead: Letterhead, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await letterhead.open(name);
    await letterhead.typeDraft({ business_phone: '+44 20 7946 0111' });
  }
}

test('the last page opens again, without taking the focus; if it is gone, the hint stands there; drafts are in Changes', async ({
  launch,
  standin,
}) => {
  const [first, second, third] = [...standin.organizations.values()];
  const before = await launch();
  await before.letterhead.setUp([first!, second!, third!].map(({ name }) => name));
  await before.letterhead.openProfile(second!);
  // Settings are no page to come back to.
  await before.letterhead.openSettings('General');
  await before.kill();

  const again = await launch();
  await expect(again.letterhead.heading(second!.name)).toBeVisible();
  await expect(again.letterhead.field('business_name')).toHaveValue(second!.profile!.business_name);
  await expect(again.letterhead.option(second!.name)).toHaveAttribute('aria-selected', 'true');
  expect(await again.page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
  // The first Tab goes to the list, as ever. It goes nowhere before the system has given the window the focus.
  await expect.poll(() => again.page.evaluate(() => document.hasFocus())).toBe(true);
  await again.page.keyboard.press('Tab');
  await expect(again.page.getByRole('searchbox', { name: 'Search organizations' })).toBeFocused();
  await again.letterhead.chooseMoreAction('Remove organization');
  await again.letterhead
    .dialog('Remove organization')
    .getByRole('button', { name: 'Remove', exact: true })
    .click();
  await expect(again.letterhead.option(second!.name)).toHaveCount(0);
  await again.close();

  const after = await launch();
  await expect(after.letterhead.heading('Choose an organization')).toBeVisible();

  await test.step('a start with drafts says nothing but its number in Changes, where they are', async () => {
    await draft(after.letterhead, [first!.name, third!.name]);
    await after.close();

    const { page, letterhead, close } = await launch();
    const changes = page.getByRole('radio', { name: 'Changes' });
    await expect(changes).toHaveAccessibleDescription('2');
    await changes.check();
    await letterhead.expectRows(2);
    await expect(letterhead.heading('Changes')).toBeVisible();
    await expect(page.getByRole('checkbox', { name: first!.name })).not.toBeChecked();
    await close();
  });
});

// A packaged app loads no script of a test.
if (!appUser) {
  test.describe('a window that gets no frames', () => {
    test.use({ variables: { TEST_PRELOAD: join(import.meta.dirname, 'support/no-frames.cjs') } });

    test('is still shown, has all its buttons, and sends what is saved', async ({
      launch,
      seed,
      nextOrganization,
      standin,
    }) => {
      const organization = nextOrganization();
      seed();
      const { page, letterhead } = await launch();
      await page.evaluate(() =>
        requestAnimationFrame(() => (document.documentElement.dataset['drawn'] = 'yes')),
      );
      await letterhead.open(organization.name);
      await expect(letterhead.button('More actions')).toBeEnabled();
      await letterhead.saveField('business_phone', PHONE);
      await expect.poll(() => standin.profileOf(organization.id)!.business_phone).toBe(PHONE);
      await expect(page.locator('html')).not.toHaveAttribute('data-drawn');
    });
  });
}

test('the list is resized by dragging and with keys, within its limits, and stays so; the only entry opens at once', async ({
  launch,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  const before = await launch();
  const { app, page, letterhead } = before;
  await letterhead.setUpOne(first!);
  await resize(app, [1280, 800]);
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(1280);
  const usual = await widthOf(page);
  const box = (await line(page).boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, 300);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, 300, { steps: 5 });
  await page.mouse.move(900, 300, { steps: 5 });
  await expect.poll(() => widthOf(page)).toBe(512);
  // The pointer holds the middle of the line, which is beside the edge of the list.
  await page.mouse.move(440 + box.x + box.width / 2 - usual, 300, { steps: 5 });
  await page.mouse.up();
  await expect.poll(() => widthOf(page)).toBe(440);
  await expect(line(page)).toHaveAttribute('aria-valuenow', '440');

  await line(page).dblclick();
  await expect.poll(() => widthOf(page)).toBe(usual);
  await line(page).focus();
  await page.keyboard.press('Home');
  await expect.poll(() => widthOf(page)).toBe(240);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(() => widthOf(page)).toBe(320);
  const { value } = createCalls(page);
  await expect.poll(async () => (await value('app', 'lastWindow')).sidebarWidth).toBe(320);
  await letterhead.openSettings('Sign-ins');
  await before.kill();

  const again = await launch();
  await expect(again.letterhead.heading(first!.name)).toBeVisible();
  const name = first!.profile!.business_name;
  await expect(again.letterhead.field('business_name')).toHaveValue(name);
  expect(await widthOf(again.page)).toBe(320);
  // In a narrow window the limit wins. At 200 % the page is in view or, once that is closed, the list.
  await resize(again.app, [860, 560]);
  await line(again.page).focus();
  await again.page.keyboard.press('End');
  await expect.poll(() => widthOf(again.page)).toBe(344);
  await zoom(again.app, 2);
  await expect(line(again.page)).toBeHidden();
  const list = again.page.getByRole('listbox');
  await expect(list).toBeHidden();
  await again.letterhead.field('business_name').press('Escape');
  await expect(list).toBeFocused();
  await expect(again.letterhead.heading(first!.name)).toBeHidden();
  await expect.poll(() => widthOf(again.page)).toBe(430);
  await list.press('ArrowDown');
  await list.press('Space');
  await expect(again.letterhead.heading(first!.name)).toBeFocused();
  await expect(list).toBeHidden();
  await again.page.keyboard.press('Control+k');
  const search = again.page.getByRole('searchbox', { name: 'Search organizations' });
  await expect(search).toBeFocused();

  // The page behind the list keeps what is typed there.
  const add = again.letterhead.button('Add organization');
  await add.click();
  await again.letterhead.button('Use another sign-in').click();
  const token = again.page.locator('input[type=password]');
  await token.fill('typed');
  await expect(again.page.getByRole('main').getByText('Online', { exact: true })).toBeVisible();
  await again.page.keyboard.press('Control+k');
  await expect(search).toBeFocused();
  await expect(token).toBeHidden();
  await add.click();
  await expect(token).toHaveValue('typed');
  await token.focus();
  await again.page.keyboard.press('F6');
  await expect(list).toBeFocused();
  await again.page.keyboard.press('F6');
  await expect(token).toBeFocused();

  await chooseMenuItem(again.app, 'view-table');
  const grid = again.page.getByRole('grid');
  await expect(grid).toBeFocused();
  await grid.press('Space');
  await expect(grid).toBeHidden();
  await chooseMenuItem(again.app, 'search');
  await expect(again.page.getByRole('textbox', { name: 'Find in cells' })).toBeFocused();
  await expect(grid).toBeVisible();
});
