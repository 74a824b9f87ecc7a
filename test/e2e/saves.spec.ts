/** A save of many: paused, canceled and killed; what was not sent goes to the history. */
import type { Locator, Page } from '@playwright/test';
import type { Standin } from '../standin';
import { confirmCancel, fillSelected, holdWrites, selectAll } from './support/fill-and-save';
import { expect, test } from './support/fixtures';
import { Keyboard } from './support/keyboard';
import type { Letterhead } from './support/letterhead';

/** The new number of each story. */
const PHONES = ['+49 30 5550 100', '+49 30 5550 200', '+49 30 5550 300'] as const;
const COUNT = 30;

/** Fills this number into all organizations, and saves it. */
async function savePhone(letterhead: Letterhead, phone: string, count = COUNT): Promise<void> {
  await selectAll(letterhead);
  const save = await fillSelected(letterhead, count, 'business_phone', phone);
  await save.click();
}

/** The saves that are not closed. */
const currentSave = (page: Page): Locator => page.getByRole('region', { name: 'Current saves' });

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
  let release = holdWrites(standin, 3);
  await savePhone(first.letterhead, PHONES[0]);
  const bar = (page: Page) => page.getByRole('progressbar', { name: 'Saving changes' });
  await expect.poll(() => savedCount(standin, PHONES[0])).toBeGreaterThan(0);
  await first.letterhead.button('Pause').click();
  await expect(bar(first.page)).toHaveAttribute('aria-valuetext', /paused/);
  release();
  await first.close();
  const sent = savedCount(standin, PHONES[0]);
  expect(sent).toBeLessThan(COUNT);

  const second = await launch();
  const { page, letterhead } = second;
  const line = letterhead.button('Saving paused');
  await expect(line).toHaveAttribute('title', /^\d+ of 30 saved\./);
  await line.click();
  await expect(bar(page)).toHaveAttribute('aria-valuetext', /paused/);
  release = holdWrites(standin, 3);
  await letterhead.button('Resume').click();
  await expect.poll(() => savedCount(standin, PHONES[0])).toBeGreaterThan(sent);
  await letterhead.button('Cancel…').click();
  const question = letterhead.dialog('Cancel remaining changes');
  await expect(question).toContainText(
    'their texts then stay only in the History of each organization',
  );
  await confirmCancel(letterhead, 'discard');
  await expect(question).toBeHidden();
  release();
  await expect(currentSave(page).getByRole('button', { name: 'Close' })).toBeVisible();
  const summary = await currentSave(page).innerText();
  const done = Number(/(\d+) of 30 saved/.exec(summary)?.[1]);
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
    release = holdWrites(standin, 3);
    await savePhone(letterhead, PHONES[1]);
    await expect.poll(() => savedCount(standin, PHONES[1])).toBeGreaterThan(1);
    await second.kill();
    expect(savedCount(standin, PHONES[1])).toBeLessThan(COUNT);
    release();
    third = await launch();
    await third.page.getByRole('radio', { name: 'Changes' }).click();
    await expect(currentSave(third.page)).toContainText(
      `${COUNT} organizations saved and confirmed`,
      { timeout: 60_000 },
    );
    expect(savedCount(standin, PHONES[1])).toBe(COUNT);
  });

  await test.step('canceling a save leaves the user’s own change of another field', async () => {
    const { page, letterhead } = third;
    const [edited] = [...standin.organizations.values()];
    await page.getByRole('radio', { name: 'All' }).check();
    const fault = standin.faults.add({ mode: '503-text', match: { method: 'PUT' } });
    await letterhead.open(edited!.name);
    await letterhead.saveField('business_address', '1 Mine Street');
    await letterhead.expectWaiting();
    await savePhone(letterhead, PHONES[2]);
    const keys = new Keyboard(third);
    await keys.activate(currentSave(page).getByRole('button', { name: 'Cancel…' }));
    const question = letterhead.dialog('Cancel remaining changes');
    await keys.activate(question.getByRole('button', { name: 'Discard' }));
    await expect(currentSave(page)).toContainText('30 canceled');
    await keys.expectVisibleFocus();

    await letterhead.open(edited!.name);
    await expect(letterhead.field('business_address')).toHaveValue('1 Mine Street');
    await expect(letterhead.field('business_phone')).not.toHaveValue(PHONES[2]);
    fault();
    await letterhead.tryAgain();
    await letterhead.expectSaved();
    expect(standin.profileOf(edited!.id)!.business_address).toBe('1 Mine Street');
    expect(savedCount(standin, PHONES[2])).toBe(0);
  });
});
