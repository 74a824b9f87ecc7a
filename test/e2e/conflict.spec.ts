/** Conflicts: the same field was changed on both sides, so the user must choose before anything is sent. */
import type { Locator, Page } from '@playwright/test';
import type { FieldName, Profile } from '../../src/shared/profile';
import type { OrganizationState, Standin } from '../standin';
import { expect, test } from './support/fixtures';
import type { Letterhead } from './support/letterhead';
import { openRefreshed } from './support/relaunch';
import { MINIMUM_SIZE, resize } from './support/window';

const group = (page: Page, field: string): Locator =>
  page.getByRole('group', { name: field, exact: true });
const radio = (page: Page, field: string, name: 'Keep mine' | 'Use theirs'): Locator =>
  group(page, field).getByRole('radio', { name, exact: true });
const conflictHeading = (page: Page): Locator =>
  page.getByRole('heading', { name: 'This profile changed at Cloudflare' });

/** Opens an organization, types these texts, changes its profile at Cloudflare, and then saves. */
async function saveWithConflict(
  letterhead: Letterhead,
  standin: Standin,
  organization: OrganizationState,
  mine: Partial<Profile>,
  theirs: Partial<Profile>,
): Promise<void> {
  await openRefreshed(letterhead, standin, organization);
  for (const [field, text] of Object.entries(mine) as [FieldName, string][]) {
    await letterhead.field(field).fill(text);
  }
  standin.setProfile(organization.id, theirs);
  await letterhead.save();
}

test.use({ standinOptions: { organizations: 7 } });

