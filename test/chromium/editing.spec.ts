/** Editing an organization: drafts, review, saving, conflicts and history. */
import { patch, SAVED } from '../component/organization/samples';
import { id } from '../component/samples';
import { violations } from '../e2e/support/axe';
import { nameOf } from '../scripted/fake-main';
import { expect, test } from './support/fixtures';

const PHONE = '+49 30 5550 1234';
const ADDRESS = 'First line\nSecond line\n';
/** The text of one of the revisions in the fake main's history, which have the ids 21 to 40. */
const EARLIER_PHONE = '+44 30';

test('reviews and saves a change, and shows when Cloudflare has confirmed it', async ({ open }) => {
  const { fakeMain, page, letterhead } = await open(3);
  await letterhead.open(nameOf(2));
  await expect(letterhead.field('business_address')).toHaveValue(SAVED.business_address);
  await letterhead.typeDraft({ business_phone: PHONE });
  await letterhead.field('business_address').fill(ADDRESS);
  await letterhead.button('Review changes').click();
  const review = letterhead.dialog('Review changes');
  await expect(review).toContainText(PHONE);
  await expect(review).toContainText(SAVED.business_phone);
  expect(await violations(page), 'review').toEqual([]);
  await review.getByRole('button', { name: 'Save changes' }).click();
  await expect(review).toBeHidden();
  expect(fakeMain.main.requests('changes.submit')).toEqual([
    {
      entryId: id(2),
      edits: patch({ business_phone: PHONE, business_address: ADDRESS }),
      number: expect.any(Number),
    },
  ]);
  fakeMain.confirmChange(2);
  await expect(letterhead.status).toContainText('Saved and confirmed by Cloudflare');
  await expect(letterhead.field('business_phone')).toHaveValue(PHONE);
});

test('stores what is typed as a draft, and discards it with one button', async ({ open }) => {
  const { fakeMain, letterhead } = await open(3);
  await letterhead.open(nameOf(1));
  await letterhead.typeDraft({ business_name: 'Typed' });
  await expect(letterhead.option(nameOf(1))).toContainText(/draft|change/i);
  await letterhead.button('Discard changes').click();
  await expect(letterhead.field('business_name')).toHaveValue(SAVED.business_name);
  expect(fakeMain.main.requests('drafts.discard')).toEqual([{ entryId: id(1), number: 2 }]);
});

test('keeps the focus in the review, and returns it to the button that opened it', async ({
  open,
}) => {
  const { page, letterhead } = await open(1);
  await letterhead.open(nameOf(1));
  await letterhead.typeDraft({ business_phone: PHONE });
  await letterhead.button('Review changes').focus();
  await page.keyboard.press('Enter');
  const review = letterhead.dialog('Review changes');
  await expect(review.getByRole('button', { name: 'Save changes' })).toBeFocused();
  for (let presses = 0; presses < 8; presses += 1) {
    await page.keyboard.press('Tab');
    const outside = await page.evaluate(
      () => !document.activeElement?.closest('dialog') && document.activeElement !== document.body,
    );
    expect(outside).toBe(false);
  }
  await page.keyboard.press('Escape');
  await expect(review).toBeHidden();
  await expect(letterhead.button('Review changes')).toBeFocused();
});

test('saves the chosen version of a conflict, and puts a revision from the history into the form', async ({
  open,
}) => {
  const { fakeMain, page, letterhead } = await open(2);
  await letterhead.open(nameOf(1));
  await letterhead.typeDraft({ business_phone: '+44 mine' });
  await letterhead.save();
  await expect(letterhead.dialog('Review changes')).toBeHidden();
  fakeMain.causeConflict(1, { business_phone: '+44 theirs' });
  await expect(
    page.getByRole('heading', { name: 'This profile changed at Cloudflare' }),
  ).toBeVisible();
  expect(await violations(page), 'conflict').toEqual([]);
  const theirs = page
    .getByRole('group', { name: 'Business phone', exact: true })
    .getByRole('radio', { name: 'Use theirs' });
  await theirs.check();
  await letterhead.button('Save this version').click();
  await expect.poll(() => fakeMain.main.requests('changes.resolve').length).toBe(1);
  fakeMain.confirmChange(1);
  await expect(letterhead.status).toContainText('Saved and confirmed by Cloudflare');
  await expect(letterhead.field('business_phone')).toHaveValue('+44 theirs');

  await page.getByRole('tab', { name: 'History' }).click();
  const revisions = page.getByRole('list', { name: 'Revisions' }).getByRole('listitem');
  await expect(revisions.first()).toBeVisible();
  expect(await violations(page), 'history').toEqual([]);
  await revisions
    .filter({ hasText: EARLIER_PHONE })
    .getByRole('button', { name: 'Restore this version' })
    .first()
    .click();
  await expect(letterhead.field('business_phone')).toBeFocused();
  await expect(letterhead.field('business_phone')).toHaveValue(EARLIER_PHONE);
});
