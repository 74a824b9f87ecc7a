/** *Remove everything from this computer*. */
import { mkdirSync, rmSync } from 'node:fs';
import { sampleSignIn } from '../standin';
import { violations } from './support/axe';
import { filesWith } from './support/canary';
import { expect, test } from './support/fixtures';
import { storedKeychainTexts } from './support/keychain';
import { captureRelaunch } from './support/native-ui';
import { giveToAppUser } from './support/packaged';

test('removes files, keys and typed text, and starts again with the welcome page', async ({
  launch,
  standin,
  userData,
  keyring,
}) => {
  const [first, second] = [...standin.organizations.values()];
  const { app, letterhead } = await launch();
  await letterhead.setUp([first!.name, second!.name]);
  await letterhead.open(first!.name);
  await letterhead.typeDraft({ business_phone: '+44 20 7946 0111 TYPED' });
  await standin.goOffline();
  await letterhead.open(second!.name);
  await letterhead.saveField('business_name', 'Waiting Name Ltd');
  await letterhead.expectWaiting();

  await letterhead.openSettings('General');
  await letterhead.button('Remove everything…').click();
  const dialog = letterhead.dialog('Remove everything from this computer');
  await expect(dialog.getByText('2 organizations with their copies')).toBeVisible();
  await expect(dialog.getByText('1 draft that')).toBeVisible();
  await expect(dialog.getByText('1 waiting change that')).toBeVisible();
  await expect(dialog.getByText('1 sign-in with its key or token')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  const { key, email } = sampleSignIn;
  const removedTexts = [
    key,
    email,
    first!.name,
    second!.name,
    first!.id,
    'Head office',
    'Waiting Name Ltd',
    '+44 20 7946 0111 TYPED',
    first!.profile!.business_email,
    'logs/main.log',
  ];
  // Without this check the searches below would prove nothing.
  expect(await filesWith(userData, first!.name)).not.toEqual([]);
  expect(storedKeychainTexts(keyring)).toContain(key);

  const { ended, relaunched } = await captureRelaunch(app);
  await dialog.getByRole('button', { name: 'Remove everything', exact: true }).click();
  await ended;
  expect(relaunched()).toBe(true);
  for (const text of removedTexts) expect(await filesWith(userData, text), text).toEqual([]);
  expect(storedKeychainTexts(keyring)).toEqual([]);

  await standin.goOnline();
  const again = await launch();
  await expect(again.letterhead.button('Add organizations')).toBeVisible();
  for (const text of removedTexts) expect(await filesWith(userData, text), text).toEqual([]);

  await test.step('a locked keychain stops it with a message; the user can then remove all but the keys', async () => {
    const { app, page, letterhead } = again;
    await letterhead.setUpOne(first!);
    await keyring.lock();
    await letterhead.openSettings('General');
    await letterhead.button('Remove everything…').click();
    const dialog = letterhead.dialog('Remove everything from this computer');
    await dialog.getByRole('button', { name: 'Remove everything', exact: true }).click();
    await expect(dialog.getByRole('alert')).toContainText('Not removed: ');
    await expect(dialog.getByRole('alert')).toContainText('are all still here');
    expect(await violations(page)).toEqual([]);
    expect(await filesWith(userData, first!.name)).not.toEqual([]);

    const { ended, relaunched } = await captureRelaunch(app);
    await dialog.getByRole('button', { name: 'Remove everything except keys and tokens' }).click();
    await ended;
    expect(relaunched()).toBe(true);
    expect(await filesWith(userData, first!.name)).toEqual([]);
    await keyring.unlock();
    expect(storedKeychainTexts(keyring)).toContain(sampleSignIn.key);
    const last = await launch();
    await last.letterhead.openAdd();
    await expect(last.letterhead.button('Remove the key or token')).toBeVisible();
  });
});

test('removing everything of one data folder takes nothing from another with the same keychain', async ({
  launch,
  standin,
  userData,
}) => {
  const [first] = [...standin.organizations.values()];
  const before = await launch();
  await before.letterhead.setUpOne(first!);
  await standin.goOffline();
  await before.letterhead.saveField('business_phone', '+44 20 7946 0111');
  await before.letterhead.expectWaiting();
  await before.close();
  await standin.goOnline();

  const other = `${userData}-other`;
  mkdirSync(other);
  giveToAppUser(other);
  try {
    const { app, page, letterhead } = await launch(other);
    await letterhead.setUpOne(first!);
    await letterhead.openSettings('General');
    await letterhead.button('Remove everything…').click();
    const { ended } = await captureRelaunch(app);
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Remove everything', exact: true })
      .click();
    await ended;
  } finally {
    rmSync(other, { recursive: true, force: true });
  }
  const puts = () => standin.requests.filter(({ method }) => method === 'PUT').length;
  expect(puts()).toBe(0);

  const { letterhead } = await launch();
  await letterhead.open(first!.name);
  await letterhead.expectSaved();
  expect(standin.profileOf(first!.id)!.business_phone).toBe('+44 20 7946 0111');
  expect(puts()).toBe(1);
});
