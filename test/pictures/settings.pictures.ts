/** Settings and help: sign-ins and their dialogs, checks, the rest, and leaving nothing behind. */
import { chooseMenuItem } from '../e2e/support/native-ui';
import { sampleCredential, sampleNewKey, type Credential } from '../standin';
import { expect, test } from './support/fixtures';

const COLLEAGUE: Credential = {
  email: 'it@brightwater.example',
  key: 'e'.repeat(37),
  userId: 'f'.repeat(32),
};

test.use({ standinOptions: { organizations: 8, credentials: [sampleCredential, COLLEAGUE] } });

test('sign-ins', async ({ arrive, standin }) => {
  const all = [...standin.organizations.values()];
  const person = await arrive();
  const { page, words } = person;
  await person.setUp(all.slice(0, 4));
  await person.addMore([all[5]!], { label: 'Branches in Germany', ...COLLEAGUE });
  await person.openSettings(words.settings_sign_ins());
  await person.take('settings-sign-ins', {
    sizes: ['small', 'usual', 'huge'],
    guide: 'settings-sign-ins',
  });
  await page
    .getByRole('button', { name: words.settings_used_by({ count: 4, shown: '4' }), exact: true })
    .click();
  await person.take('sign-in-organizations');
  await person.escape();
  await page.getByRole('button', { name: words.add_find_new() }).first().click();
  await expect(person.button(words.add_selected())).toBeVisible();
  await person.take('find-new-organizations');
  await person.openSettings(words.settings_sign_ins());
  standin.setKey(COLLEAGUE.userId, sampleNewKey);
  const card = page.getByRole('group', { name: 'Branches in Germany' });
  await card.getByRole('button', { name: words.settings_check(), exact: true }).click();
  await person.sees(words.failure_sign_in_unknown_what());
  await person.take('settings-sign-in-broken');
  for (const [name, action] of [
    ['sign-in-rename', words.sign_ins_rename()],
    ['sign-in-change-email', words.sign_ins_change_email()],
    ['sign-in-replace-key', words.sign_ins_replace_key()],
    ['sign-in-remove', words.settings_remove()],
  ] as const) {
    await card.getByRole('button', { name: action }).click();
    await expect(person.dialog(action)).toBeVisible();
    await person.take(name);
    await person.escape();
  }
});

test('the other sections', async ({ arrive, standin }) => {
  const all = [...standin.organizations.values()];
  const person = await arrive();
  const { words } = person;
  await person.setUp(all.slice(0, 4));
  await person.openSettings(words.support_general());
  await person.take('settings-general');
  await person.button(words.reset_button()).click();
  await expect(person.dialog(words.reset())).toBeVisible();
  await person.take('remove-everything', {
    guide: 'remove-everything',
    part: person.dialog(words.reset()),
  });
  await person.escape();
  await person.openTab(words.settings_checks());
  await person.button(words.settings_check_now()).click();
  await person.sees(words.settings_check_nothing());
  await person.take('settings-checks', { guide: 'settings-checks' });
  await person.openTab(words.settings_about());
  await person.take('settings-about');
  await chooseMenuItem(person.running.app, 'support');
  const details = person.dialog(words.support_details_title());
  await expect(details.getByRole('button', { name: words.support_copy() })).toBeEnabled();
  await person.take('support-details', { guide: 'support-details', part: details });
});
