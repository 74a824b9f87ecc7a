/** Screens of Settings and of a sign-in that stopped working. */
import { expect } from '@playwright/test';
import { sampleCredential, sampleNewKey, type Standin } from '../../standin';
import type { RunningApp } from '../support/start';
import type { OnScreen } from './check-screen';

/** Every tab of Settings with its dialogs. */
export async function settingsTabs(
  { page, letterhead }: RunningApp,
  onScreen: OnScreen,
): Promise<void> {
  await letterhead.button('Settings').click();
  await expect(letterhead.heading('Settings')).toBeVisible();
  await onScreen('sign-ins');
  for (const name of ['Rename', 'Change email', 'Replace key', 'Remove sign-in']) {
    await letterhead.button(name).click();
    await expect(letterhead.dialog(name)).toBeVisible();
    await onScreen(name);
    await page.keyboard.press('Escape');
    await expect(letterhead.dialog(name)).toBeHidden();
  }
  await letterhead.button('Find new organizations').click();
  await expect(
    page.getByText('All organizations of this sign-in are already in your list.'),
  ).toBeVisible();
  await onScreen('find new organizations, none');
  await letterhead.button('Back').click();
  await page.getByRole('tab', { name: 'Checks' }).click();
  await letterhead.button('Check all now').click();
  await expect(page.getByText('The last check ended just now.')).toBeVisible();
  await onScreen('checks');
  await page.getByRole('tab', { name: 'About' }).click();
  await onScreen('about');
  await letterhead.button('Copy details for support…').click();
  await expect(letterhead.dialog('Details for support').getByRole('textbox')).toHaveValue(/\d/);
  await onScreen('details for support');
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'General' }).click();
  await onScreen('general');
  await letterhead.button('Remove everything…').click();
  await expect(letterhead.dialog('Remove everything').getByRole('listitem').first()).toBeVisible();
  await onScreen('remove everything');
  await page.keyboard.press('Escape');
}

/** A key that Cloudflare no longer accepts, in Settings and in the banner above a page. */
export async function brokenSignIn(
  { page, letterhead }: RunningApp,
  standin: Standin,
  onScreen: OnScreen,
): Promise<void> {
  standin.setKey(sampleCredential.userId, sampleNewKey);
  await page.getByRole('tab', { name: 'Sign-ins' }).click();
  await letterhead.button('Check').click();
  await expect(page.getByText(/Not working since .*, last checked just now/)).toBeVisible();
  await onScreen('a sign-in that does not work');
  await letterhead.button('Back').click();
  await expect(
    page.getByRole('region', { name: 'Sign-ins that need your attention' }),
  ).toBeVisible();
  await onScreen('a sign-in that does not work, above a page');
}
