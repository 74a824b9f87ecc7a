/** API tokens: the form with its mistakes, accounts to choose from, read-only pages, expiry, and Settings. */
import { expect } from '@playwright/test';
import { sampleSignIn, sampleReadOnlyToken, sampleToken, type Standin } from '../standin';
import type { Scene } from './scene';
import { ALL_SIZES } from './steps';

const DAY_MS = 86_400_000;

const accountsOf = (standin: Standin) => [...standin.accounts.values()];

const adding: Scene = {
  name: 'a token and its mistakes',
  standin: { organizations: 6, accounts: 2 },
  async walk({ launch, show, standin }) {
    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    await letterhead.openAdd();
    await letterhead.button(messages.add_token_instructions_show()).click();
    await show('token-instructions', { sizes: ALL_SIZES });
    await letterhead.button(messages.add_token_copy()).click();
    await letterhead.expectText(messages.add_token_copied());
    await show('token-instructions-copied');
    await letterhead.button(messages.add_token_instructions_show()).click();
    await letterhead.signInWithToken({ token: sampleSignIn.key });
    await letterhead.expectText(messages.add_token_global_key());
    await show('token-is-key');
    standin.tokens[0] = { ...sampleToken, status: 'disabled' };
    await letterhead.signInWithToken();
    await expect(letterhead.tokenField).toHaveAccessibleDescription(/./);
    await letterhead.expectText(/Cloudflare/);
    await show('token-disabled');
    standin.tokens[0] = { ...sampleToken };
    await letterhead.signInWithToken();
    await expect(
      page.getByRole('checkbox', { name: messages.add_accounts_select_all() }),
    ).toBeChecked();
    await show('choose-accounts');
  },
};

const notListed: Scene = {
  name: 'accounts that are not listed',
  standin: { accountsEnabled: false },
  async walk({ launch, show }) {
    const { letterhead } = await launch();
    await letterhead.openAdd();
    await letterhead.signInWithToken();
    await letterhead.expectText(letterhead.messages.failure_accounts_not_listed_what());
    await show('accounts-not-listed');
  },
};

const noAccounts: Scene = {
  name: 'a token without accounts',
  standin: { tokens: [{ ...sampleToken, accounts: [] }] },
  async walk({ launch, show }) {
    const { letterhead } = await launch();
    await letterhead.openAdd();
    await letterhead.signInWithToken();
    await letterhead.expectText(letterhead.messages.add_accounts_none_found());
    await show('accounts-none');
  },
};

const readOnly: Scene = {
  name: 'a token that only reads, and one that expires',
  standin: {
    tokens: [
      { ...sampleReadOnlyToken },
      { ...sampleToken, expiresOn: new Date(Date.now() + 3 * DAY_MS).toISOString() },
    ],
  },
  async walk({ launch, show, standin }) {
    const [first, second] = accountsOf(standin);
    // Not the profile of the first, which was just written.
    second!.managedBy = null;
    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    const reading = { label: 'Branches', token: sampleReadOnlyToken.value };
    await letterhead.setUpAccounts([first!.name], reading);
    await letterhead.open(first!.name);
    await letterhead.typeDraft({ business_phone: '+44 20 7946 0123' });
    await letterhead.save(messages.organization_read_only_kept_refused());
    await show('read-only-refused', { sizes: ALL_SIZES });

    await letterhead.openAdd();
    await letterhead.signInWithToken({ label: 'Online shop', readOnly: true });
    await letterhead.choose([second!.name]);
    await letterhead.open(second!.name);
    await letterhead.expectText(messages.organization_read_only_chosen());
    await expect(
      page.getByRole('region', { name: messages.sign_ins_expiry_region() }),
    ).toBeVisible();
    await show('read-only', { sizes: ALL_SIZES });
    await letterhead.openSettings(messages.settings_sign_ins());
    await show('settings-tokens', { sizes: ALL_SIZES });
    const card = page.getByRole('group', { name: 'Online shop' });
    await letterhead.actOnSignIn(messages.sign_ins_replace_token(), card);
    await expect(letterhead.dialog(messages.sign_ins_replace_token())).toBeVisible();
    await show('sign-in-replace-token');
    await letterhead.closeDialog();
    await letterhead.actOnSignIn(messages.settings_sign_in_remove(), card);
    await expect(letterhead.dialog(messages.settings_sign_in_remove())).toBeVisible();
    await show('sign-in-remove-token');
    await letterhead.closeDialog();
    standin.tokens[1] = { ...standin.tokens[1]!, status: 'expired' };
    await card
      .getByRole('button', { name: messages.settings_sign_in_check(), exact: true })
      .click();
    await letterhead.expectText(messages.failure_token_expired_what());
    await show('settings-token-expired');
    await letterhead.button(messages.common_back()).click();
    await expect(page.getByRole('region', { name: messages.sign_ins_region() })).toBeVisible();
    await show('token-expired');
  },
};

const oneOrganization: Scene = {
  name: 'accounts of one organization, one of which was just saved',
  standin: { organizations: 2, accounts: 3 },
  async walk({ launch, show, standin }) {
    const [company] = [...standin.organizations.values()];
    const [first, second] = accountsOf(standin);
    const managedBy = { parentOrgId: company!.id, parentOrgName: company!.name };
    for (const account of standin.accounts.values()) account.managedBy = managedBy;
    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    await letterhead.openAdd();
    await letterhead.signInWithToken();
    await letterhead.button(messages.add_group_open()).click();
    await letterhead.expectText(messages.add_group_one_is_enough());
    await page.getByRole('checkbox', { name: second!.name, exact: true }).check();
    await show('choose-accounts-open', { sizes: ALL_SIZES });
    await letterhead.button(messages.add_selected()).click();
    await letterhead.open(first!.name);
    await letterhead.saveField('business_phone', '+44 20 7946 0600');
    await letterhead.expectSaved();
    await letterhead.open(second!.name);
    await letterhead.expectText(messages.failure_profile_just_saved_what({ name: first!.name }));
    await show('just-saved-read');
    await letterhead.saveField('business_email', 'office@branches.example');
    await letterhead.expectWaiting();
    await show('just-saved-waiting', { sizes: ALL_SIZES });
  },
};

export const tokens: readonly Scene[] = [adding, notListed, noAccounts, readOnly, oneOrganization];
