/** A newer version: ready to be installed, only told, and refused. */
import { mergeTests } from '@playwright/test';
import { NEXT } from '../e2e/support/next-version';
import { test as updating } from '../e2e/support/update-fixtures';
import { expect, test as studio } from './support/fixtures';

const test = mergeTests(studio, updating);
test.use({ standinOptions: { organizations: 8 } });

test('updates', async ({ arrive, standin, updates }) => {
  const all = [...standin.organizations.values()];
  const person = await arrive();
  const { words } = person;
  await person.setUp(all.slice(0, 4));
  await person.openSettings(words.settings_about());
  await person.sees(words.updates_not_looked());
  const announced = updates.announced;
  updates.announced = { ...announced, sums: {} };
  await person.button(words.updates_look()).click();
  await person.sees(words.failure_updates_wrong_hash_what());
  await person.take('update-refused');
  updates.announced = announced;
  await person.button(words.updates_look()).click();
  await expect(person.button(words.updates_restart()).first()).toBeVisible();
  await person.take('update-ready-about');
  await person.read(all[0]!);
  await person.sees(words.updates_ready({ version: NEXT }));
  await person.take('update-ready');
});

test.describe('a build that the system updates', () => {
  test.use({ isImage: false });

  test('update-available', async ({ arrive, standin }) => {
    const [first] = [...standin.organizations.values()];
    const person = await arrive();
    const { words } = person;
    await person.setUp([first!]);
    await person.openSettings(words.settings_about());
    await person.button(words.updates_look()).click();
    await person.sees(words.updates_available({ version: NEXT }));
    await person.take('update-available-about');
    await person.openTab(words.support_general());
    await person.take('settings-general-updates', { sizes: ['small'] });
    await person.read(first!);
    await person.take('update-available');
  });
});
