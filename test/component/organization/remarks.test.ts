/** The *Check* region of a profile, and the mark of empty fields. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { failed, success } from '../../../src/shared/result';
import { descriptionOf } from '../dom';
import { FakeApi } from '../fake-api';
import { button, field, openPage } from './open-page';
import { ENTRY_ID, SAVED, savedCopy, SIGN_IN, view } from './samples';

const region = () => within(screen.getByRole('region', { name: 'Check' }));

it('marks empty fields in place, and links to every field that looks unusual', async () => {
  const { user } = await openPage(
    view({
      profile: savedCopy({ ...SAVED, business_phone: '', business_email: 'office' }),
      remarks: { missing: ['business_phone'], advice: ['business_email'] },
    }),
  );
  const phone = field('Business phone');
  expect(descriptionOf(phone)).toContain('Empty at Cloudflare');
  await user.type(phone, '+44 20 7946 0123');
  expect(descriptionOf(phone)).not.toContain('Empty at Cloudflare');
  await user.click(region().getByRole('button', { name: 'Look at Business email' }));
  expect(document.activeElement).toBe(field('Business email'));
});

it('marks advice as viewed, or shows why it could not', async () => {
  const api = new FakeApi().answer('organizations', 'markViewed', () => failed('database.full'));
  const { user, receive } = await openPage(
    view({ remarks: { missing: [], advice: ['external_metadata'] } }),
    { api },
  );
  await user.click(region().getByRole('button', { name: 'Mark as seen' }));
  await screen.findByRole('alert');
  api.answer('organizations', 'markViewed', () => success(null));
  await user.click(region().getByRole('button', { name: 'Mark as seen' }));
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  expect(api.requests('organizations.markViewed')).toEqual([
    { entryIds: [ENTRY_ID] },
    { entryIds: [ENTRY_ID] },
  ]);
  await receive(view());
  expect(screen.queryByRole('region', { name: 'Check' })).toBeNull();
  // The focused button is gone, so the focus moves to the heading.
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 })),
  );
});

it('is hidden without remarks, and while there is no profile at all', async () => {
  const { receive } = await openPage(view());
  expect(screen.queryByRole('region', { name: 'Check' })).toBeNull();
  const missing = ['business_name', 'business_email', 'business_phone'] as const;
  const remarks = { missing: [...missing], advice: [] };
  const none = { ...savedCopy(SAVED)!, fields: null };
  await receive(view({ profile: none, remarks }));
  expect(screen.queryByRole('region', { name: 'Check' })).toBeNull();
  expect(screen.queryByText('Empty at Cloudflare')).toBeNull();
});

it('offers to choose a sign-in when there is none', async () => {
  const { user, state, receive, api } = await openPage(view({ signIn: null }));
  screen.getByText('This organization has no sign-in.');
  await user.click(button('Choose a sign-in'));
  within(screen.getByRole('dialog', { name: 'Change sign-in' })).getByRole('radio', {
    name: SIGN_IN.label,
  });
  await user.click(button('Cancel'));
  api.emit('signInsChanged', []);
  await user.click(await screen.findByRole('button', { name: 'Add a sign-in' }));
  expect(state.navigation.screen).toBe('add');
  await receive(view());
});
