/** Pictures of updates: ready, only available, and refused. */
import { mergeTests } from '@playwright/test';
import { NEXT } from '../e2e/support/next-version';
import { test as withUpdates } from '../e2e/support/update-fixtures';
import { expect, test as localized } from './support/fixtures';

const test = mergeTests(localized, withUpdates);
test.use({ standinOptions: { organizations: 8 } });

test('updates', async ({ launchLetterhead, standin, updates }) => {
  const all = [...standin.organizations.values()];
  const letterhead = await launchLetterhead();
  const { messages } = letterhead;
  await letterhead.setUp(all.slice(0, 4));
  await letterhead.openSettings(messages.settings_about());
  await letterhead.expectText(messages.updates_not_checked());
  const { release } = updates;
  updates.release = { ...release, hashes: {} };
  await letterhead.button(messages.updates_check()).click();
  await letterhead.expectText(messages.failure_updates_wrong_hash_what());
  await letterhead.capture('update-refused');
  updates.release = release;
  await letterhead.button(messages.updates_check()).click();
  await expect(letterhead.button(messages.updates_restart()).first()).toBeVisible();
  await letterhead.capture('update-ready-about');
  await letterhead.openProfile(all[0]!);
  await letterhead.expectText(messages.updates_ready({ version: NEXT }));
  await letterhead.capture('update-ready');
});

test.describe('a build that the package manager updates', () => {
  test.use({ isImage: false });

  test('update-available', async ({ launchLetterhead, standin }) => {
    const [first] = [...standin.organizations.values()];
    const letterhead = await launchLetterhead();
    const { messages } = letterhead;
    await letterhead.setUp([first!]);
    await letterhead.openSettings(messages.settings_about());
    await letterhead.button(messages.updates_check()).click();
    await letterhead.expectText(messages.updates_available({ version: NEXT }));
    await letterhead.capture('update-available-about');
    await letterhead.openTab(messages.settings_general());
    await letterhead.capture('settings-general-updates', { sizes: ['small'] });
    await letterhead.openProfile(first!);
    await letterhead.capture('update-available');
  });
});
