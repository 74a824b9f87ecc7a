/** Pictures of Settings: sign-ins and their dialogs, checks, general, about, details for support. */
import { chooseMenuItem } from '../e2e/support/native-ui';
import { sampleCredential, sampleNewKey, type Credential } from '../standin';
import { expect, test } from './support/fixtures';

const COLLEAGUE: Credential = {
  email: 'it@brightwater.example',
  key: 'e'.repeat(37),
  userId: 'f'.repeat(32),
};

test.use({ standinOptions: { organizations: 8, credentials: [sampleCredential, COLLEAGUE] } });

test('sign-ins', async ({ launchLetterhead, standin }) => {
  const all = [...standin.organizations.values()];
  const letterhead = await launchLetterhead();
  const { page, messages } = letterhead;
  await letterhead.setUp(all.slice(0, 4));
  await letterhead.addWithNewSignIn([all[5]!], { label: 'Branches in Germany', ...COLLEAGUE });
  await letterhead.openSettings(messages.settings_sign_ins());
  await letterhead.capture('settings-sign-ins', {
    sizes: ['small', 'usual', 'huge'],
    guide: 'settings-sign-ins',
  });
  await page
    .getByRole('button', {
      name: messages.settings_sign_in_organizations({ count: 4, shown: '4' }),
      exact: true,
    })
    .click();
  await letterhead.capture('sign-in-organizations');
  await letterhead.closeDialog();
  await page.getByRole('button', { name: messages.add_find_new() }).first().click();
  await expect(letterhead.button(messages.add_selected())).toBeVisible();
  await letterhead.capture('find-new-organizations');
  await letterhead.openSettings(messages.settings_sign_ins());
  standin.setKey(COLLEAGUE.userId, sampleNewKey);
  const card = page.getByRole('group', { name: 'Branches in Germany' });
  await card.getByRole('button', { name: messages.settings_sign_in_check(), exact: true }).click();
  await letterhead.expectText(messages.failure_sign_in_unknown_what());
  await letterhead.capture('settings-sign-in-broken');
  for (const [name, action] of [
    ['sign-in-rename', messages.sign_ins_rename()],
    ['sign-in-change-email', messages.sign_ins_change_email()],
    ['sign-in-replace-key', messages.sign_ins_replace_key()],
    ['sign-in-remove', messages.settings_sign_in_remove()],
  ] as const) {
    await card.getByRole('button', { name: action }).click();
    await expect(letterhead.dialog(action)).toBeVisible();
    await letterhead.capture(name);
    await letterhead.closeDialog();
  }
});

test('the other tabs', async ({ launchLetterhead, standin }) => {
  const all = [...standin.organizations.values()];
  const letterhead = await launchLetterhead();
  const { messages } = letterhead;
  await letterhead.setUp(all.slice(0, 4));
  await letterhead.openSettings(messages.settings_general());
  await letterhead.capture('settings-general');
  await letterhead.button(messages.reset_button()).click();
  await expect(letterhead.dialog(messages.reset_title())).toBeVisible();
  await letterhead.capture('remove-everything', {
    guide: 'remove-everything',
    part: letterhead.dialog(messages.reset_title()),
  });
  await letterhead.closeDialog();
  await letterhead.openTab(messages.settings_checks());
  await letterhead.button(messages.settings_check_now()).click();
  await letterhead.expectText(messages.settings_check_no_changes());
  await letterhead.capture('settings-checks', { guide: 'settings-checks' });
  await letterhead.openTab(messages.settings_about());
  await letterhead.capture('settings-about');
  await chooseMenuItem(letterhead.running.app, 'support');
  const details = letterhead.dialog(messages.support_details_title());
  await expect(details.getByRole('button', { name: messages.support_copy() })).toBeEnabled();
  await letterhead.capture('support-details', { guide: 'support-details', part: details });
});
