/** Sign-ins that stop working: one message, one action, and no change is lost. */
import type { Locator, Page } from '@playwright/test';
import { sampleSignIn, sampleNewKey, type Standin } from '../standin';
import { violations } from './support/axe';
import { expect, test } from './support/fixtures';
import { removeKeys } from './support/keychain';
import type { Letterhead } from './support/letterhead';

const COLLEAGUE = { email: 'it@brightwater.example', key: 'e'.repeat(37), userId: 'f'.repeat(32) };
const signIns = [sampleSignIn, COLLEAGUE];

/** The banner below the page. */
const banner = (page: Page): Locator =>
  page.getByRole('region', { name: 'Sign-ins that need your attention' });

/** Enters a new key in the open dialog and confirms it. */
async function replaceKey(letterhead: Letterhead, key: string): Promise<void> {
  const dialog = letterhead.dialog('Replace key');
  await dialog.getByLabel('Global API Key', { exact: true }).fill(key);
  await dialog.getByRole('button', { name: 'Replace key' }).click();
}

const phonesAt = (standin: Standin, ids: readonly string[]): (string | undefined)[] =>
  ids.map((id) => standin.profileOf(id)?.business_phone);

test.describe('a key that was changed at Cloudflare', () => {
  test.use({ standinOptions: { organizations: 5, signIns } });

  test('pauses all changes of the sign-in with one message; the new key sends them all', async ({
    launch,
    standin,
  }) => {
    const [first, second] = [...standin.organizations.values()];
    const ids = [first!.id, second!.id];
    const before = phonesAt(standin, ids);
    let running = await launch();
    await running.letterhead.setUp([first!.name, second!.name]);
    await expect(running.letterhead.field('business_name')).not.toHaveValue('');
    await running.letterhead.open(second!.name);
    await expect(running.letterhead.field('business_name')).not.toHaveValue('');

    await standin.goOffline();
    for (const { name } of [first!, second!]) {
      await running.letterhead.open(name);
      await running.letterhead.saveField('business_phone', '+44 20 7946 0444');
      await running.letterhead.expectWaiting();
    }
    await expect(banner(running.page)).toBeHidden();
    standin.setKey(sampleSignIn.userId, sampleNewKey);
    await standin.goOnline();
    await running.letterhead.tryAgain();
    const reason = 'Cloudflare does not recognize this email and key.';
    // The page says why its change waits, and has the button that ends it; other pages have both below them.
    await expect(running.letterhead.status).toContainText(reason);
    await expect(running.page.getByText(reason)).toHaveCount(1);
    await expect(running.page.getByRole('button', { name: 'Replace key' })).toHaveCount(1);
    await running.letterhead.button('Settings').click();
    await running.page.getByRole('tab', { name: 'About' }).click();
    await expect(banner(running.page)).toHaveText(
      /The sign-in “Head office” stopped working: Cloudflare does not recognize this email and key\..*2\sorganizations use it\. 2\schanges are waiting\./,
    );
    await expect(banner(running.page).getByRole('button', { name: 'Replace key' })).toHaveCount(1);
    for (const { name } of [first!, second!]) {
      await expect(running.letterhead.option(name)).toContainText('Waiting for its sign-in');
    }
    await running.close();

    running = await launch();
    const { page, letterhead } = running;
    await letterhead.open(first!.name);
    await letterhead.expectWaiting();
    await expect(banner(page)).toBeHidden();

    await letterhead.button('Replace key').click();
    await replaceKey(letterhead, COLLEAGUE.key);
    await expect(
      letterhead
        .dialog('Replace key')
        .getByText('Cloudflare does not recognize this key with this email.'),
    ).toBeVisible();
    expect(await violations(page)).toEqual([]);
    expect(phonesAt(standin, ids)).toEqual(before);

    await replaceKey(letterhead, sampleNewKey);
    await expect(letterhead.dialog('Replace key')).toBeHidden();
    await letterhead.expectSaved();
    await expect.poll(() => phonesAt(standin, ids)).toEqual(ids.map(() => '+44 20 7946 0444'));
    await expect(banner(page)).toBeHidden();
    // The focused button is gone, so the focus moves to the page.
    await expect(letterhead.heading(first!.name)).toBeFocused();
    await running.close();

    // The new key is the one that is stored.
    const again = await launch();
    await again.letterhead.open(second!.name);
    await again.letterhead.saveField('business_phone', '+44 20 7946 0555');
    await again.letterhead.expectSaved();
  });

  test('cannot be replaced by the key of another user who has taken over the email', async ({
    launch,
    standin,
  }) => {
    const [first] = [...standin.organizations.values()];
    const { page, letterhead } = await launch();
    await letterhead.setUp([first!.name]);
    standin.signIns[0]!.email = 'former@brightwater.example';
    standin.signIns[1]!.email = sampleSignIn.email;
    await letterhead.button('Settings').click();
    await letterhead.button('Check').click();
    await expect(page.getByText(/Not working since .*, last checked just now/)).toBeVisible();
    await letterhead.button('Replace key').click();
    await replaceKey(letterhead, COLLEAGUE.key);
    await expect(page.getByText(/This key belongs to another Cloudflare user/)).toBeVisible();

    await page.keyboard.press('Escape');
    await expect(letterhead.dialog('Replace key')).toBeHidden();
    await expect(letterhead.button('Replace key')).toBeFocused();
    await letterhead.actOnSignIn('Change email');
    const dialog = letterhead.dialog('Change email');
    await dialog.getByRole('textbox', { name: 'Account email' }).fill('former@brightwater.example');
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    await expect(page.getByText(/Works, checked just now/)).toBeVisible();

    await letterhead.actOnSignIn('Rename');
    await expect(page.getByRole('textbox', { name: 'Name for this sign-in' })).toBeFocused();
    await page.keyboard.type('Filiale Köln');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('group', { name: 'Filiale Köln' })).toBeVisible();
  });

  test('removing the sign-in keeps its waiting change, and another sign-in sends it', async ({
    launch,
    standin,
  }) => {
    const [first] = [...standin.organizations.values()];
    const { page, letterhead } = await launch();
    await letterhead.setUpOne(first!);
    await letterhead.openAdd();
    await letterhead.signIn({ label: 'Colleague', ...COLLEAGUE });
    await expect(letterhead.button('Add selected')).toBeVisible();
    await letterhead.open(first!.name);
    standin.setKey(sampleSignIn.userId, sampleNewKey);
    await letterhead.saveField('business_phone', '+44 20 7946 0666');
    await expect(letterhead.status).toContainText('does not recognize this email and key');

    await letterhead.button('Settings').click();
    await expect(banner(page)).toBeHidden();
    const card = page.getByRole('group', { name: 'Head office' });
    await letterhead.actOnSignIn('Remove sign-in', card);
    const question = letterhead.dialog('Remove sign-in');
    await expect(question).toContainText('1 organization uses it.');
    await expect(question).toContainText('1 change has not reached Cloudflare yet.');
    await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused();
    await question.getByRole('button', { name: 'Remove' }).click();
    await expect(card).toBeHidden();

    await letterhead.button('Back').click();
    await expect(letterhead.heading(first!.name)).toBeVisible();
    await expect(letterhead.status).toContainText('This organization has no sign-in.');
    await expect(letterhead.field('business_phone')).toHaveValue('+44 20 7946 0666');
    await letterhead.button('Choose a sign-in').click();
    await page.getByRole('radio', { name: 'Colleague' }).check();
    await letterhead.button('Use this sign-in').click();
    await letterhead.expectSaved();
    expect(phonesAt(standin, [first!.id])).toEqual(['+44 20 7946 0666']);
  });
});

