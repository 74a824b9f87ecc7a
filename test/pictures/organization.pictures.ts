/** Pictures of the organization page: profile, editing, review, history, and the dialogs of its menu. */
import { emptyProfile } from '../standin';
import { expect, test } from './support/fixtures';

test('reading, editing, reviewing, saving', async ({ launchLetterhead, standin }) => {
  const [first, second, third] = [...standin.organizations.values()];
  const letterhead = await launchLetterhead();
  const { page, messages } = letterhead;
  await letterhead.setUp([first!, second!, third!]);
  await letterhead.openProfile(first!);
  await letterhead.capture('reading', { sizes: ['small', 'usual', 'huge'], guide: 'reading' });
  await letterhead.typeDraft({
    business_phone: '+44 20 7946 0123',
    business_email: 'reception@brightwater.example',
  });
  await letterhead.capture('editing', { sizes: ['small', 'usual', 'huge'], guide: 'organization' });
  const review = await letterhead.review();
  await letterhead.capture('review', { guide: 'review', part: review });
  await letterhead.closeDialog();
  await letterhead.save(messages.organization_status_confirmed());
  await letterhead.capture('saved', { guide: 'confirmed' });

  await letterhead.field('business_phone').fill('030 1234567');
  await letterhead.field('business_email').fill('not an address');
  await letterhead.field('external_metadata').fill('{"crm": "BW-1042"');
  await letterhead.expectText(messages.organization_advice_metadata_broken_json());
  await letterhead.capture('advice');
  await letterhead.button(messages.organization_discard()).click();
  await letterhead.expectText(messages.organization_discarded());
  await letterhead.capture('discarded');
  await letterhead.button(messages.organization_more()).click();
  await expect(page.getByRole('menuitem').first()).toBeVisible();
  await letterhead.capture('menu', { sizes: ['usual'] });
  await page.keyboard.press('Escape');
  await letterhead.chooseMoreAction(messages.organization_change_sign_in());
  await expect(letterhead.dialog(messages.organization_change_sign_in())).toBeVisible();
  await letterhead.capture('change-sign-in');
  await letterhead.closeDialog();
  await letterhead.typeDraft({ business_name: 'Brightwater Holding Ltd' });
  await letterhead.chooseMoreAction(messages.organization_remove());
  await expect(letterhead.dialog(messages.organization_remove())).toBeVisible();
  await letterhead.capture('remove');
});

test('a long review', async ({ launchLetterhead, standin }) => {
  const [first] = [...standin.organizations.values()];
  const letterhead = await launchLetterhead();
  await letterhead.setUp([first!]);
  await letterhead.openProfile(first!);
  await letterhead.typeDraft({
    business_name: 'Brightwater Holding Ltd',
    business_email: 'reception@brightwater.example',
    business_phone: '+44 20 7946 0123',
    business_address: 'Fourth floor, 98 Quayside\nNewcastle upon Tyne NE1 3DX\nUnited Kingdom',
    external_metadata: '{"crm":"BW-1042","tier":"platinum","since":2019}',
  });
  await letterhead.capture('editing-all');
  await letterhead.review();
  await letterhead.capture('review-all');
});

test('entry by entry', async ({ launchLetterhead, standin }) => {
  const [, , third] = [...standin.organizations.values()];
  const letterhead = await launchLetterhead();
  const { messages } = letterhead;
  await letterhead.setUp([third!]);
  await letterhead.openProfile(third!);
  await letterhead.capture('entries-offered');
  for (const field of ['business_address', 'external_metadata'] as const) {
    const name = messages.entries_field_name({
      name: messages.entries_show(),
      field: messages[`field_${field}`](),
    });
    await letterhead.button(name).click();
  }
  await letterhead.capture('entries', { guide: 'entries' });
});

test('no profile, and none fetched yet', async ({ launchLetterhead, standin }) => {
  const [first, second, third] = [...standin.organizations.values()];
  standin.setProfile(first!.id, null);
  const path = `/organizations/${second!.id}/profile`;
  standin.faults.add({ mode: '502-branded-html', match: { path } });
  const hold = standin.hold({ method: 'GET', path: `/organizations/${third!.id}/profile` });
  const letterhead = await launchLetterhead();
  const { page, messages } = letterhead;
  await letterhead.openAdd();
  await letterhead.signIn();
  await page.getByRole('checkbox', { name: messages.add_select_all() }).check();
  await letterhead.button(messages.add_selected()).click();
  await letterhead.open(first!);
  await letterhead.expectText(messages.organization_no_profile());
  await letterhead.capture('no-profile');
  await letterhead.open(second!);
  await letterhead.expectText(messages.organization_no_copy_title());
  await letterhead.capture('never-read');
  await hold.arrived;
  await letterhead.open(third!);
  await letterhead.capture('skeleton');
  hold.release();
});

test('history', async ({ launchLetterhead, standin }) => {
  const [first] = [...standin.organizations.values()];
  const letterhead = await launchLetterhead();
  const { page, messages } = letterhead;
  await letterhead.setUp([first!]);
  await letterhead.openProfile(first!);
  await letterhead.openTab(messages.history_tab());
  await expect(page.getByRole('list', { name: messages.history_revisions() })).toBeVisible();
  await letterhead.capture('history-first');
  await letterhead.openTab(messages.history_tab_profile());
  await letterhead.typeDraft({ business_phone: '+44 20 7946 0123' });
  await letterhead.save(messages.organization_status_confirmed());
  standin.setProfile(first!.id, {
    business_address: '14 Harbour Row\nBristol BS1 4RN\nUnited Kingdom',
    business_email: 'hello@brightwater.example',
  });
  await letterhead.button(messages.organization_refresh()).click();
  await expect(letterhead.status).toContainText(messages.field_business_address());
  await letterhead.capture('changed-elsewhere');
  await letterhead.openTab(messages.history_tab());
  await expect(page.getByRole('list', { name: messages.history_revisions() })).toBeVisible();
  await letterhead.capture('history', { guide: 'history' });
  await letterhead.openTab(messages.history_tab_profile());
  await letterhead.typeDraft({ business_phone: '+44 20 7946 0124' });
  await letterhead.openTab(messages.history_tab());
  await letterhead.button(messages.history_restore()).last().click();
  await expect(letterhead.dialog(messages.history_replace_title())).toBeVisible();
  await letterhead.capture('history-replace');
});

test('an empty profile', async ({ launchLetterhead, standin }) => {
  const [first] = [...standin.organizations.values()];
  standin.setProfile(first!.id, emptyProfile());
  const letterhead = await launchLetterhead();
  await letterhead.setUp([first!]);
  await letterhead.open(first!);
  await expect(letterhead.field('business_name')).toHaveValue('');
  await letterhead.capture('empty-profile');
});