test('a conflict survives a relaunch, is resolved per field with the keyboard, and saved', async ({
  launch,
  seed,
  standin,
  nextOrganization,
}) => {
  const first = nextOrganization();
  seed();
  const running = await launch();
  await saveWithConflict(
    running.letterhead,
    standin,
    first,
    { business_email: 'mine@brightwater.example', business_phone: '+44 mine' },
    {
      business_name: 'Theirs',
      business_email: 'theirs@brightwater.example',
      business_phone: '+44 theirs',
    },
  );
  await expect(conflictHeading(running.page)).toBeVisible();
  await expect(running.letterhead.status).toContainText('Nothing has been sent');
  await running.kill();

  const { app, page, letterhead } = await launch();
  await letterhead.open(first.name);
  await expect(conflictHeading(page)).toBeVisible();
  await expect(page.getByText('Also updated at Cloudflare: Business name')).toBeVisible();
  await expect(group(page, 'Business phone')).toContainText('+44 theirs');
  expect(standin.requests.filter(({ method }) => method === 'PUT')).toEqual([]);

  await letterhead.button('Save this version').focus();
  await page.keyboard.press('Enter');
  await expect(radio(page, 'Business email', 'Keep mine')).toBeFocused();
  await expect(group(page, 'Business phone')).toContainText('Choose which text to keep.');
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await expect(radio(page, 'Business phone', 'Keep mine')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(radio(page, 'Business phone', 'Use theirs')).toBeChecked();
  await page.keyboard.press('Tab');
  await expect(letterhead.button('Save this version')).toBeFocused();
  await page.keyboard.press('Enter');

  await letterhead.expectSaved();
  await expect(letterhead.heading(first.name)).toBeFocused();
  await expect(conflictHeading(page)).toHaveCount(0);
  expect(standin.profileOf(first.id)).toMatchObject({
    business_name: 'Theirs',
    business_email: 'mine@brightwater.example',
    business_phone: '+44 theirs',
  });
  await expect(letterhead.field('business_phone')).toHaveValue('+44 theirs');

  await test.step('choosing theirs everywhere sends nothing, and my text can be restored', async () => {
    const first = nextOrganization();
    const mine = { business_phone: '+44 mine' };
    const theirs = { business_phone: '+44 theirs' };
    await saveWithConflict(letterhead, standin, first, mine, theirs);
    await radio(page, 'Business phone', 'Use theirs').check();
    await letterhead.button('Save this version').click();
    await expect(letterhead.status).toContainText('Nothing was sent');
    await expect(letterhead.field('business_phone')).toHaveValue('+44 theirs');
    expect(standin.requests.filter(({ method }) => method === 'PUT')).toEqual([]);

    await page.getByRole('tab', { name: 'History' }).click();
    const revision = page
      .getByRole('list', { name: 'Revisions' })
      .getByRole('listitem')
      .filter({ hasText: '+44 mine' });
    await revision.getByRole('button', { name: 'Restore this version' }).click();
    await expect(letterhead.field('business_phone')).toBeFocused();
    await expect(letterhead.field('business_phone')).toHaveValue('+44 mine');
  });

  await test.step('another remote change asks again, but only for the fields it changed', async () => {
    const first = nextOrganization();
    const mine = { business_email: 'mine@brightwater.example', business_phone: '+44 mine' };
    const theirs = { business_email: 'theirs@brightwater.example', business_phone: '+44 theirs' };
    await saveWithConflict(letterhead, standin, first, mine, theirs);
    await radio(page, 'Business email', 'Keep mine').check();
    await radio(page, 'Business phone', 'Use theirs').check();

    // Found while the user is choosing.
    standin.setProfile(first.id, { business_phone: '+44 third' });
    await letterhead.refresh();
    await expect(letterhead.status).toContainText('Changed again at Cloudflare: Business phone');
    await expect(radio(page, 'Business email', 'Keep mine')).toBeChecked();
    await expect(radio(page, 'Business phone', 'Use theirs')).not.toBeChecked();
    await expect(group(page, 'Business phone')).toContainText('+44 third');

    // Found only just before sending.
    await radio(page, 'Business phone', 'Keep mine').check();
    standin.setProfile(first.id, { business_phone: '+44 fourth' });
    await letterhead.button('Save this version').click();
    await expect(group(page, 'Business phone')).toContainText('+44 fourth');
    await expect(group(page, 'Business email')).toHaveCount(0);
    expect(standin.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
    await radio(page, 'Business phone', 'Keep mine').check();
    await letterhead.button('Save this version').click();
    await letterhead.expectSaved();
    expect(standin.profileOf(first.id)).toMatchObject({
      business_email: 'mine@brightwater.example',
      business_phone: '+44 mine',
    });
  });

  await test.step('text typed during a conflict stays, and saving it replaces the change', async () => {
    const first = nextOrganization();
    const mine = { business_phone: '+44 mine' };
    const theirs = { business_phone: '+44 theirs' };
    await saveWithConflict(letterhead, standin, first, mine, theirs);
    await radio(page, 'Business phone', 'Use theirs').check();
    await letterhead.field('business_name').fill('Typed since');
    await expect(page.getByText('is not part of this version')).toBeVisible();
    await letterhead.button('Save this version').click();
    await expect(conflictHeading(page)).toHaveCount(0);
    await expect(letterhead.field('business_phone')).toHaveValue('+44 theirs');
    await expect(letterhead.field('business_name')).toHaveValue('Typed since');
    await letterhead.save();
    await letterhead.expectSaved();
    expect(standin.profileOf(first.id)).toMatchObject({
      business_name: 'Typed since',
      business_phone: '+44 theirs',
    });
  });

  await test.step('the page names what changed since the last visit and links to History', async () => {
    const first = nextOrganization();
    standin.setProfile(first.id, { business_phone: '+44 theirs' });
    await letterhead.open(first.name);
    await expect(letterhead.status).toHaveText(
      'Changed at Cloudflare since you last looked: Business phone',
    );
    await letterhead.button('Show in History').click();
    await expect(page.getByRole('tab', { name: 'History' })).toBeFocused();
    const newest = page.getByRole('list', { name: 'Revisions' }).getByRole('listitem').first();
    await expect(newest).toContainText('Changed by erika@brightwater.example in the dashboard');
    await expect(newest).toContainText('+44 theirs');
    await expect(newest).toContainText('Current version');
  });

  await test.step('a remote change of the address is a conflict, although only the phone was stored differently', async () => {
    const first = nextOrganization();
    await openRefreshed(letterhead, standin, first);
    standin.faults.add({ mode: 'stores-differently', match: { method: 'PUT' }, times: 1 });
    const hold = standin.hold({ method: 'PUT' });
    await letterhead.saveField('business_phone', '  +44 20 7946 0999 ext');
    await expect(letterhead.status).toContainText('Saving…');
    await letterhead.field('business_address').fill('1 Mine Street');
    hold.release();
    await expect(letterhead.status).toContainText('Cloudflare stored something else');
    standin.setProfile(first.id, { business_address: '9 Theirs Square' });
    await letterhead.save();
    await expect(conflictHeading(page)).toBeVisible();
    await expect(group(page, 'Business address')).toContainText('9 Theirs Square');
    await expect(group(page, 'Business address')).toContainText('1 Mine Street');
    expect(standin.profileOf(first.id)!.business_address).toBe('9 Theirs Square');

    await radio(page, 'Business address', 'Use theirs').check();
    await letterhead.button('Save this version').click();
    await letterhead.expectSaved();
    expect(standin.profileOf(first.id)).toMatchObject({
      business_address: '9 Theirs Square',
      business_phone: '  +44 20 7946 0999 ext',
    });
  });

  await test.step('in the smallest window a conflict is decided without scrolling, and nothing stands beside it', async () => {
    const first = nextOrganization();
    const mine = {
      business_address: '1 Mine Street\nFourth floor\nLondon E14 9XX\nUnited Kingdom',
    };
    const theirs = { business_address: '9 Theirs Square\nLondon E14 9XY\nUnited Kingdom' };
    await saveWithConflict(letterhead, standin, first, mine, theirs);
    await expect(conflictHeading(page)).toBeVisible();
    await resize(app, MINIMUM_SIZE);
    const decision = [
      conflictHeading(page),
      radio(page, 'Business address', 'Keep mine'),
      radio(page, 'Business address', 'Use theirs'),
      letterhead.button('Save this version'),
    ];
    for (const one of decision) await expect(one).toBeInViewport({ ratio: 1 });
    for (const name of ['Review changes', 'Discard changes', 'Choose now']) {
      await expect(letterhead.button(name)).toHaveCount(0);
    }
    // The bars return with something to review, and on the History tab.
    await page.getByRole('tab', { name: 'History' }).click();
    await letterhead.button('Choose now').click();
    await expect(radio(page, 'Business address', 'Keep mine')).toBeFocused();
    await letterhead.field('business_name').fill('Typed since');
    await expect(letterhead.button('Review changes')).toBeInViewport({ ratio: 1 });
  });
});
