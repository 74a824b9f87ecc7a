/** Rarely seen screens: empty fields, profiles not fetched yet, a list being rebuilt, damage, no keychain. */
import { expect } from '@playwright/test';
import { createCalls } from '../../faults/support/calls';
import type { Standin } from '../../standin';
import type { RunningApp } from '../support/start';
import type { OnScreen } from './check-screen';

/** A profile with empty fields, then one with a suspicious phone. */
export async function needsAttention(
  { page, letterhead }: RunningApp,
  onScreen: OnScreen,
): Promise<void> {
  await letterhead.open('Quiet Harbor Foundation');
  await expect(letterhead.button('Fill in Business email')).toBeVisible();
  await page.getByRole('radio', { name: 'Needs attention' }).check();
  await onScreen('empty fields');
  await letterhead.field('Business email').fill('office@quiet-harbor.example');
  await letterhead.saveField('Business phone', '020 7946 0321');
  await letterhead.expectSaved();
  await expect(letterhead.button('Mark as seen')).toBeVisible();
  await onScreen('worth a look');
  await letterhead.button('Mark as seen').click();
  await expect(letterhead.button('Mark as seen')).toBeHidden();
  await onScreen('seen');
  await page.getByRole('radio', { name: 'All' }).check();
}

/** Signing in without a keychain, and a profile that is still being fetched. */
export async function withoutKeychain(
  { page, letterhead }: RunningApp,
  standin: Standin,
  onScreen: OnScreen,
): Promise<void> {
  const [first] = [...standin.organizations.values()];
  await letterhead.openAdd();
  await page.getByRole('checkbox', { name: 'Keep the key for this session only' }).check();
  await onScreen('sign-in without a keychain');
  await letterhead.signIn();
  // Without embedded profiles the page is empty until the fetch.
  standin.settings.embedProfiles = false;
  const hold = standin.hold({ method: 'GET', path: `/organizations/${first!.id}/profile` });
  await letterhead.choose([first!.name]);
  await hold.arrived;
  await letterhead.open(first!.name);
  await expect(page.locator('.skeleton')).toBeAttached();
  await onScreen('a profile that is being read');
  hold.release();
  await expect(letterhead.field('Business name')).not.toHaveValue('');
  await letterhead.button('Settings').click();
  await expect(letterhead.heading('Settings')).toBeVisible();
  await onScreen('a sign-in for this session only');
}

/** A sign-in name that is wider than the list. */
const LONG_LABEL = 'Hauptverwaltung der gesamten Unternehmensgruppe in Hamburg';

/** Unread profiles of two sign-ins, which stay unread because the network is down. */
export async function unreadProfiles(
  { page, letterhead }: RunningApp,
  standin: Standin,
  onScreen: OnScreen,
): Promise<void> {
  const [, second] = standin.credentials;
  const [first, ...rest] = [...standin.organizations.values()];
  standin.settings.embedProfiles = false;
  await letterhead.setUpOne(first!);
  const calls = createCalls(page);
  const { signInId } = await calls.value('signIns', 'add', {
    label: LONG_LABEL,
    email: second!.email,
    key: second!.key,
    keep: 'keychain',
  });
  await calls.value('organizations', 'changeSignIn', { organizationId: first!.id, signInId });
  await letterhead.openAdd();
  await page.getByRole('radio', { name: /Head office/ }).check();
  await letterhead.button('Continue').click();
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  standin.settings.latency = 2_000;
  await letterhead.button('Add selected').click();
  await letterhead.expectRows(rest.length + 1);
  await expect(letterhead.initialFetchStatus).toBeVisible();
  await standin.goOffline();
  await expect(letterhead.initialFetchStatus).toContainText('waiting for the connection');
  await onScreen('profiles that are not read yet, and a choice of sign-ins');
  await page.getByRole('combobox', { name: 'Sign-in' }).selectOption(LONG_LABEL);
  await letterhead.expectRows(1);
  await onScreen('the organizations of a sign-in with a long name');
  await page.getByRole('searchbox', { name: 'Search organizations' }).fill('nothing like this');
  await expect(page.getByText(/cannot be found yet/)).toBeVisible();
  await onScreen('nothing found, and profiles that are not read yet');
  standin.settings.latency = 0;
  await standin.goOnline();
}

/** A list that is being rebuilt. */
export async function listRebuild(
  { page, letterhead }: RunningApp,
  onScreen: OnScreen,
): Promise<void> {
  await expect(page.getByRole('progressbar', { name: 'Preparing the list' })).toBeVisible();
  await expect(letterhead.button('Select')).toBeDisabled();
  await onScreen('a list that is being prepared');
}

/** A profile that was never fetched successfully. */
export async function profileNeverFetched(
  { page, letterhead }: RunningApp,
  standin: Standin,
  onScreen: OnScreen,
): Promise<void> {
  const [first, second] = [...standin.organizations.values()];
  standin.settings.embedProfiles = false;
  const path = `/organizations/${second!.id}/profile`;
  standin.faults.add({ mode: '403-9109', match: { path } });
  await letterhead.setUp([first!.name, second!.name]);
  await letterhead.open(second!.name);
  await expect(page.getByRole('heading', { name: 'No saved copy yet' })).toBeVisible();
  await onScreen('a profile never read');
}

/** A launch while the keychain does not answer, as when its password prompt is behind another window. */
export async function keychainNotAnswering(
  { page, letterhead }: RunningApp,
  standin: Standin,
  onScreen: OnScreen,
): Promise<void> {
  const [first] = [...standin.organizations.values()];
  await letterhead.open(first!.name);
  const asking = page.getByText(/may be asking for the password/);
  await expect(asking.first()).toBeVisible();
  await onScreen('the keychain is perhaps asking');
  // The message must still be there after the check.
  await expect(asking.first()).toBeVisible();
}

/** The launch after the database was zeroed: the notice that it was set aside, and the orphaned key. */
export async function damagedDatabase(
  { page, letterhead }: RunningApp,
  onScreen: OnScreen,
): Promise<void> {
  await expect(page.getByText('set it aside and started afresh')).toBeVisible();
  await expect(page.getByText('1 key that belongs to no sign-in here')).toBeVisible();
  await onScreen('a database set aside');
  await letterhead.button('Use a key again').click();
  await expect(page.getByRole('textbox', { name: 'Account email' })).toBeVisible();
  await onScreen('use a key again');
}
