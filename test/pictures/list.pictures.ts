/** Pictures of the list: every state of a row, search and filters, empty, and on a very large screen. */
import { sampleCredential, sampleNewKey, type Credential } from '../standin';
import { blockListRebuild } from '../e2e/support/damage';
import { scrollRowIntoView } from '../e2e/support/letterhead';
import { seedUserData } from '../e2e/support/seed-user-data';
import { expect, test } from './support/fixtures';

const COLLEAGUE: Credential = {
  email: 'it@brightwater.example',
  key: 'e'.repeat(37),
  userId: 'f'.repeat(32),
};

test.use({ standinOptions: { organizations: 18, credentials: [sampleCredential, COLLEAGUE] } });

test('every state of a row', async ({ launchLetterhead, standin }) => {
  const all = [...standin.organizations.values()];
  const paths = all.map(({ id }) => `/organizations/${id}/profile`);
  const [brightwater, moewe, atelier, aonami, quiet, palm, ...rest] = all;
  const [water, books, , northgate, falkenthal, clairval, wakaba, silverbirch, rosenau] = rest;
  const letterhead = await launchLetterhead();
  const { page, messages } = letterhead;
  standin.faults.add({ mode: '502-branded-html', match: { path: paths[6]! } });
  await letterhead.setUp([
    brightwater!,
    moewe!,
    aonami!,
    palm!,
    books!,
    northgate!,
    clairval!,
    wakaba!,
    silverbirch!,
    rosenau!,
    falkenthal!,
  ]);
  await letterhead.addWithNewSignIn([atelier!, water!, quiet!], {
    label: 'Colleague',
    ...COLLEAGUE,
  });

  // The colleague's key stops working.
  await letterhead.openProfile(atelier!);
  standin.setKey(COLLEAGUE.userId, sampleNewKey);
  await letterhead.typeDraft({ business_phone: '+33 1 99 00 42 18' });
  await letterhead.save(messages.organization_status_waiting());
  await letterhead.openProfile(brightwater!);
  await letterhead.typeDraft({ business_phone: '+44 20 7946 0123' });
  standin.setProfile(brightwater!.id, { business_phone: '+44 20 7946 0999' });
  await letterhead.save(messages.organization_status_conflict());
  await letterhead.openProfile(moewe!);
  await letterhead.typeDraft({ business_phone: '+49 30 23125 200' });
  const removeRefusal = standin.faults.add({
    mode: 'validation-error',
    match: { path: paths[1]! },
  });
  await letterhead.save(messages.organization_status_refused());
  removeRefusal();
  await letterhead.openProfile(northgate!);
  await letterhead.typeDraft({ business_phone: '+44 20 7946 0555' });
  const removeDifference = standin.faults.add({
    mode: 'stores-differently',
    match: { path: paths[9]! },
  });
  await letterhead.save(messages.organization_status_stored_differently());
  removeDifference();
  await letterhead.openProfile(clairval!);
  await letterhead.typeDraft({
    business_phone: '+33 1 99 00 10 11',
    business_email: 'a@clairval.example',
  });
  await letterhead.openProfile(silverbirch!);
  await letterhead.typeDraft({ business_phone: '+44 20 7946 0777' });
  standin.faults.add({ mode: '502-branded-html', match: { method: 'PUT', path: paths[13]! } });
  await letterhead.save(messages.organization_status_waiting());
  await letterhead.openProfile(falkenthal!);
  await letterhead.typeDraft({ business_phone: '+49 30 23125 201' });
  const hold = standin.hold({ method: 'PUT', path: paths[10]! });
  await letterhead.save(messages.organization_status_saving());
  standin.setProfile(wakaba!.id, { business_phone: '+81 3-0000-0001' });
  await letterhead.openSettings(messages.settings_checks());
  await letterhead.button(messages.settings_check_now()).click();
  await scrollRowIntoView(letterhead.list, letterhead.option(wakaba!.name));
  await letterhead.expectText(messages.list_state_changed_elsewhere());
  await letterhead.openProfile(rosenau!);
  await letterhead.list.evaluate((list) => (list.scrollTop = 0));
  await letterhead.capture('list-states', { sizes: ['small', 'usual', 'huge'], guide: 'list' });

  await page.getByRole('radio', { name: messages.list_filter_attention() }).check();
  await letterhead.capture('list-attention');
  await page.getByRole('radio', { name: messages.list_filter_all() }).check();
  const search = page.getByRole('searchbox', { name: messages.list_search() });
  await search.fill('harbor');
  await expect(letterhead.list.getByRole('option')).toHaveCount(1);
  await letterhead.capture('list-found');
  await search.fill('nothing like this');
  await letterhead.expectText(messages.list_nothing_found({ query: 'nothing like this' }));
  await letterhead.capture('list-nothing-found');
  hold.release();
});

test.describe('with more rows than one rebuild slice', () => {
  test.use({ standinOptions: { organizations: 2_001 } });

  test('a list that is being rebuilt', async ({ launchLetterhead, standin, keyring, userData }) => {
    seedUserData(userData, standin, keyring);
    blockListRebuild(userData);
    const letterhead = await launchLetterhead();
    await letterhead.expectText(letterhead.messages.list_building_text());
    await letterhead.capture('list-building');
  });
});

test('empty filters, no open organization, and removing the last one', async ({
  launchLetterhead,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  const before = await launchLetterhead();
  await before.setUp([first!]);
  await before.running.close();
  const letterhead = await launchLetterhead();
  const { page, messages } = letterhead;
  await letterhead.expectText(messages.organization_none_open_title());
  await letterhead.capture('nothing-open');
  for (const [name, filter, message] of [
    ['list-no-drafts', messages.list_filter_drafts(), messages.list_empty_drafts()],
    ['list-no-waiting', messages.list_filter_waiting(), messages.list_empty_waiting()],
    ['list-no-attention', messages.list_filter_attention(), messages.list_empty_attention()],
  ] as const) {
    await page.getByRole('radio', { name: filter }).check();
    await letterhead.expectText(message);
    await letterhead.capture(name);
  }
  await page.getByRole('radio', { name: messages.list_filter_all() }).check();
  await letterhead.open(first!);
  await letterhead.chooseMoreAction(messages.organization_remove());
  const dialog = letterhead.dialog(messages.organization_remove());
  await expect(dialog).toBeVisible();
  await letterhead.capture('remove-last');
  await dialog.getByRole('button', { name: messages.common_remove() }).click();
  await expect(letterhead.button(messages.welcome_add())).toBeVisible();
  await letterhead.capture('welcome-again');
});
