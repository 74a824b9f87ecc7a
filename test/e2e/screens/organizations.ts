/** Screens of adding and finding organizations, and of editing and saving a profile. */
import { expect } from '@playwright/test';
import type { Standin } from '../../standin';
import type { RunningApp } from '../support/start';
import type { OnScreen } from './check-screen';

/** From the welcome page to the first organization, and adding more. */
export async function addOrganizations(
  { page, letterhead }: RunningApp,
  onScreen: OnScreen,
): Promise<void> {
  await expect(letterhead.button('Add organizations')).toBeVisible();
  await onScreen('welcome');
  await letterhead.openAdd();
  await onScreen('sign-in');
  await letterhead.button('Continue').click();
  await onScreen('sign-in with mistakes');
  await letterhead.signIn();
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await onScreen('choose');
  const filter = page.getByRole('searchbox', { name: 'Filter' });
  await filter.fill('nothing like this');
  await onScreen('choose, nothing found');
  await filter.fill('');
  await letterhead.button('Add by ID').click();
  await onScreen('choose with a mistake');
  await letterhead.button('Add selected').click();
  await expect(letterhead.field('Business name')).not.toHaveValue('');
  await onScreen('organization');
  await letterhead.openAdd();
  await onScreen('saved sign-in');
  await letterhead.button('Continue').click();
  const allSaved = page.getByText('All organizations of this sign-in are already in your list.');
  await expect(allSaved).toBeVisible();
  await onScreen('choose, all saved');
}

/** Editing and saving the first organization. */
export async function saveChange(
  { page, letterhead }: RunningApp,
  standin: Standin,
  onScreen: OnScreen,
): Promise<void> {
  const [first] = [...standin.organizations.values()];
  await letterhead.open(first!.name);
  await letterhead.field('Business email').fill('not an address');
  await letterhead.field('Business phone').fill('030 1234567');
  await letterhead.field('External metadata').fill('{"vat":"GB1","active":true,"more":{"a":1}}');
  await expect(page.getByText('3 unsent changes, saved on this computer')).toBeVisible();
  await onScreen('edited, with advice');
  await page.getByRole('button', { name: /^Edit entry by entry.*External metadata/ }).click();
  await page.getByRole('button', { name: /^Add an entry/ }).click();
  await onScreen('entries, a new one');
  await letterhead.button('Cancel').click();
  await letterhead.button('Review changes').click();
  await onScreen('review');
  standin.faults.add({ mode: 'validation-error', match: { method: 'PUT' }, times: 1 });
  await letterhead.button('Save changes').click();
  await expect(letterhead.status).toContainText('Not saved');
  await letterhead.button('Details').click();
  await onScreen('refused, with details');
  standin.faults.add({ mode: 'stores-differently', match: { method: 'PUT' }, times: 1 });
  await letterhead.button('Try again now').click();
  await expect(letterhead.button('Accept as stored')).toBeVisible();
  await onScreen('stored differently');
  await letterhead.button('Discard waiting change').click();
  await onScreen('discard waiting change');
  await page.keyboard.press('Escape');
  await letterhead.button('Accept as stored').click();
  await expect(letterhead.button('Accept as stored')).toBeHidden();
  await onScreen('accepted');
}

/** A conflict of the second organization, its history, and the dialogs of its menu. */
export async function resolveConflict(
  running: RunningApp,
  standin: Standin,
  onScreen: OnScreen,
): Promise<void> {
  const { page, letterhead } = running;
  const [, second] = [...standin.organizations.values()];
  await letterhead.open(second!.name);
  await expect(letterhead.field('Business name')).not.toHaveValue('');
  await letterhead.field('Business phone').fill('+49 mine');
  standin.setProfile(second!.id, { business_phone: '+49 theirs' });
  await letterhead.save();
  await expect(page.getByRole('heading', { name: /changed at Cloudflare/ })).toBeVisible();
  await onScreen('conflict');
  await letterhead.button('Save this version').click();
  await expect(page.getByText('Choose which text to keep.').last()).toBeVisible();
  await onScreen('conflict with a choice missing');
  await page.getByRole('radio', { name: 'Keep mine' }).check();
  await letterhead.button('Save this version').click();
  await letterhead.expectSaved();
  await letterhead.field('Business name').fill('Typed since');
  await page.getByRole('tab', { name: 'History' }).click();
  await expect(page.getByRole('list', { name: 'Revisions' })).toBeVisible();
  await onScreen('history');
  await letterhead.button('Restore this version').last().click();
  await onScreen('replace unsaved changes');
  await page.keyboard.press('Escape');
  for (const item of ['Change sign-in', 'Remove organization']) {
    await letterhead.button('More actions').click();
    await expect(page.getByRole('menuitem', { name: item })).toBeVisible();
    if (item === 'Change sign-in') await onScreen('menu');
    await page.getByRole('menuitem', { name: item }).click();
    await expect(letterhead.dialog(item)).toBeVisible();
    await onScreen(item);
    await page.keyboard.press('Escape');
    await expect(letterhead.dialog(item)).toBeHidden();
  }
}

/** The empty list, and saving without a network. */
export async function workOffline(
  { page, letterhead }: RunningApp,
  standin: Standin,
  onScreen: OnScreen,
): Promise<void> {
  const [, , third] = [...standin.organizations.values()];
  const search = page.getByRole('searchbox', { name: 'Search organizations' });
  await search.fill('nothing like this');
  await expect(page.getByText('Nothing found for')).toBeVisible();
  await onScreen('nothing found');
  await search.fill('');
  await page.getByRole('radio', { name: 'Waiting' }).check();
  await onScreen('nothing is waiting');
  await letterhead.button('Show all organizations').click();

  await standin.goOffline();
  await letterhead.open(third!.name);
  await letterhead.field('Business name').fill('Another name');
  await letterhead.button('Review changes').click();
  await onScreen('review, offline');
  await letterhead.button('Save changes').click();
  await letterhead.expectWaiting();
  await onScreen('waiting, offline');
}
