/** Keychain faults: each has a message, reading still works, nothing is lost, and quitting is quick. */
import { expect, test } from './support/fixtures';

test.describe('without a keychain', () => {
  test.use({ keyringState: 'none' });

  test('shows why, and works with a key for this session only', async ({ launch, standin }) => {
    const [first] = [...standin.organizations.values()];
    const running = await launch();
    const { page, letterhead } = running;
    await letterhead.openAdd();
    await letterhead.chooseKind('key');
    await expect(page.getByText(/keychain cannot be used/)).toBeVisible();
    await page.getByRole('checkbox', { name: 'Keep the key for this session only' }).check();
    await letterhead.signIn();
    await letterhead.choose([first!.name]);
    await letterhead.open(first!.name);
    await expect(letterhead.field('business_name')).toHaveValue(first!.profile!.business_name);
    await letterhead.saveField('business_phone', '+44 20 7946 0111');
    await letterhead.expectSaved();
    await running.close();

    const again = await launch();
    await again.letterhead.open(first!.name);
    await expect(again.letterhead.field('business_phone')).toHaveValue('+44 20 7946 0111');
    await again.letterhead.saveField('business_phone', '+44 20 7946 0222');
    await again.letterhead.expectWaiting();
    await again.close();

    // No one can vouch for it any more.
    const later = await launch();
    await later.letterhead.open(first!.name);
    await expect(later.letterhead.field('business_phone')).toHaveValue('+44 20 7946 0222');
    await later.letterhead.expectText(
      later.letterhead.messages.organization_changes_saved({ count: 1 }),
    );
    expect(standin.profileOf(first!.id)!.business_phone).toBe('+44 20 7946 0111');
  });
});

test.describe('with a locked keychain', () => {
  test.use({ keyringState: 'locked' });

  test('the sign-in form says that the keychain is locked', async ({ launch }) => {
    const { page, letterhead } = await launch();
    await letterhead.openAdd();
    await letterhead.chooseKind('key');
    await expect(page.getByText(/keychain is locked/).first()).toBeVisible();
    await expect(
      page.getByRole('checkbox', { name: 'Keep the key for this session only' }),
    ).toBeVisible();
  });
});

test('frozen during a whole run: the window says that the computer may be asking for a password, copies stay readable, quitting is quick, and in the next launch the change is a draft', async ({
  launch,
  seed,
  standin,
  keyring,
}) => {
  const [first] = [...standin.organizations.values()];
  seed(first!);

  keyring.freeze();
  const frozen = await launch();
  await frozen.letterhead.open(first!.name);
  const name = first!.profile!.business_name;
  await expect(frozen.letterhead.field('business_name')).toHaveValue(name);
  await expect(frozen.page.getByText(/may be asking for the password/).first()).toBeVisible();
  await frozen.letterhead.saveField('business_phone', '+44 20 7946 0444');
  await expect(frozen.letterhead.status).toContainText('Saving');
  const before = Date.now();
  await frozen.close();
  expect(Date.now() - before).toBeLessThan(2_000);
  keyring.thaw();

  const again = await launch();
  await again.letterhead.open(first!.name);
  // That run never got the key with which it would have vouched for the change.
  await expect(again.letterhead.field('business_phone')).toHaveValue('+44 20 7946 0444');
  await again.letterhead.expectText(
    again.letterhead.messages.organization_changes_saved({ count: 1 }),
  );
  await again.letterhead.save();
  await again.letterhead.expectSaved();
  expect(standin.profileOf(first!.id)!.business_phone).toBe('+44 20 7946 0444');
});

test('frozen for a moment: the change is sent automatically once the keychain answers', async ({
  launch,
  seed,
  standin,
  keyring,
}) => {
  const [first] = [...standin.organizations.values()];
  seed(first!);

  keyring.freeze();
  const { page, letterhead } = await launch();
  await letterhead.open(first!.name);
  await letterhead.saveField('business_phone', '+44 20 7946 0555');
  const asking = page.getByText(/may be asking for the password/);
  await expect(asking.first()).toBeVisible();
  keyring.thaw();
  await letterhead.expectSaved();
  await expect(asking).toHaveCount(0);
});

