/** An organization, opened with a key, and an account of it, opened with a token: two entries that show one profile. */
import type { ElectronApplication } from '@playwright/test';
import { addEntries } from './support/add-entries';
import { expect, test } from './support/fixtures';

test.use({ standinOptions: { organizations: 2, accounts: 2 } });

const PHONE = '+44 20 7946 0500';
const EMAIL = 'office@else.example';

/** For the app, the computer slept for five minutes and is awake again. */
const sleepFiveMinutes = (app: ElectronApplication): Promise<void> =>
  app.evaluate(({ powerMonitor }) => {
    for (const clock of [performance, Date]) {
      const now = clock.now.bind(clock);
      clock.now = () => now() + 300_000;
    }
    powerMonitor.emit('resume');
  });

test('after a save through one entry, the other waits, says until when and why, and is then sent', async ({
  launch,
  standin,
}) => {
  const [company] = [...standin.organizations.values()];
  const [bristol] = [...standin.accounts.values()];
  const { app, letterhead, page } = await launch();
  await addEntries(letterhead, 'token', [bristol!.id]);
  await addEntries(letterhead, 'key', [company!.id]);
  await letterhead.expectRows(2);
  standin.delayPropagation(bristol!.id, 240_000);
  await letterhead.open(company!.name);
  await letterhead.saveField('business_phone', PHONE);
  await letterhead.expectSaved();

  await letterhead.open(bristol!.name);
  const why = `Letterhead just sent a change to this profile through ${company!.name}, so`;
  await letterhead.expectText(why);
  await expect(page.getByText('Could not check with Cloudflare')).toBeHidden();
  await letterhead.saveField('business_email', EMAIL);
  await letterhead.expectWaiting();
  await expect(letterhead.status).toContainText(/Letterhead continues at \d/);
  await expect(letterhead.status).toContainText(why);
  // Trying again would change nothing.
  await expect(page.getByRole('button', { name: 'Try again now' })).toBeHidden();
  const puts = standin.requests.filter(({ method }) => method === 'PUT');
  expect(puts.map(({ path }) => path.includes(company!.id))).toEqual([true]);
  expect(standin.profileOf(company!.id)?.business_phone).toBe(PHONE);

  // Five minutes later Cloudflare shows the new texts everywhere.
  standin.delayPropagation(bristol!.id, 0);
  await sleepFiveMinutes(app);
  await letterhead.expectSaved();
  const { business_phone, business_email } = standin.profileOf(company!.id)!;
  expect([business_phone, business_email]).toEqual([PHONE, EMAIL]);
});