test.describe('2,300 organizations of one sign-in', () => {
  test.use({ standinOptions: { organizations: 2_300 } });

  test('a refused key is one message, and no further row needs attention', async ({
    launch,
    seed,
    standin,
  }) => {
    seed();
    const { page, letterhead } = await launch();
    const attention = page.locator('.filters label', {
      has: page.getByRole('radio', { name: 'Check' }),
    });
    await letterhead.expectRows(2_300);
    // Empty while the list is being built, and a large number until the first paint.
    await expect(attention).toHaveText(/\d/);
    const before = await attention.innerText();
    standin.setKey(sampleSignIn.userId, sampleNewKey);
    const inView = async (index: number) => {
      const name = await letterhead.options.nth(index).locator('.name').innerText();
      return [...standin.organizations.values()].find((one) => one.name === name);
    };
    const [first, second] = [await inView(0), await inView(1)];
    await letterhead.open(first!.name);
    await expect(banner(page)).toContainText(
      /The sign-in “Sign-in 1” stopped working: .*2,300\sorganizations use it\./,
    );
    await expect(banner(page).getByRole('button', { name: 'Replace key' })).toHaveCount(1);
    // Where nothing waits, no row says so, neither in color nor in the filter.
    await letterhead.open(second!.name);
    await expect(letterhead.list.locator('.state.danger')).toHaveCount(0);
    await expect(letterhead.list.getByText('Sign-in issue')).toHaveCount(0);
    expect(await attention.innerText()).toBe(before);
    expect(await violations(page)).toEqual([]);
    // A change that waits does.
    await letterhead.saveField('business_phone', '+44 20 7946 0444');
    await letterhead.expectWaiting();
    await page.getByRole('radio', { name: 'Check' }).check();
    await expect(letterhead.option(second!.name)).toContainText('Waiting for its sign-in');
  });
});

test('a key deleted from the keychain shows one message, and can be entered again', async ({
  launch,
  seed,
  standin,
  keyring,
}) => {
  const [first] = [...standin.organizations.values()];
  seed(first!);
  expect(removeKeys(keyring)).toBe(1);

  const { page, letterhead } = await launch();
  await letterhead.open(first!.name);
  await expect(banner(page)).toContainText('no longer has the key or token');
  await letterhead.saveField('business_phone', '+44 20 7946 0777');
  await expect(letterhead.status).toContainText('no longer has the key or token');
  await expect(banner(page)).toBeHidden();
  await letterhead.button('Replace key').click();
  await replaceKey(letterhead, sampleSignIn.key);
  await letterhead.expectSaved();
  await expect(banner(page)).toBeHidden();
  expect(removeKeys(keyring)).toBe(1);
});

test('a locked keychain is said once, and Try again now continues once it is unlocked', async ({
  launch,
  seed,
  standin,
  keyring,
}) => {
  const [first] = [...standin.organizations.values()];
  seed(first!);
  await keyring.lock();

  const { page, letterhead } = await launch();
  await letterhead.open(first!.name);
  // Copies stay readable.
  await expect(letterhead.field('business_name')).toHaveValue(first!.profile!.business_name);
  await letterhead.saveField('business_phone', '+44 20 7946 0888');
  await expect(letterhead.status).toContainText('This computer’s keychain is locked.');
  await expect(banner(page)).toBeHidden();
  await letterhead.button('Try again now').click();
  // Wait for the answer, or this same try would still be running when the keychain is unlocked.
  await expect(letterhead.button('Try again now')).not.toHaveAttribute('aria-busy', 'true');
  await expect(letterhead.status).toContainText('This computer’s keychain is locked.');
  await keyring.unlock();
  await letterhead.tryAgain();
  await letterhead.expectSaved();
  await expect(banner(page)).toBeHidden();
});
