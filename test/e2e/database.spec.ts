/** Damaged and older databases: nothing is reset silently, keys are not orphaned, readable data comes back. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createOlderDatabase, damageOnePage, zeroDatabase } from './support/damage';
import { expect, test } from './support/fixtures';

test('a damaged database is set aside with a notice, and its key can be used again', async ({
  launch,
  seed,
  standin,
  userData,
}) => {
  const [first] = [...standin.organizations.values()];
  seed(first!);

  await zeroDatabase(userData);

  const { page, letterhead } = await launch();
  await expect(page.getByText('set it aside and started afresh')).toBeVisible();
  await expect(page.getByText(/letterhead\.damaged/)).toBeVisible();
  await expect(page.getByText('1 key or token that belongs to no sign-in here')).toBeVisible();
  await letterhead.button('Use a key or token again').click();
  await page.getByRole('textbox', { name: 'Name for this sign-in' }).fill('Head office');
  await page.getByRole('textbox', { name: 'Account email' }).fill(standin.signIns[0]!.email);
  await letterhead.button('Use this key').click();
  await expect(page.getByText('1 key or token that belongs to no sign-in here')).toBeHidden();
  await letterhead.openAdd();
  await expect(page.getByText('Organizations available to Head office')).toBeVisible();
  await letterhead.choose([first!.name]);
  await expect(letterhead.field('business_name')).toHaveValue(first!.profile!.business_name);
});

test('recovers the readable data of a damaged database, including the sign-in', async ({
  launch,
  standin,
  userData,
}) => {
  const [first] = [...standin.organizations.values()];
  const running = await launch();
  await running.letterhead.setUpOne(first!);
  await running.letterhead.field('business_phone').fill('+44 1');
  await running.close();

  await damageOnePage(userData);

  // The offer stays until it is answered, even if the first launch after the damage is killed.
  const killed = await launch();
  await expect(killed.letterhead.button('Recover readable data')).toBeVisible();
  await killed.kill();
  const { page, letterhead } = await launch();
  await letterhead.button('Recover readable data').click();
  await expect(letterhead.option(first!.name)).toBeVisible();
  await letterhead.openAdd();
  await expect(page.getByText('Organizations available to Head office')).toBeVisible();
  await letterhead.open(first!.name);
  await expect(letterhead.field('business_phone')).toHaveValue('+44 1');
});

test('data of an earlier preview is set aside with a notice, and stays as it was', async ({
  launch,
  userData,
}) => {
  const older = await createOlderDatabase(userData);

  const { page, letterhead } = await launch();
  await expect(page.getByText('comes from an earlier preview of Letterhead')).toBeVisible();
  const setAside = /letterhead\.older-[\dT-]+\.db/.exec(await page.locator('body').innerText());
  expect(await readFile(join(userData, setAside![0]))).toEqual(older);
  await expect(letterhead.button('Recover readable data')).toBeHidden();
  await letterhead.button('Close').click();
  await expect(page.getByText('comes from an earlier preview of Letterhead')).toBeHidden();
});
