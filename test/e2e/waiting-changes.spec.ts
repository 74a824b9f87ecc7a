/** Waiting changes: how the list and the connection line show them, and what the user can do. */
import http from 'node:http';
import https from 'node:https';
import { sampleSignIn, type Standin } from '../standin';
import { expect, test } from './support/fixtures';
import type { Letterhead } from './support/letterhead';

const PHONES = ['+44 20 7946 0101', '+44 20 7946 0102'] as const;

/** Accessible names of the rows, in order. */
const rowNames = ({ list }: Letterhead) =>
  list
    .getByRole('option')
    .evaluateAll((options) => options.map((option) => option.getAttribute('aria-label') ?? ''));

test('a change waiting offline shows its times, and can be edited, discarded, and sent later', async ({
  launch,
  standin,
}) => {
  const [first, second] = [...standin.organizations.values()];
  const before = await launch();
  await before.letterhead.setUp([first!.name, second!.name]);
  for (const { name, profile } of [first!, second!]) {
    await before.letterhead.open(name);
    await expect(before.letterhead.field('business_name')).toHaveValue(profile!.business_name);
  }
  await standin.goOffline();
  for (const [n, { name }] of [first!, second!].entries()) {
    await before.letterhead.open(name);
    await before.letterhead.saveField('business_phone', PHONES[n]!);
    await before.letterhead.expectWaiting();
  }

  // The connection line leads to the changes and shows the same count.
  await expect(before.letterhead.connection).toHaveText(/^\s*Offline.*2 waiting/s);
  await before.letterhead.connection.getByRole('button', { name: '2 waiting' }).click();
  await expect(before.page.getByRole('tab', { name: 'Waiting 2' })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  const waiting = before.page.getByRole('list', { name: 'Waiting changes' });
  await expect(waiting.getByRole('group', { name: first!.name })).toContainText(PHONES[0]);
  const waitingText = /, Waiting since \d+:\d\d.* · next try \d+:\d\d/;
  await expect
    .poll(() => rowNames(before.letterhead))
    .toEqual([expect.stringMatching(waitingText), expect.stringMatching(waitingText)]);

  // A draft on top of a waiting change is not sent until it is saved.
  await before.letterhead.open(second!.name);
  await before.letterhead.typeDraft({ business_phone: '+44 20 7946 0999' });
  await before.letterhead.save();
  await before.letterhead.expectWaiting();
  await before.kill();

  const { page, letterhead } = await launch();
  await letterhead.open(first!.name);
  await letterhead.button('Discard waiting change').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard it' }).click();
  await expect(letterhead.connection).toContainText('1 waiting');

  await letterhead.open(second!.name);
  await expect(letterhead.field('business_phone')).toHaveValue('+44 20 7946 0999');
  await standin.goOnline();
  await letterhead.tryAgain();
  await letterhead.expectSaved();
  await expect(letterhead.connection).toHaveText(/^\s*Online/);
  await expect(letterhead.connection).not.toContainText('wait');
  expect(standin.profileOf(second!.id)!.business_phone).toBe('+44 20 7946 0999');
  expect(standin.profileOf(first!.id)!.business_phone).toBe(first!.profile!.business_phone);
});

/** Uses up the user's rate limit until Cloudflare answers 429, as another tool with the same key would. */
async function exhaustRateLimit({ url }: Standin): Promise<void> {
  const { email, key } = sampleSignIn;
  const headers = { 'x-auth-email': email, 'x-auth-key': key };
  const { get } = url.startsWith('https') ? https : http;
  const requestStatus = (): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      // The stand-in of a packaged app has a self-signed certificate.
      get(`${url}/user`, { headers, rejectUnauthorized: false }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode));
      }).on('error', reject);
    });
  while ((await requestStatus()) !== 429);
}

test.describe('a rate limit', () => {
  // Small enough for a test to wait until the limit ends.
  const limits = { perUser: 60, perUserWindowMs: 5_000, blockMs: 10_000, provoked: true };
  test.use({ standinOptions: { organizations: 2, limits } });

  test('shows until when Cloudflare asked to wait, and continues automatically', async ({
    launch,
    standin,
  }) => {
    const [first] = [...standin.organizations.values()];
    const { letterhead } = await launch();
    await letterhead.setUpOne(first!);
    await letterhead.field('business_phone').fill(PHONES[0]);
    // Just before the PUT is answered, so that earlier answers cannot warn the app.
    standin.beforeAnswer({ method: 'PUT', nth: 1 }, () => exhaustRateLimit(standin));
    await letterhead.save();
    await Promise.all([
      expect(letterhead.connection).toHaveText(
        /^\s*Online.*Cloudflare asked Letterhead to wait until \d+:\d\d/s,
      ),
      letterhead.expectWaiting(),
    ]);
    await expect(letterhead.connection).not.toContainText('asked Letterhead to wait');
    await letterhead.expectSaved({ timeout: 30_000 });
    expect(standin.profileOf(first!.id)!.business_phone).toBe(PHONES[0]);
  });
});
