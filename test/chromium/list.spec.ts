/** The list: ten thousand rows of which few are made, searching, the keyboard, and many at once. */
import { violations } from '../e2e/support/axe';
import { failed } from '../../src/shared/failure';
import { nameOf } from '../scripted/office';
import { answerOrganizations } from '../scripted/office-answers';
import { expect, test } from './support/fixtures';

const COUNT = 10_000;

test('ten thousand rows scroll, by wheel and by keys, and few of them are made', async ({
  open,
}) => {
  const { page, letterhead } = await open(COUNT);
  const options = letterhead.list.getByRole('option');
  await expect(options.first()).toHaveAttribute('aria-setsize', String(COUNT));
  const made = await options.count();
  expect(made).toBeGreaterThan(5);
  expect(made).toBeLessThan(100);
  await letterhead.list.hover();
  await page.mouse.wheel(0, 100_000);
  await expect(letterhead.option(nameOf(1))).toHaveCount(0);
  await expect(options.first()).toBeVisible();

  await letterhead.list.focus();
  await page.keyboard.press('End');
  await expect(letterhead.option(nameOf(COUNT))).toBeInViewport({ ratio: 0.9 });
  await page.keyboard.press('Enter');
  await expect(letterhead.heading(nameOf(COUNT))).toBeVisible();
  await page.keyboard.press('Home');
  await expect(letterhead.option(nameOf(1))).toBeInViewport({ ratio: 0.9 });
});

test('a list of which only the beginning could be read says so, and is read when asked to', async ({
  open,
}) => {
  const { office, page, letterhead } = await open(40);
  office.main.answer('organizations', 'list', () => failed('store.busy'));
  await page.reload();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('Another program');
  await expect(page.getByText('40 organizations')).toBeVisible();
  expect(await violations(page), 'the beginning alone').toEqual([]);
  answerOrganizations(office);
  await letterhead.button('Try again').click();
  await expect(alert).toBeHidden();
  await expect(letterhead.list.getByRole('option').first()).toHaveAttribute('aria-setsize', '40');
});

test('a search narrows it while it is typed, and tells when nothing is found', async ({ open }) => {
  const { page, letterhead } = await open(30);
  const search = page.getByRole('searchbox', { name: 'Search organizations' });
  await search.pressSequentially('0001');
  // 00001 and 00010 to 00019.
  await expect(letterhead.list.getByRole('option')).toHaveCount(11);
  await search.fill('nothing like this');
  await expect(page.getByText('Nothing found for')).toBeVisible();
  expect(await violations(page), 'nothing found').toEqual([]);
  await letterhead.button('Show all organizations').click();
  await expect(letterhead.list).toBeFocused();
});

test('one text for many: selected, previewed, saved, and told how far it is', async ({ open }) => {
  const { office, page, letterhead } = await open(30);
  await letterhead.list.focus();
  await page.keyboard.press('Control+a');
  await letterhead.button('Change a field for 30 organizations').click();
  const dialog = letterhead.dialog('Change a field');
  await dialog.getByRole('checkbox', { name: 'Business phone' }).check();
  await dialog.getByRole('textbox', { name: 'New text for Business phone' }).fill('+49 30 1');
  await dialog.getByRole('button', { name: 'Preview changes' }).click();
  await expect(dialog.getByRole('table', { name: 'What would change' })).toBeVisible();
  expect(await violations(page), 'preview').toEqual([]);
  await dialog.getByRole('button', { name: 'Save for 30 organizations' }).click();
  await expect(dialog).toBeHidden();

  const bar = page.getByRole('progressbar', { name: 'Saving changes' });
  office.advance(12);
  await expect(bar).toHaveJSProperty('value', 12);
  expect(await violations(page), 'job').toEqual([]);
  office.advance(30);
  await letterhead.button('Show results').click();
  const results = letterhead.dialog('Results');
  await expect(results.getByRole('table')).toHaveAttribute('aria-rowcount', /\d+/);
  await results.getByRole('button', { name: 'Close' }).click();
  await letterhead.button('Done').click();
  await expect(bar).toBeHidden();
});
