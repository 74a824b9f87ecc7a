/** Every screen, dialog and state of adding, finding and keeping organizations, one after the other. */
import { expect } from '@playwright/test';
import type { Standin } from '../../standin';
import type { RunningApp } from '../support/start';

/** Called at every screen with what it is called. */
export type OnScreen = (screen: string) => Promise<void>;

/** The first run, as far as the list and the first organization in it. */
export async function adding({ page, letterhead }: RunningApp, visit: OnScreen): Promise<void> {
  await expect(letterhead.button('Add organizations')).toBeVisible();
  await visit('welcome');
  await letterhead.openAdd();
  await visit('sign-in');
  await letterhead.button('Continue').click();
  await visit('sign-in with mistakes');
  await letterhead.signIn();
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await visit('choose');
  const filter = page.getByRole('searchbox', { name: 'Filter' });
  await filter.fill('nothing like this');
  await visit('choose, nothing found');
  await filter.fill('');
  await letterhead.button('Add by ID').click();
  await visit('choose with a mistake');
  await letterhead.button('Add selected').click();
  await expect(letterhead.field('Business name')).not.toHaveValue('');
  await visit('organization');
  await letterhead.openAdd();
  await visit('saved sign-in');
  await letterhead.button('Continue').click();
  const allSaved = page.getByText('All organizations of this sign-in are already in your list.');
  await expect(allSaved).toBeVisible();
  await visit('choose, all saved');
}

/** What becomes of an edit of the first organization. */
export async function saving(
  { page, letterhead }: RunningApp,
  standin: Standin,
  visit: OnScreen,
): Promise<void> {
  const [first] = [...standin.organizations.values()];
  await letterhead.open(first!.name);
  await letterhead.field('Business email').fill('not an address');
  await letterhead.field('Business phone').fill('030 1234567');
  await letterhead.field('External metadata').fill('{"vat":"GB1","active":true,"more":{"a":1}}');
  await expect(page.getByText('3 unsent changes, saved on this computer')).toBeVisible();
  await visit('edited, with advice');
  await page.getByRole('button', { name: /^Edit entry by entry.*External metadata/ }).click();
  await page.getByRole('button', { name: /^Add an entry/ }).click();
  await visit('entries, a new one');
  await letterhead.button('Cancel').click();
  await letterhead.button('Review changes').click();
  await visit('review');
  standin.faults.add({ mode: 'validation-error', match: { method: 'PUT' }, times: 1 });
  await letterhead.button('Save changes').click();
  await expect(letterhead.status).toContainText('Not saved');
  await letterhead.button('Details').click();
  await visit('refused, with details');
  standin.faults.add({ mode: 'stores-differently', match: { method: 'PUT' }, times: 1 });
  await letterhead.button('Try again now').click();
  await expect(letterhead.button('Accept as stored')).toBeVisible();
  await visit('stored differently');
  await letterhead.button('Discard waiting change').click();
  await visit('discard waiting change');
  await page.keyboard.press('Escape');
  await letterhead.button('Accept as stored').click();
  await expect(letterhead.button('Accept as stored')).toBeHidden();
  await visit('accepted');
}

/** A conflict of the second organization, its history, and the questions of its menu. */
export async function deciding(
  running: RunningApp,
  standin: Standin,
  visit: OnScreen,
): Promise<void> {
  const { page, letterhead } = running;
  const [, second] = [...standin.organizations.values()];
  await letterhead.open(second!.name);
  await expect(letterhead.field('Business name')).not.toHaveValue('');
  await letterhead.field('Business phone').fill('+49 mine');
  standin.setProfile(second!.id, { business_phone: '+49 theirs' });
  await letterhead.save();
  await expect(page.getByRole('heading', { name: /changed at Cloudflare/ })).toBeVisible();
  await visit('conflict');
  await letterhead.button('Save this version').click();
  await expect(page.getByText('Choose which text to keep.').last()).toBeVisible();
  await visit('conflict with a choice missing');
  await page.getByRole('radio', { name: 'Keep mine' }).check();
  await letterhead.button('Save this version').click();
  await letterhead.expectSaved();
  await letterhead.field('Business name').fill('Typed since');
  await page.getByRole('tab', { name: 'History' }).click();
  await expect(page.getByRole('list', { name: 'Revisions' })).toBeVisible();
  await visit('history');
  await letterhead.button('Restore this version').last().click();
  await visit('replace unsaved changes');
  await page.keyboard.press('Escape');
  for (const item of ['Change sign-in', 'Remove organization']) {
    await letterhead.button('More actions').click();
    await expect(page.getByRole('menuitem', { name: item })).toBeVisible();
    if (item === 'Change sign-in') await visit('menu');
    await page.getByRole('menuitem', { name: item }).click();
    await expect(letterhead.dialog(item)).toBeVisible();
    await visit(item);
    await page.keyboard.press('Escape');
    await expect(letterhead.dialog(item)).toBeHidden();
  }
}

/** The list when it shows nothing, and everything without a network. */
export async function offline(
  { page, letterhead }: RunningApp,
  standin: Standin,
  visit: OnScreen,
): Promise<void> {
  const [, , third] = [...standin.organizations.values()];
  const search = page.getByRole('searchbox', { name: 'Search organizations' });
  await search.fill('nothing like this');
  await expect(page.getByText('Nothing found for')).toBeVisible();
  await visit('nothing found');
  await search.fill('');
  await page.getByRole('radio', { name: 'Waiting' }).check();
  await visit('nothing is waiting');
  await letterhead.button('Show all organizations').click();

  await standin.goOffline();
  await letterhead.open(third!.name);
  await letterhead.field('Business name').fill('Another name');
  await letterhead.button('Review changes').click();
  await visit('review, offline');
  await letterhead.button('Save changes').click();
  await letterhead.expectWaiting();
  await visit('waiting, offline');
}
