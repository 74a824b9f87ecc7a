/** API tokens in the window: adding accounts, mistakes, missing permissions, read-only sign-ins, expiry. */
import {
  sampleAccountToken,
  sampleSignIn,
  sampleNewToken,
  sampleReadOnlyToken,
  sampleToken,
  type ApiToken,
  type Standin,
} from '../standin';
import { expect, test } from './support/fixtures';
import { answerMessageBoxes, readClipboard, shownMessageBoxes } from './support/native-ui';

const DAY_MS = 86_400_000;

const accountsOf = (standin: Standin) => [...standin.accounts.values()];
const puts = (standin: Standin) => standin.requests.filter(({ method }) => method === 'PUT');

/** Lets the stand-in know a token that a test may change. */
function addToken(standin: Standin, token: ApiToken, changes: Partial<ApiToken> = {}): ApiToken {
  const added = { ...token, permissions: { ...token.permissions }, ...changes };
  const index = standin.tokens.findIndex(({ id }) => id === token.id);
  if (index < 0) standin.tokens.push(added);
  else standin.tokens[index] = added;
  return added;
}

test('the first run with a token ends with a confirmed save, and no key is ever sent', async ({
  launch,
  standin,
}) => {
  const [account] = accountsOf(standin);
  const { page, letterhead } = await launch();
  await letterhead.openAdd();
  await expect(page.getByRole('radio', { name: 'API token', exact: true })).toBeChecked();
  await letterhead.signInWithToken({ label: '' });

  await expect(letterhead.heading('Choose accounts')).toBeVisible();
  const organization = account!.managedBy!.parentOrgName;
  const box = page.getByRole('checkbox', { name: `${organization} · 2 accounts` });
  await expect(box).toBeChecked();
  await letterhead.button('Show accounts').click();
  await expect(box).toHaveAccessibleDescription('Same profile; one is enough.');
  await expect(page.getByRole('checkbox', { name: account!.name, exact: true })).toBeChecked();
  await letterhead.button('Add selected').click();
  await letterhead.expectRows(1);
  await letterhead.open(`${organization}, through the account ${account!.name}`);
  await letterhead.saveField('business_phone', '+44 20 7946 0331');
  await letterhead.expectSaved();
  expect(standin.profileOf(account!.id)).toMatchObject({ business_phone: '+44 20 7946 0331' });
  expect(standin.requests.filter(({ headers }) => headers['x-auth-key'])).toEqual([]);

  await letterhead.openSettings('Sign-ins');
  const card = page.getByRole('group', { name: account!.name });
  await expect(card).toContainText('API token');
  await expect(card).toContainText('1 account');
  await letterhead.signInMenu(card).click();
  await expect(page.getByRole('menuitem')).toHaveText([
    'Rename',
    'Replace token',
    'Remove sign-in',
  ]);
  await page.keyboard.press('Escape');

  await test.step('an account offers only sign-ins with a token', async () => {
    const [organization] = [...standin.organizations.values()];
    await letterhead.button('Back').click();
    await letterhead.setUp([organization!.name]);
    await letterhead.open(account!.name);
    await letterhead.chooseMoreAction('Change sign-in');
    await expect(page.getByRole('dialog').getByRole('radio')).toHaveCount(1);
    await expect(
      page.getByRole('dialog').getByRole('radio', { name: account!.name }),
    ).toBeChecked();
    await letterhead.closeDialog();
    await letterhead.open(organization!.name);
    await letterhead.chooseMoreAction('Change sign-in');
    await expect(
      page.getByRole('dialog').getByRole('radio', { name: 'Head office' }),
    ).toBeChecked();
    await expect(page.getByRole('dialog').getByRole('radio')).toHaveCount(1);
  });
});

test('a save without the permission is kept and explained, and sent once it is given', async ({
  launch,
  standin,
}) => {
  const token = addToken(standin, sampleReadOnlyToken);
  addToken(standin, sampleNewToken);
  const [account] = accountsOf(standin);
  const { page, letterhead } = await launch();
  await letterhead.setUpAccounts([account!.name], { token: token.value });
  await letterhead.open(account!.name);
  await letterhead.saveField('business_phone', '+44 20 7946 0322');

  await expect(letterhead.status).toContainText(
    'probably lacks the permission Account Settings: Edit',
  );
  await expect(letterhead.status).toContainText('Your change is kept.');
  await expect(letterhead.button('Review changes')).toHaveCount(0);
  await expect(letterhead.field('business_phone')).toHaveValue('+44 20 7946 0322');
  await expect(letterhead.field('business_phone')).not.toBeEditable();
  await expect(letterhead.button('Replace token')).toBeVisible();

  await letterhead.openSettings('Sign-ins');
  const card = page.getByRole('group', { name: 'Branches' });
  await expect(card).toContainText('Works for reading');
  await expect(card).toContainText('1 change waits for a token that can change profiles.');
  await expect(card.getByRole('checkbox', { name: 'Read-only' })).toBeChecked();
  await letterhead.button('Back').click();

  token.permissions.accountSettings = 'write';
  await letterhead.button('Try again now').click();
  await letterhead.expectSaved();
  expect(standin.profileOf(account!.id)).toMatchObject({ business_phone: '+44 20 7946 0322' });
  await expect(letterhead.field('business_phone')).toBeEditable();

  await test.step('a save without the permission is sent with another token', async () => {
    token.permissions.accountSettings = 'read';
    await letterhead.saveField('business_phone', '+44 20 7946 0323');
    await letterhead.button('Replace token').click();
    const dialog = letterhead.dialog('Replace token');
    await dialog.getByLabel('API token', { exact: true }).fill(sampleNewToken.value);
    await page.keyboard.press('Enter');
    await letterhead.expectSaved();
    expect(standin.profileOf(account!.id)).toMatchObject({ business_phone: '+44 20 7946 0323' });
    await expect(letterhead.field('business_phone')).toBeEditable();
  });
});

