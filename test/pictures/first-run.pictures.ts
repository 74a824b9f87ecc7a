/** Pictures of the first run: welcome, a sign-in with its errors, and choosing organizations. */
import { sampleToken, type Standin } from '../standin';
import { expect, test } from './support/fixtures';
import type { LocalizedLetterhead } from './support/localized-letterhead';

test.use({ standinOptions: { organizations: 25 } });

/** Signs in and waits for the list of available organizations. */
async function openChoice(letterhead: LocalizedLetterhead): Promise<void> {
  await letterhead.openAdd();
  await letterhead.signIn();
  await expect(letterhead.button(letterhead.messages.add_selected())).toBeVisible();
}

test('welcome and sign-in', async ({ launchLetterhead }) => {
  const letterhead = await launchLetterhead();
  const { page, messages } = letterhead;
  await expect(letterhead.button(messages.welcome_add())).toBeVisible();
  await letterhead.capture('welcome', { sizes: ['small', 'usual', 'huge'], guide: 'welcome' });
  await letterhead.openAdd();
  await expect(page.getByRole('textbox', { name: messages.add_sign_in_name() })).toBeVisible();
  await letterhead.capture('sign-in', { guide: 'sign-in' });
  await letterhead.button(messages.add_continue()).click();
  await letterhead.expectText(messages.add_key_empty());
  await letterhead.capture('sign-in-missing');
  await page.getByRole('textbox', { name: messages.add_email() }).fill('head office');
  await page.getByLabel(messages.add_key(), { exact: true }).fill(sampleToken.token);
  await letterhead.button(messages.add_continue()).click();
  await letterhead.expectText(messages.add_email_malformed());
  await letterhead.capture('sign-in-mistakes');
  await letterhead.signIn({ key: 'f'.repeat(37) });
  await letterhead.expectText(messages.failure_sign_in_unknown_what());
  await letterhead.capture('sign-in-refused');
});

test('choosing organizations', async ({ launchLetterhead }) => {
  const letterhead = await launchLetterhead();
  const { page, messages } = letterhead;
  await openChoice(letterhead);
  await page.getByRole('checkbox', { name: messages.add_select_all() }).check();
  await letterhead.capture('choose', { guide: 'choose' });
  await page.getByRole('searchbox', { name: messages.add_filter() }).fill('nothing like this');
  await letterhead.expectText(messages.add_none_filtered({ query: 'nothing like this' }));
  await letterhead.capture('choose-none-filtered');
  await page.getByRole('searchbox', { name: messages.add_filter() }).fill('');
  await page.getByRole('textbox', { name: messages.add_by_id_label() }).fill('0123');
  await letterhead.button(messages.add_by_id()).click();
  await letterhead.expectText(messages.failure_organization_invalid_id_what());
  await letterhead.capture('choose-wrong-id');
});

test('waiting for Cloudflare', async ({ launchLetterhead, standin }) => {
  const letterhead = await launchLetterhead();
  const { messages } = letterhead;
  // Do not hold the app's first request, which checks whether Cloudflare answers.
  await expect.poll(() => standin.requests.map(({ status }) => status)).not.toEqual([]);
  const signIn = standin.hold({ method: 'GET', path: '/user' });
  const listing = standin.hold({ method: 'GET', path: '/organizations' });
  await letterhead.openAdd();
  await letterhead.signIn();
  await signIn.arrived;
  await letterhead.expectText(messages.add_checking());
  await letterhead.capture('sign-in-checking');
  signIn.release();
  await listing.arrived;
  await letterhead.expectText(messages.add_fetching());
  await letterhead.capture('choose-listing');
  listing.release();
  await expect(letterhead.button(messages.add_selected())).toBeVisible();
});

const EMPTY: readonly [
  string,
  (standin: Standin) => void,
  (letterhead: LocalizedLetterhead) => string,
][] = [
  [
    'choose-not-enabled',
    (standin) => void (standin.settings.organizationsEnabled = false),
    ({ messages }) => messages.failure_organizations_not_enabled_what(),
  ],
  [
    'choose-none',
    (standin) => standin.organizations.clear(),
    ({ messages }) => messages.add_none_found(),
  ],
];
for (const [name, setUp, message] of EMPTY) {
  test(name, async ({ launchLetterhead, standin }) => {
    setUp(standin);
    const letterhead = await launchLetterhead();
    await letterhead.openAdd();
    await letterhead.signIn();
    await letterhead.expectText(message(letterhead));
    await letterhead.capture(name);
  });
}

test('choosing again', async ({ launchLetterhead, standin }) => {
  const organizations = [...standin.organizations.values()];
  const letterhead = await launchLetterhead();
  const { page, messages } = letterhead;
  await letterhead.setUp(organizations.slice(0, 3));
  await letterhead.openAdd();
  await page.getByRole('radio', { name: /^Head office/ }).check();
  await letterhead.capture('sign-in-saved');
  await letterhead.button(messages.add_continue()).click();
  await letterhead.expectText(messages.add_already_saved());
  await letterhead.capture('choose-again');
});
