/** A change that could not be checked: it is not tried again, but edited, reviewed and saved again. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { success } from '../../../src/shared/outcome';
import { button, field, openPage, status } from './open-page';
import { change, draft, SAVED, SIGN_IN, view } from './samples';

const EDITS = { business_email: 'reception@brightwater.example', business_phone: '1' };

it.each([
  ['change.altered', 'This change was altered outside Letterhead.'],
  [
    'change.unchecked',
    'Letterhead can no longer tell whether this change is still what you saved.',
  ],
] as const)(
  '%s: the page says what to do, and offers that instead of another try',
  async (code, what) => {
    await openPage(view({ change: change(EDITS, { state: 'refused', failure: { code } }) }));
    expect(status()).toContain(`${what} Choose “Edit again”, check every field, and save.`);
    expect(screen.queryByRole('button', { name: 'Try again now' })).toBeNull();
    expect(button('Edit again')).toBeTruthy();
  },
);

it('becomes edits of what Cloudflare has; what was typed over it stays', async () => {
  const refused = change(EDITS, { state: 'refused', failure: { code: 'change.unchecked' } });
  const typed = draft({ business_phone: '2' });
  const { api, user } = await openPage(view({ change: refused, draft: typed }));
  api.answer('changes', 'discard', () => success(view({ viewNumber: 2, draft: typed })));
  await user.click(button('Edit again'));
  await waitFor(() => expect(field('Business email').value).toBe(EDITS.business_email));
  expect(field('Business phone').value).toBe('2');
  expect(api.requests('changes.discard')).toMatchObject([{ version: refused.version }]);
  await user.click(button('Review changes'));
  const review = within(screen.getByRole('dialog', { name: 'Review changes' }));
  expect(review.getAllByRole('group')).toHaveLength(2);
  expect(review.getByRole('group', { name: 'Business email' }).textContent).toContain(
    SAVED.business_email,
  );
});

it('cannot be edited with a sign-in that only reads', async () => {
  const refused = change(EDITS, { state: 'refused', failure: { code: 'change.unchecked' } });
  await openPage(view({ change: refused, signIn: { ...SIGN_IN, readOnly: 'chosen' } }));
  expect(screen.queryByRole('button', { name: 'Edit again' })).toBeNull();
});