test('a token that is not confirmed stays in its field, and its question names the accounts', async ({
  launch,
  standin,
}) => {
  const { app, letterhead } = await launch();
  await letterhead.openAdd();
  await answerMessageBoxes(app, ['Cancel']);
  await letterhead.signInWithToken();
  await letterhead.expectText('You did not confirm this token, so it was not stored.');
  await expect(letterhead.tokenField).toHaveValue(sampleToken.value);
  const [box] = await shownMessageBoxes(app);
  for (const { name } of accountsOf(standin)) expect(box!.detail).toContain(name);
});

// Of the eight accounts, the first two belong to the first organization, and so share a profile.
test.describe('with accounts of two organizations and five others', () => {
  test.use({ standinOptions: { organizations: 2, accounts: 8 } });

  test('the form for a token, its mistakes, and a choice of seven', async ({ launch, standin }) => {
    const { app, page, letterhead } = await launch();
    await letterhead.openAdd();

    await test.step('the instructions can be read, and are copied for the colleague in IT', async () => {
      await letterhead.button('Copy instructions for your IT colleague').click();
      await expect(page.getByRole('main').getByRole('status')).toHaveText(
        'The instructions are on the clipboard.',
      );
      const copied = await readClipboard(app);
      expect(copied.split('\n')).toHaveLength(6);
      expect(copied).toContain('Account > Account Settings > Edit');
      await letterhead.button('Show instructions').click();
      await expect(page.getByText(copied.split('\n')[0]!)).toBeVisible();
    });

    await test.step('the question that follows is explained where screen readers cannot read it', async () => {
      await expect(letterhead.button('Continue')).toHaveAccessibleDescription(
        /^A small window then asks .* Add is the button before Cancel\.$/,
      );
    });

    await test.step('a key pasted as token, and a token pasted as key, can be used as the other kind at the press of a button', async () => {
      const keyField = page.getByLabel('Global API Key', { exact: true });
      await letterhead.signInWithToken({ token: sampleSignIn.key });
      await expect(letterhead.tokenField).toHaveAccessibleDescription(/This is a Global API Key/);
      await letterhead.button('Use as Global API Key').click();
      await expect(page.getByRole('textbox', { name: 'Account email' })).toBeFocused();
      await expect(letterhead.tokenField).toHaveCount(0);
      await expect(keyField).toHaveValue(sampleSignIn.key);
      await expect(keyField).not.toHaveAttribute('aria-invalid', 'true');
      await expect(keyField).toHaveAttribute('type', 'password');

      await keyField.fill(sampleToken.value);
      await expect(keyField).toHaveAccessibleDescription(/This is an API token/);
      await keyField.press('Tab');
      await page.keyboard.press('Tab');
      await expect(letterhead.button('Use as API token')).toBeFocused();
      await page.keyboard.press('Enter');
      await expect(letterhead.tokenField).toBeFocused();
      await expect(letterhead.tokenField).toHaveValue(sampleToken.value);
      await expect(keyField).toHaveCount(0);
      await letterhead.tokenField.fill(sampleAccountToken.value);
      await expect(letterhead.tokenField).toHaveAccessibleDescription(/belongs to an account/);
      await letterhead.tokenField.fill(accountsOf(standin)[0]!.id);
      await expect(letterhead.tokenField).toHaveAccessibleDescription(/looks like the ID/);
      await letterhead.button('Continue').click();
      expect(standin.requests.filter(({ headers }) => headers['authorization'])).toEqual([]);
    });

    for (const [state, changes, message] of [
      [
        'expired',
        { expiresOn: '2026-01-01T00:00:00Z' },
        /has expired.*Ask your IT colleague for a new/,
      ],
      ['disabled', { status: 'disabled' }, /is disabled at Cloudflare.*enable it/],
      ['unknown', { value: sampleNewToken.value }, /does not recognize this API token/],
    ] as const) {
      await test.step(`a token that is ${state} says so beside the field`, async () => {
        addToken(standin, sampleToken, changes);
        await letterhead.signInWithToken();
        await expect(letterhead.tokenField).toHaveAccessibleDescription(message);
        await expect(letterhead.tokenField).not.toHaveValue('');
      });
    }
    addToken(standin, sampleToken, { accounts: accountsOf(standin).map(({ id }) => id) });
    await answerMessageBoxes(app, ['Check token', 'Add']);
    await letterhead.signInWithToken();
    await expect(letterhead.heading('Choose accounts')).toBeVisible();

    await test.step('one of the first two accounts is enough: Select all takes seven', async () => {
      const all = page.getByRole('checkbox', { name: 'Select all' });
      await expect(page.getByRole('main').getByRole('checkbox')).toHaveCount(1 + 7);
      await all.uncheck();
      await letterhead.expectText('0 selected');
      await all.check();
      await letterhead.expectText('7 selected');
      await letterhead.button('Add selected').click();
      await letterhead.expectRows(7);
    });
  });
});

