/** The list: every state a row can have, narrowed, empty, and on a very large screen. */
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { sampleCredential, sampleNewKey, type Credential } from '../standin';
import { scrollRowIntoView } from '../e2e/support/letterhead';
import { seedUserData } from '../e2e/support/seed-user-data';
import { expect, test } from './support/fixtures';

const COLLEAGUE: Credential = {
  email: 'it@brightwater.example',
  key: 'e'.repeat(37),
  userId: 'f'.repeat(32),
};

test.use({ standinOptions: { organizations: 18, credentials: [sampleCredential, COLLEAGUE] } });

test('every state of a row', async ({ arrive, standin }) => {
  const all = [...standin.organizations.values()];
  const paths = all.map(({ id }) => `/organizations/${id}/profile`);
  const [brightwater, moewe, atelier, aonami, quiet, palm, ...others] = all;
  const [water, books, , northgate, falkenthal, clairval, wakaba, silverbirch, rosenau] = others;
  const person = await arrive();
  const { page, words } = person;
  standin.faults.add({ mode: '502-branded-html', match: { path: paths[6]! } });
  await person.setUp([
    ...[brightwater!, moewe!, aonami!, palm!, books!, northgate!],
    ...[clairval!, wakaba!, silverbirch!, rosenau!, falkenthal!],
  ]);
  await person.addMore([atelier!, water!, quiet!], { label: 'Colleague', ...COLLEAGUE });

  // Somebody else and the colleague's key.
  await person.read(atelier!);
  standin.setKey(COLLEAGUE.userId, sampleNewKey);
  await person.type({ business_phone: '+33 1 99 00 42 18' });
  await person.save(words.organization_status_waiting());
  await person.read(brightwater!);
  await person.type({ business_phone: '+44 20 7946 0123' });
  standin.setProfile(brightwater!.id, { business_phone: '+44 20 7946 0999' });
  await person.save(words.organization_status_conflict());
  await person.read(moewe!);
  await person.type({ business_phone: '+49 30 23125 200' });
  const refuse = standin.faults.add({ mode: 'validation-error', match: { path: paths[1]! } });
  await person.save(words.organization_status_refused());
  refuse();
  await person.read(northgate!);
  await person.type({ business_phone: '+44 20 7946 0555' });
  const other = standin.faults.add({ mode: 'stores-differently', match: { path: paths[9]! } });
  await person.save(words.organization_status_stored_differently());
  other();
  await person.read(clairval!);
  await person.type({ business_phone: '+33 1 99 00 10 11', business_email: 'a@clairval.example' });
  await person.read(silverbirch!);
  await person.type({ business_phone: '+44 20 7946 0777' });
  standin.faults.add({ mode: '502-branded-html', match: { method: 'PUT', path: paths[13]! } });
  await person.save(words.organization_status_waiting());
  await person.read(falkenthal!);
  await person.type({ business_phone: '+49 30 23125 201' });
  const hold = standin.hold({ method: 'PUT', path: paths[10]! });
  await person.save(words.organization_status_saving());
  standin.setProfile(wakaba!.id, { business_phone: '+81 3-0000-0001' });
  await person.openSettings(words.settings_checks());
  await person.button(words.settings_check_now()).click();
  await scrollRowIntoView(person.list, person.option(wakaba!.name));
  await person.sees(words.list_state_changed_elsewhere());
  await person.read(rosenau!);
  await person.list.evaluate((list) => (list.scrollTop = 0));
  await person.take('list-states', { sizes: ['small', 'usual', 'huge'], guide: 'list' });

  await page.getByRole('radio', { name: words.list_show_attention() }).check();
  await person.take('list-attention');
  await page.getByRole('radio', { name: words.list_show_all() }).check();
  const search = page.getByRole('searchbox', { name: words.list_search() });
  await search.fill('harbor');
  await expect(person.list.getByRole('option')).toHaveCount(1);
  await person.take('list-found');
  await search.fill('nothing like this');
  await person.sees(words.list_nothing_found({ query: 'nothing like this' }));
  await person.take('list-nothing-found');
  hold.release();
});

test.describe('with more than are built at once', () => {
  test.use({ standinOptions: { organizations: 2_001 } });

  test('a list that is built again', async ({ arrive, standin, keyring, userData }) => {
    seedUserData(userData, standin, keyring);
    // As in test/e2e/accessibility.spec.ts: it never comes to its end.
    const database = new DatabaseSync(join(userData, 'letterhead.db'));
    database.exec('DROP TABLE organization_row; CREATE INDEX row_by_place ON setting (value)');
    database.close();
    const person = await arrive();
    await person.sees(person.words.list_building_text());
    await person.take('list-building');
  });
});

test('nothing in a narrowed list, nothing open, nothing left', async ({ arrive, standin }) => {
  const [first] = [...standin.organizations.values()];
  const before = await arrive();
  await before.setUp([first!]);
  await before.running.close();
  const person = await arrive();
  const { page, words } = person;
  await person.sees(words.page_none_title());
  await person.take('nothing-open');
  for (const [name, show, sentence] of [
    ['list-no-drafts', words.list_show_drafts(), words.list_no_drafts()],
    ['list-no-waiting', words.list_show_waiting(), words.list_no_waiting()],
    ['list-no-attention', words.list_show_attention(), words.list_no_attention()],
  ] as const) {
    await page.getByRole('radio', { name: show }).check();
    await person.sees(sentence);
    await person.take(name);
  }
  await page.getByRole('radio', { name: words.list_show_all() }).check();
  await person.open(first!);
  await person.more(words.organization_remove());
  const dialog = person.dialog(words.organization_remove());
  await expect(dialog).toBeVisible();
  await person.take('remove-last');
  await dialog.getByRole('button', { name: words.common_remove() }).click();
  await expect(person.button(words.welcome_add())).toBeVisible();
  await person.take('welcome-again');
});
