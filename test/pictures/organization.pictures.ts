/** The page of an organization: reading, editing, reviewing, history, and what its menu asks. */
import { emptyProfile } from '../standin';
import { expect, test } from './support/fixtures';

test('reading, editing, reviewing, saving', async ({ arrive, standin }) => {
  const [first, second, third] = [...standin.organizations.values()];
  const person = await arrive();
  const { page, words } = person;
  await person.setUp([first!, second!, third!]);
  await person.read(first!);
  await person.take('reading', { sizes: ['small', 'usual', 'huge'], guide: 'reading' });
  await person.type({
    business_phone: '+44 20 7946 0123',
    business_email: 'reception@brightwater.example',
  });
  await person.take('editing', { sizes: ['small', 'usual', 'huge'], guide: 'organization' });
  const review = await person.review();
  await person.take('review', { guide: 'review', part: review });
  await person.escape();
  await person.save(words.organization_status_confirmed());
  await person.take('saved', { guide: 'confirmed' });

  await person.field('business_phone').fill('030 1234567');
  await person.field('business_email').fill('not an address');
  await person.field('external_metadata').fill('{"crm": "BW-1042"');
  await person.sees(words.organization_advice_metadata_broken_json());
  await person.take('advice');
  await person.button(words.organization_discard()).click();
  await person.sees(words.organization_discarded());
  await person.take('discarded');
  await person.button(words.organization_more()).click();
  await expect(page.getByRole('menuitem').first()).toBeVisible();
  await person.take('menu', { sizes: ['usual'] });
  await page.keyboard.press('Escape');
  await person.more(words.organization_change_sign_in());
  await expect(person.dialog(words.organization_change_sign_in())).toBeVisible();
  await person.take('change-sign-in');
  await person.escape();
  await person.type({ business_name: 'Brightwater Holding Ltd' });
  await person.more(words.organization_remove());
  await expect(person.dialog(words.organization_remove())).toBeVisible();
  await person.take('remove');
});

test('a long review', async ({ arrive, standin }) => {
  const [first] = [...standin.organizations.values()];
  const person = await arrive();
  await person.setUp([first!]);
  await person.read(first!);
  await person.type({
    business_name: 'Brightwater Holding Ltd',
    business_email: 'reception@brightwater.example',
    business_phone: '+44 20 7946 0123',
    business_address: 'Fourth floor, 98 Quayside\nNewcastle upon Tyne NE1 3DX\nUnited Kingdom',
    external_metadata: '{"crm":"BW-1042","tier":"platinum","since":2019}',
  });
  await person.take('editing-all');
  await person.review();
  await person.take('review-all');
});

test('entry by entry', async ({ arrive, standin }) => {
  const [, , third] = [...standin.organizations.values()];
  const person = await arrive();
  const { words } = person;
  await person.setUp([third!]);
  await person.read(third!);
  await person.take('entries-offered');
  for (const field of ['business_address', 'external_metadata'] as const) {
    const name = words.entries_of({ name: words.entries_show(), field: words[`field_${field}`]() });
    await person.button(name).click();
  }
  await person.take('entries', { guide: 'entries' });
});

test('no profile, and none read yet', async ({ arrive, standin }) => {
  const [first, second, third] = [...standin.organizations.values()];
  standin.setProfile(first!.id, null);
  const path = `/organizations/${second!.id}/profile`;
  standin.faults.add({ mode: '502-branded-html', match: { path } });
  const hold = standin.hold({ method: 'GET', path: `/organizations/${third!.id}/profile` });
  const person = await arrive();
  const { page, words } = person;
  await person.openAdd();
  await person.signIn();
  await page.getByRole('checkbox', { name: words.add_select_all() }).check();
  await person.button(words.add_selected()).click();
  await person.open(first!);
  await person.sees(words.organization_no_profile());
  await person.take('no-profile');
  await person.open(second!);
  await person.sees(words.organization_no_copy_title());
  await person.take('never-read');
  await hold.arrived;
  await person.open(third!);
  await person.take('skeleton');
  hold.release();
});

test('what the history knows', async ({ arrive, standin }) => {
  const [first] = [...standin.organizations.values()];
  const person = await arrive();
  const { page, words } = person;
  await person.setUp([first!]);
  await person.read(first!);
  await person.openTab(words.history_tab());
  await expect(page.getByRole('list', { name: words.history_revisions() })).toBeVisible();
  await person.take('history-first');
  await person.openTab(words.history_tab_profile());
  await person.type({ business_phone: '+44 20 7946 0123' });
  await person.save(words.organization_status_confirmed());
  standin.setProfile(first!.id, {
    business_address: '14 Harbour Row\nBristol BS1 4RN\nUnited Kingdom',
    business_email: 'hello@brightwater.example',
  });
  await person.button(words.organization_refresh()).click();
  await expect(person.status).toContainText(words.field_business_address());
  await person.take('changed-elsewhere');
  await person.openTab(words.history_tab());
  await expect(page.getByRole('list', { name: words.history_revisions() })).toBeVisible();
  await person.take('history', { guide: 'history' });
  await person.openTab(words.history_tab_profile());
  await person.type({ business_phone: '+44 20 7946 0124' });
  await person.openTab(words.history_tab());
  await person.button(words.history_restore()).last().click();
  await expect(person.dialog(words.history_replace_title())).toBeVisible();
  await person.take('history-replace');
});

test('an empty profile', async ({ arrive, standin }) => {
  const [first] = [...standin.organizations.values()];
  standin.setProfile(first!.id, emptyProfile());
  const person = await arrive();
  await person.setUp([first!]);
  await person.open(first!);
  await expect(person.field('business_name')).toHaveValue('');
  await person.take('empty-profile');
});
