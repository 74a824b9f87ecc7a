/** Screens that few people ever see, and then on a bad day: what is empty, not read or built yet, damaged, or without a keychain. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { createCalls } from '../../faults/support/calls';
import type { Standin } from '../../standin';
import type { RunningApp } from '../support/start';
import type { OnScreen } from './organizations';

/** A profile with empty fields, and one that looks wrong: what needs attention, and its ways out. */
export async function attention({ page, letterhead }: RunningApp, visit: OnScreen): Promise<void> {
  await letterhead.open('Quiet Harbor Foundation');
  await expect(letterhead.button('Fill in Business email')).toBeVisible();
  await page.getByRole('radio', { name: 'Needs attention' }).check();
  await visit('empty fields');
  await letterhead.field('Business email').fill('office@quiet-harbor.example');
  await letterhead.saveField('Business phone', '020 7946 0321');
  await letterhead.expectSaved();
  await expect(letterhead.button('Mark as seen')).toBeVisible();
  await visit('worth a look');
  await letterhead.button('Mark as seen').click();
  await expect(letterhead.button('Mark as seen')).toBeHidden();
  await visit('seen');
  await page.getByRole('radio', { name: 'All' }).check();
}

/** A computer without a keychain, and a first profile that is not there yet, and cannot be read. */
export async function withoutKeychain(
  { page, letterhead }: RunningApp,
  standin: Standin,
  visit: OnScreen,
): Promise<void> {
  const [first] = [...standin.organizations.values()];
  await letterhead.openAdd();
  await page.getByRole('checkbox', { name: 'Keep the key for this session only' }).check();
  await visit('sign-in without a keychain');
  await letterhead.signIn();
  // This way nothing of it is known before it is read.
  standin.settings.embedProfiles = false;
  const hold = standin.hold({ method: 'GET', path: `/organizations/${first!.id}/profile` });
  await letterhead.choose([first!.name]);
  await hold.arrived;
  await letterhead.open(first!.name);
  await expect(page.locator('.skeleton')).toBeAttached();
  await visit('a profile that is being read');
  hold.release();
  await expect(letterhead.field('Business name')).not.toHaveValue('');
  await letterhead.button('Settings').click();
  await expect(letterhead.heading('Settings')).toBeVisible();
  await visit('a sign-in for this session only');
}

/** A name for a sign-in that is longer than the list is wide. */
const LONG_LABEL = 'Hauptverwaltung der gesamten Unternehmensgruppe in Hamburg';

/** Profiles that are not read yet, of two sign-ins, and what is said of them; without a network, they stay so. */
export async function manyUnread(
  { page, letterhead }: RunningApp,
  standin: Standin,
  visit: OnScreen,
): Promise<void> {
  const [, second] = standin.credentials;
  const [first, ...others] = [...standin.organizations.values()];
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
  await letterhead.expectRows(others.length + 1);
  await expect(letterhead.initialFetchStatus).toBeVisible();
  await standin.goOffline();
  await expect(letterhead.initialFetchStatus).toContainText('waiting for the connection');
  await visit('profiles that are not read yet, and a choice of sign-ins');
  await page.getByRole('combobox', { name: 'Sign-in' }).selectOption(LONG_LABEL);
  await letterhead.expectRows(1);
  await visit('the organizations of a sign-in with a long name');
  await page.getByRole('searchbox', { name: 'Search organizations' }).fill('nothing like this');
  await expect(page.getByText(/cannot be found yet/)).toBeVisible();
  await visit('nothing found, and profiles that are not read yet');
  standin.settings.latency = 0;
  await standin.goOnline();
}

/** A list that is being built again. */
export async function building({ page, letterhead }: RunningApp, visit: OnScreen): Promise<void> {
  await expect(page.getByRole('progressbar', { name: 'Preparing the list' })).toBeVisible();
  await expect(letterhead.button('Select')).toBeDisabled();
  await visit('a list that is being prepared');
}

/** A profile that could not be read even once. */
export async function neverRead(
  { page, letterhead }: RunningApp,
  standin: Standin,
  visit: OnScreen,
): Promise<void> {
  const [first, second] = [...standin.organizations.values()];
  standin.settings.embedProfiles = false;
  const path = `/organizations/${second!.id}/profile`;
  standin.faults.add({ mode: '403-9109', match: { path } });
  await letterhead.setUp([first!.name, second!.name]);
  await letterhead.open(second!.name);
  await expect(page.getByRole('heading', { name: 'No saved copy yet' })).toBeVisible();
  await visit('a profile never read');
}

/** A start while the keychain does not answer, as when its question is behind another window. */
export async function keychainAsks(
  { page, letterhead }: RunningApp,
  standin: Standin,
  visit: OnScreen,
): Promise<void> {
  const [first] = [...standin.organizations.values()];
  await letterhead.open(first!.name);
  const asking = page.getByText(/may be asking for the password/);
  await expect(asking.first()).toBeVisible();
  await visit('the keychain is perhaps asking');
  // It was there to the end.
  await expect(asking.first()).toBeVisible();
}

/** Makes the database unreadable; the app must not run. */
export async function damage(userData: string): Promise<void> {
  const path = join(userData, 'letterhead.db');
  const { length } = await readFile(path);
  await writeFile(path, Buffer.alloc(length));
}

/** The start after that: what was set aside, and the key nothing knows any more. */
export async function damaged({ page, letterhead }: RunningApp, visit: OnScreen): Promise<void> {
  await expect(page.getByText('set it aside and started afresh')).toBeVisible();
  await expect(page.getByText('1 key that belongs to no sign-in here')).toBeVisible();
  await visit('a database set aside');
  await letterhead.button('Use a key again').click();
  await expect(page.getByRole('textbox', { name: 'Account email' })).toBeVisible();
  await visit('use a key again');
}