test('frozen for over a minute: the page says so, and the change is sent once the keychain answers', async ({
  launch,
  seed,
  standin,
  keyring,
}) => {
  const [first] = [...standin.organizations.values()];
  seed(first!);

  keyring.freeze();
  const { page, letterhead } = await launch();
  await letterhead.open(first!.name);
  await letterhead.saveField('business_phone', '+44 20 7946 0666');
  const main = page.getByRole('main');
  // The reason stands once.
  await expect(main.getByText('This computer’s keychain did not answer.')).toHaveCount(1, {
    timeout: 120_000,
  });
  await expect(
    main.getByText('Look for a window that asks for the keychain’s password.'),
  ).toHaveCount(1);
  await expect(letterhead.status).toContainText('This computer’s keychain');
  keyring.thaw();
  // The next request to the keychain may be under way already, and its answer sends the change.
  await letterhead.tryAgain();
  await letterhead.expectSaved();
});

test('locked during a whole run: in the next launch what was saved is a draft', async ({
  launch,
  seed,
  standin,
  keyring,
}) => {
  const [first, second] = [...standin.organizations.values()];
  seed(first!, second!);
  await keyring.lock();
  const locked = await launch();
  for (const { name } of [first!, second!]) {
    await locked.letterhead.open(name);
    await locked.letterhead.saveField('business_phone', '+44 20 7946 0777');
    await expect(locked.letterhead.status).toContainText('This computer’s keychain');
    const reason = locked.page.getByRole('main').getByText('This computer’s keychain is locked.');
    await expect(reason).toHaveCount(1);
  }
  await locked.close();
  await keyring.unlock();
  const { letterhead } = await launch();
  for (const { id, name } of [first!, second!]) {
    await letterhead.open(name);
    await letterhead.expectText(letterhead.messages.organization_changes_saved({ count: 1 }));
    await letterhead.save();
    await letterhead.expectSaved();
    expect(standin.profileOf(id)!.business_phone).toBe('+44 20 7946 0777');
  }
});

test('locked at the start: what waited stays, what is saved over it stays a draft, and all is sent once it is unlocked', async ({
  launch,
  standin,
  keyring,
}) => {
  const [first, second] = [...standin.organizations.values()];
  const before = await launch();
  await before.letterhead.setUp([first!.name, second!.name]);
  await before.letterhead.waitUntilFetched();
  await standin.goOffline();
  await before.letterhead.openProfile(first!);
  await before.letterhead.saveField('business_phone', '+44 20 7946 0777');
  await before.letterhead.expectWaiting();
  await before.close();
  await standin.goOnline();

  await keyring.lock();
  const { page, letterhead } = await launch();
  await letterhead.open(first!.name);
  await letterhead.saveField('business_email', 'new@brightwater.example');
  await expect(page.getByRole('dialog')).toContainText('Until this computer’s keychain answers');
  await page.keyboard.press('Escape');
  await letterhead.expectText(letterhead.messages.organization_changes_saved({ count: 1 }));
  await letterhead.open(second!.name);
  await letterhead.saveField('business_phone', '+44 20 7946 0888');
  await expect(letterhead.status).toContainText('This computer’s keychain');
  expect(standin.requests.filter(({ method }) => method === 'PUT')).toEqual([]);

  await keyring.unlock();
  await letterhead.button('Try again now').click();
  await letterhead.expectSaved();
  await expect.poll(() => standin.profileOf(first!.id)!.business_phone).toBe('+44 20 7946 0777');
  await letterhead.open(first!.name);
  await letterhead.save();
  await expect
    .poll(() => standin.profileOf(first!.id)!.business_email)
    .toBe('new@brightwater.example');
});
