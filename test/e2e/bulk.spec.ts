/** Bulk changes: selection, preview, the save until everything is confirmed, and interruptions. */
import type { Standin } from '../standin';
import { confirmCancel, previewFieldChange, selectAll } from './support/bulk';
import { expect, test } from './support/fixtures';
import type { Letterhead } from './support/letterhead';

/** The new number of each story. */
const PHONES = [
  '+49 30 5550 100',
  '+49 30 5550 200',
  '+49 30 5550 300',
  '+49 30 5550 400',
  '+49 30 5550 500',
] as const;
const COUNT = 30;

/** Selects all organizations and previews a new phone number for them. */
async function previewPhone(letterhead: Letterhead, phone: string): Promise<void> {
  await selectAll(letterhead);
  const change = await previewFieldChange(letterhead, COUNT, 'business_phone', phone);
  await expect(change.getByRole('table', { name: 'What would change' })).toBeVisible();
}

/** Number of organizations that have this phone number at Cloudflare. */
const savedCount = (standin: Standin, phone: string): number =>
  [...standin.organizations.values()].filter(({ profile }) => profile?.business_phone === phone)
    .length;

test.use({ standinOptions: { organizations: COUNT } });

test('a paused save survives a relaunch, resumes, and its remaining changes can be canceled', async ({
  launch,
  seed,
  standin,
}) => {
  seed();
  const first = await launch();
  await previewPhone(first.letterhead, PHONES[0]);
  standin.settings.latency = 300;
  await first.letterhead.button(`Save for ${COUNT} organizations`).click();
  const bar = (page: typeof first.page) =>
    page.getByRole('progressbar', { name: 'Saving changes' });
  await expect.poll(() => savedCount(standin, PHONES[0])).toBeGreaterThan(0);
  await first.letterhead.button('Pause').click();
  await expect(bar(first.page)).toHaveAttribute('aria-valuetext', /paused/);
  await first.close();
  const sent = savedCount(standin, PHONES[0]);
  expect(sent).toBeLessThan(COUNT);

  const second = await launch();
  const { page, letterhead } = second;
  await expect(bar(page)).toHaveAttribute('aria-valuetext', /paused/);
  await letterhead.button('Resume').click();
  await expect.poll(() => savedCount(standin, PHONES[0])).toBeGreaterThan(sent);
  await letterhead.button('Cancel').click();
  const question = letterhead.dialog('Cancel remaining changes');
  await expect(question).toContainText('in the History');
  await confirmCancel(letterhead, 'discard');
  await expect(question).toBeHidden();
  await expect(letterhead.button('Close')).toBeVisible();
  const summary = await page.getByRole('region', { name: 'Saves' }).innerText();
  const done = Number(/(\d+) of 30 organizations saved/.exec(summary)?.[1]);
  const canceled = Number(/(\d+) canceled/.exec(summary)?.[1]);
  expect(done + canceled).toBe(COUNT);
  expect(savedCount(standin, PHONES[0])).toBe(done);

  const notSent = [...standin.organizations.values()].find(
    ({ profile }) => profile?.business_phone !== PHONES[0],
  );
  await letterhead.open(notSent!.name);
  await page.getByRole('tab', { name: 'History' }).click();
  await expect(page.getByRole('list', { name: 'Revisions' })).toContainText(PHONES[0]);

  let third = second;
  await test.step('a save continues after the app was killed', async () => {
    await letterhead.button('Close').click();
    await previewPhone(letterhead, PHONES[1]);
    standin.settings.latency = 200;
    await letterhead.button(`Save for ${COUNT} organizations`).click();
    await expect.poll(() => savedCount(standin, PHONES[1])).toBeGreaterThan(1);
    await second.kill();
    expect(savedCount(standin, PHONES[1])).toBeLessThan(COUNT);
    standin.settings.latency = 0;
    third = await launch();
    await expect(
      third.page.getByText(`${COUNT} organizations saved and confirmed`).last(),
    ).toBeVisible({
      timeout: 60_000,
    });
    expect(savedCount(standin, PHONES[1])).toBe(COUNT);
  });

  await test.step('changes the phone of all; skips a draft, and shows and retries a refused change', async () => {
    const { page, letterhead } = third;
    await letterhead.button('Close').click();
    const [drafted, refused] = [...standin.organizations.values()];
    await letterhead.open(drafted!.name);
    await letterhead.typeDraft({ business_phone: '+44 20 mine' });
    const fault = standin.faults.add({
      mode: 'validation-error',
      match: { method: 'PUT', path: `/organizations/${refused!.id}/profile` },
    });

    await previewPhone(letterhead, PHONES[2]);
    const change = letterhead.dialog('Change a field');
    await expect(change.getByRole('row').nth(1)).toContainText('Has a draft here');
    await expect(change.getByText('1 has a draft in the same field.')).toBeVisible();
    await change.getByRole('button', { name: `Save for ${COUNT - 1} organizations` }).click();
    await expect(change).toBeHidden();

    const saves = page.getByRole('region', { name: 'Saves' });
    await expect(
      saves.getByText(`${COUNT - 2} of ${COUNT - 1} organizations saved and confirmed`),
    ).toBeVisible({ timeout: 60_000 });
    expect(savedCount(standin, PHONES[2])).toBe(COUNT - 2);
    await expect(letterhead.field('business_phone')).toHaveValue('+44 20 mine');

    await saves.getByRole('button', { name: 'Show results' }).click();
    const results = letterhead.dialog('Results');
    await results.getByRole('radio', { name: 'Failed only (1)' }).check();
    await expect(results.getByRole('row').nth(1)).toContainText(
      'Cloudflare did not accept the change',
    );
    fault();
    await results.getByRole('button', { name: 'Retry failed changes' }).click();
    await expect(results.getByText('None failed.')).toBeVisible();
    await results.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => savedCount(standin, PHONES[2])).toBe(COUNT - 1);
    await saves.getByRole('button', { name: 'Close' }).click();
    await expect(saves).toBeHidden();
    await letterhead.button('Discard changes').click();
  });

  await test.step('canceling a save leaves the user’s own change of another field', async () => {
    const { letterhead } = third;
    const [edited] = [...standin.organizations.values()];
    const fault = standin.faults.add({ mode: '503-text', match: { method: 'PUT' } });
    await letterhead.open(edited!.name);
    await letterhead.saveField('business_address', '1 Mine Street');
    await letterhead.expectWaiting();
    await previewPhone(letterhead, PHONES[3]);
    await letterhead.button(`Save for ${COUNT} organizations`).click();
    await letterhead.button('Cancel').click();
    await confirmCancel(letterhead, 'discard');
    await expect(letterhead.button('Close')).toBeVisible();

    await letterhead.open(edited!.name);
    await expect(letterhead.field('business_address')).toHaveValue('1 Mine Street');
    await expect(letterhead.field('business_phone')).not.toHaveValue(PHONES[3]);
    fault();
    await letterhead.tryAgain();
    await letterhead.expectSaved();
    expect(standin.profileOf(edited!.id)!.business_address).toBe('1 Mine Street');
    expect(savedCount(standin, PHONES[3])).toBe(0);
  });

  await test.step('what a canceled save did not send is kept as unsent, and saved from its page', async () => {
    const { page, letterhead } = third;
    const phone = PHONES[4];
    await letterhead.button('Close').click();
    await previewPhone(letterhead, phone);
    standin.settings.latency = 300;
    await letterhead.button(`Save for ${COUNT} organizations`).click();
    await expect.poll(() => savedCount(standin, phone)).toBeGreaterThan(0);
    await letterhead.button('Cancel').click();
    await confirmCancel(letterhead, 'keep');
    await expect(letterhead.button('Close')).toBeVisible();
    standin.settings.latency = 0;
    const done = savedCount(standin, phone);
    expect(done).toBeLessThan(COUNT);
    const [kept, other] = [...standin.organizations.values()].filter(
      ({ profile }) => profile?.business_phone !== phone,
    );
    await letterhead.open(kept!.name);
    await expect(page.getByText('1 unsent change, saved on this computer')).toBeVisible();
    await expect(letterhead.field('business_phone')).toHaveValue(phone);
    await letterhead.save();
    await letterhead.expectSaved();
    expect(standin.profileOf(kept!.id)!.business_phone).toBe(phone);
    await letterhead.open(other!.name);
    await expect(letterhead.field('business_phone')).toHaveValue(phone);
    expect(savedCount(standin, phone)).toBe(done + 1);
  });
});