test.describe('where accounts are not listed', () => {
  test.use({ standinOptions: { accountsEnabled: false } });

  test('an account is added by its ID, or the address of its page', async ({ launch, standin }) => {
    const [account] = accountsOf(standin);
    const { page, letterhead } = await launch();
    await letterhead.openAdd();
    await letterhead.signInWithToken();
    await expect(page.getByRole('main')).toContainText(
      'does not list the accounts of this API token',
    );
    const field = page.getByRole('textbox', { name: 'Account ID' });
    const add = letterhead.button('Add by ID');
    await add.click();
    await expect(field).toHaveAccessibleDescription(/Enter an account ID/);
    await field.fill('0123');
    await add.click();
    await expect(field).toHaveAccessibleDescription(/This is not an account ID/);
    await field.fill('f'.repeat(32));
    await add.click();
    await expect(field).toHaveAccessibleDescription(/not allowed to open this account/);
    await field.fill(`https://dash.cloudflare.com/${account!.id}/members?x=1`);
    await add.click();
    await expect(letterhead.field('business_email')).toHaveValue(
      standin.profileOf(account!.id)!.business_email,
    );
  });
});

test('a sign-in that was added as read-only shows texts and history, and nothing to edit', async ({
  launch,
  standin,
}) => {
  const [account] = accountsOf(standin);
  const { page, letterhead } = await launch();
  await letterhead.openAdd();
  await letterhead.signInWithToken({ readOnly: true });
  await letterhead.choose([account!.name]);
  await letterhead.open(account!.name);
  await letterhead.expectText('Read-only: texts cannot be changed here.');
  await expect(letterhead.field('business_phone')).not.toBeEditable();
  await expect(letterhead.button('Review changes')).toHaveCount(0);
  standin.editElsewhere(account!.id, { business_phone: '+44 20 7946 0555' });
  await letterhead.refresh();
  await expect(letterhead.field('business_phone')).toHaveValue('+44 20 7946 0555');
  await letterhead.openTab('History');
  await expect(page.getByRole('list', { name: 'Revisions' }).getByRole('listitem')).toHaveCount(2);
  await expect(letterhead.button('Restore this version')).toHaveCount(0);

  await letterhead.button('Show sign-in').click();
  const box = page.getByRole('group', { name: 'Branches' }).getByRole('checkbox', {
    name: 'Read-only',
  });
  await box.uncheck();
  await letterhead.button('Back').click();
  await letterhead.openTab('History');
  await expect(letterhead.button('Restore this version')).toBeVisible();
  await letterhead.openTab('Profile');
  await letterhead.saveField('business_phone', '+44 20 7946 0556');
  await letterhead.expectSaved();
  expect(puts(standin)).toHaveLength(1);

  await test.step('a change that waits when its sign-in becomes read-only is kept, and sent when it may write', async () => {
    await standin.goOffline();
    await letterhead.saveField('business_phone', '+44 20 7946 0557');
    await letterhead.expectWaiting();
    await letterhead.openSettings('Sign-ins');
    await box.check();
    await letterhead.button('Back').click();
    await expect(letterhead.status).toContainText('sent once you allow changes');
    await standin.goOnline();
    await expect(letterhead.button('Try again now')).toHaveCount(0);
    await letterhead.button('Show sign-in').click();
    await box.uncheck();
    await letterhead.button('Back').click();
    await letterhead.expectSaved();
  });
});

test('a token is announced a week before it expires, until that is dismissed', async ({
  launch,
  standin,
}) => {
  const soon = new Date(Date.now() + 3 * DAY_MS).toISOString();
  addToken(standin, sampleToken, { expiresOn: soon });
  const [account] = accountsOf(standin);
  const running = await launch();
  const { page, letterhead } = running;
  await letterhead.setUpAccounts([account!.name]);
  const banner = page.getByRole('region', { name: 'API tokens that expire' });
  await expect(banner).toContainText('The API token “Branches” expires in 3 days.');
  await banner.getByRole('button', { name: 'Close' }).click();
  await expect(banner).toHaveCount(0);
  await letterhead.openSettings('Sign-ins');
  await expect(page.getByRole('group', { name: 'Branches' })).toContainText(/Expires on .*20\d\d/);
  await running.close();

  const again = await launch();
  await expect(again.page.getByRole('region', { name: 'API tokens that expire' })).toContainText(
    'expires in 3 days',
  );
});
