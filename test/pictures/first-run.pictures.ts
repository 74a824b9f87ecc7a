/** The first run: the welcome, a sign-in with all that can go wrong, and choosing organizations. */
import { sampleToken, type Standin } from '../standin';
import { expect, test } from './support/fixtures';
import type { Person } from './support/person';

test.use({ standinOptions: { organizations: 25 } });

/** Leads to the list of organizations to choose from. */
async function toChoice(person: Person): Promise<void> {
  await person.openAdd();
  await person.signIn();
  await expect(person.button(person.words.add_selected())).toBeVisible();
}

test('welcome and sign-in', async ({ arrive }) => {
  const person = await arrive();
  const { page, words } = person;
  await expect(person.button(words.welcome_add())).toBeVisible();
  await person.take('welcome', { sizes: ['small', 'usual', 'huge'], guide: 'welcome' });
  await person.openAdd();
  await expect(page.getByRole('textbox', { name: words.add_label() })).toBeVisible();
  await person.take('sign-in', { guide: 'sign-in' });
  await person.button(words.add_continue()).click();
  await person.sees(words.add_key_empty());
  await person.take('sign-in-missing');
  await page.getByRole('textbox', { name: words.add_email() }).fill('head office');
  await page.getByLabel(words.add_key(), { exact: true }).fill(sampleToken.token);
  await person.button(words.add_continue()).click();
  await person.sees(words.add_email_malformed());
  await person.take('sign-in-mistakes');
  await person.signIn({ key: 'f'.repeat(37) });
  await person.sees(words.failure_sign_in_unknown_what());
  await person.take('sign-in-refused');
});

test('choosing organizations', async ({ arrive }) => {
  const person = await arrive();
  const { page, words } = person;
  await toChoice(person);
  await page.getByRole('checkbox', { name: words.add_select_all() }).check();
  await person.take('choose', { guide: 'choose' });
  await page.getByRole('searchbox', { name: words.add_filter() }).fill('nothing like this');
  await person.sees(words.add_none_filtered({ query: 'nothing like this' }));
  await person.take('choose-none-filtered');
  await page.getByRole('searchbox', { name: words.add_filter() }).fill('');
  await page.getByRole('textbox', { name: words.add_id() }).fill('0123');
  await person.button(words.add_by_id()).click();
  await person.sees(words.failure_organization_invalid_id_what());
  await person.take('choose-wrong-id');
});

test('asking Cloudflare takes a while', async ({ arrive, standin }) => {
  const person = await arrive();
  const { words } = person;
  // The app's own first question whether Cloudflare answers is not the one to hold.
  await expect.poll(() => standin.requests.map(({ status }) => status)).not.toEqual([]);
  const signIn = standin.hold({ method: 'GET', path: '/user' });
  const listing = standin.hold({ method: 'GET', path: '/organizations' });
  await person.openAdd();
  await person.signIn();
  await signIn.arrived;
  await person.sees(words.add_checking());
  await person.take('sign-in-checking');
  signIn.release();
  await listing.arrived;
  await person.sees(words.add_listing());
  await person.take('choose-listing');
  listing.release();
  await expect(person.button(words.add_selected())).toBeVisible();
});

const EMPTY: readonly [string, (standin: Standin) => void, (person: Person) => string][] = [
  [
    'choose-not-enabled',
    (standin) => void (standin.settings.organizationsEnabled = false),
    ({ words }) => words.failure_organizations_not_enabled_what(),
  ],
  [
    'choose-none',
    (standin) => standin.organizations.clear(),
    ({ words }) => words.add_none_found(),
  ],
];
for (const [name, prepare, sentence] of EMPTY) {
  test(name, async ({ arrive, standin }) => {
    prepare(standin);
    const person = await arrive();
    await person.openAdd();
    await person.signIn();
    await person.sees(sentence(person));
    await person.take(name);
  });
}

test('choosing again', async ({ arrive, standin }) => {
  const organizations = [...standin.organizations.values()];
  const person = await arrive();
  const { page, words } = person;
  await person.setUp(organizations.slice(0, 3));
  await person.openAdd();
  await page.getByRole('radio', { name: /^Head office/ }).check();
  await person.take('sign-in-saved');
  await person.button(words.add_continue()).click();
  await person.sees(words.add_saved());
  await person.take('choose-again');
});
