/** History: revisions can be viewed and restored, including texts that were never sent. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/fixtures';
import { openRefreshed } from './support/relaunch';

const items = (page: Page): Locator =>
  page.getByRole('list', { name: 'Revisions' }).getByRole('listitem');
const RESTORE = { name: 'Restore this version' };

test('a discarded change can be restored from History after a relaunch, and saved', async ({
  launch,
  seed,
  standin,
  nextOrganization,
}) => {
  const first = nextOrganization();
  const changed = nextOrganization();
  standin.setProfile(changed.id, { business_phone: '+44 1' });
  seed();
  const running = await launch();
  await openRefreshed(running.letterhead, standin, first);
  await standin.goOffline();
  await running.letterhead.saveField('business_phone', '+44 mine');
  await running.letterhead.expectWaiting();
  await running.letterhead.button('Discard waiting change').click();
  const question = running.letterhead.dialog('Discard waiting change');
  await expect(question).toContainText('Your text stays in History');
  await question.getByRole('button', { name: 'Discard it' }).click();
  await expect(running.letterhead.status).toContainText('The text is in History');
  await expect(running.letterhead.field('business_phone')).toHaveValue(
    first.profile!.business_phone,
  );
  await running.kill();
  await standin.goOnline();

  const { page, letterhead } = await launch();
  await letterhead.open(first.name);
  await page.getByRole('tab', { name: 'History' }).click();
  const discarded = items(page).filter({ hasText: 'Discarded before Cloudflare confirmed it' });
  await discarded.getByRole('button', RESTORE).click();
  await expect(letterhead.field('business_phone')).toBeFocused();
  await expect(letterhead.field('business_phone')).toHaveValue('+44 mine');
  await expect(letterhead.status).toContainText('This version is now in the form.');
  await letterhead.save();
  await letterhead.expectSaved();
  expect(standin.profileOf(first.id)!.business_phone).toBe('+44 mine');

  await page.getByRole('tab', { name: 'History' }).click();
  await expect(items(page).first()).toContainText('Saved by you, confirmed by Cloudflare');
  await expect(items(page).first()).toContainText('Current version');

  await test.step('restoring a revision asks before it replaces unsaved changes, which History keeps', async () => {
    await openRefreshed(letterhead, standin, changed);
    await letterhead.saveField('business_phone', '+44 2');
    await expect(letterhead.status).toContainText('Saved and confirmed');
    await letterhead.field('business_name').fill('Typed and not saved');
    await page.getByRole('tab', { name: 'History' }).click();
    const old = items(page)
      .filter({ hasText: 'First version read from Cloudflare' })
      .getByRole('button', RESTORE);
    await old.click();
    const question = letterhead.dialog('Replace your draft?');
    await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(old).toBeFocused();
    await page.getByRole('tab', { name: 'Profile' }).click();
    await expect(letterhead.field('business_name')).toHaveValue('Typed and not saved');

    await page.getByRole('tab', { name: 'History' }).click();
    await old.click();
    await question.getByRole('button', { name: 'Replace it' }).click();
    await expect(letterhead.field('business_phone')).toBeFocused();
    await expect(letterhead.field('business_phone')).toHaveValue('+44 1');
    await expect(letterhead.field('business_name')).not.toHaveValue('Typed and not saved');
    await page.getByRole('tab', { name: 'History' }).click();
    await expect(items(page).first()).toContainText('Typed and not saved');
    await expect(items(page).first().getByRole('button', RESTORE)).toBeVisible();
  });

  await test.step('one field of a revision is restored, and the draft of the others stays', async () => {
    const first = nextOrganization();
    await openRefreshed(letterhead, standin, first);
    standin.setProfile(first.id, { business_phone: '+44 1', business_email: 'one@b.example' });
    await letterhead.refresh();
    await expect(letterhead.field('business_phone')).toHaveValue('+44 1');
    standin.setProfile(first.id, { business_phone: '+44 2', business_email: 'two@b.example' });
    await letterhead.refresh();
    await expect(letterhead.field('business_phone')).toHaveValue('+44 2');
    await letterhead.field('business_name').fill('Typed and not saved');
    const restore = (field: string): Locator =>
      items(page)
        .nth(1)
        .getByRole('group', { name: field })
        .getByRole('button', { name: 'Restore', exact: true });

    await page.getByRole('tab', { name: 'History' }).click();
    await restore('Business phone').click();
    await expect(letterhead.field('business_phone')).toBeFocused();
    await expect(letterhead.field('business_phone')).toHaveValue('+44 1');
    await expect(letterhead.field('business_email')).toHaveValue('two@b.example');
    await expect(letterhead.field('business_name')).toHaveValue('Typed and not saved');

    // It asks only about a draft of the same field, here with the keyboard.
    await letterhead.field('business_email').fill('typed@b.example');
    await page.getByRole('tab', { name: 'Profile' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect(restore('Business phone')).toHaveCount(0);
    await restore('Business email').press('Enter');
    const question = letterhead.dialog('Replace your draft?');
    await expect(question).toContainText('Business email');
    await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(letterhead.field('business_email')).toBeFocused();
    await expect(letterhead.field('business_email')).toHaveValue('one@b.example');
    await letterhead.save();
    await letterhead.expectSaved();
    expect(standin.profileOf(first.id)).toMatchObject({
      business_name: 'Typed and not saved',
      business_email: 'one@b.example',
      business_phone: '+44 1',
    });
  });

  await test.step('shows and restores revisions beyond the first page, with the keyboard', async () => {
    const first = nextOrganization();
    await openRefreshed(letterhead, standin, first);
    for (let number = 1; number <= 24; number += 1) {
      standin.setProfile(first.id, { business_phone: `+44 ${number}` });
      await letterhead.refresh();
      await expect(letterhead.field('business_phone')).toHaveValue(`+44 ${number}`);
    }

    await page.getByRole('tab', { name: 'Profile' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('tab', { name: 'History' })).toBeFocused();
    await expect(items(page)).toHaveCount(20);
    await letterhead.button('Show older').focus();
    await page.keyboard.press('Enter');
    // 24 changes and the first copy.
    await expect(items(page)).toHaveCount(25);
    await expect(items(page).nth(20).getByRole('heading', { level: 2 })).toBeFocused();
    await expect(letterhead.button('Show older')).toHaveCount(0);
    await page.keyboard.press('Tab');
    const restore = items(page).nth(20).getByRole('button', RESTORE);
    await expect(restore).toBeFocused();
    await expect(restore).toHaveAccessibleDescription(
      /^Changed by erika@brightwater\.example in the dashboard .+ \d{4}, \d+:\d\d/,
    );
    await page.keyboard.press('Enter');
    await expect(letterhead.field('business_phone')).toBeFocused();
    await expect(letterhead.field('business_phone')).toHaveValue('+44 4');
  });
});
