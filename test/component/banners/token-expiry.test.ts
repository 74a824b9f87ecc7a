/** The banner about API tokens that expire. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import Banners from '../../../src/renderer/features/banners/Banners.svelte';
import { success } from '../../../src/shared/result';
import type { SignIn } from '../../../src/shared/sign-in';
import { FakeApi } from '../fake-api';
import { change, view } from '../organization/samples';
import { signIn } from '../samples';

const DAY_MS = 86_400_000;

/** A token that expires in so many days, at the same time of day. */
const token = (n: number, days: number, more: Partial<SignIn> = {}): SignIn =>
  signIn(n, `Branch ${n}`, {
    kind: 'token',
    email: '',
    expiresAt: Date.now() + days * DAY_MS,
    ...more,
  });

async function show(signIns: SignIn[]) {
  const fake = new FakeApi().answer('signIns', 'list', () => success(signIns));
  const { state, context } = await fake.loadedState();
  render(Banners, { context });
  return { fake, state };
}

const region = () => screen.queryByRole('region', { name: 'API tokens that expire' });

it.each([
  [6, 'The API token “Branch 1” expires in 6 days.'],
  [1, 'The API token “Branch 1” expires tomorrow.'],
  [-1, 'The API token “Branch 1” expired yesterday.'],
  [-3, 'The API token “Branch 1” expired 3 days ago.'],
])('says when, for %i days', async (days, text) => {
  await show([token(1, days)]);
  within(region()!).getByText(text);
});

it('says how many changes have not been sent', async () => {
  await show([token(1, 6, { waiting: 2 })]);
  expect(region()!.textContent).toContain('2\u00a0changes are waiting.');
});

it.each([
  ['expires later', token(1, 8)],
  ['never expires', token(1, 0, { expiresAt: null })],
  ['has an issue, which is shown already', token(1, -1, { issue: { code: 'token.expired' } })],
  ['is being removed', token(1, 1, { state: 'removing' })],
])('says nothing about a token that %s', async (_, one) => {
  await show([one]);
  expect(region()).toBeNull();
});

it('is dismissed for this token, until it has expired or is replaced by one that expires', async () => {
  const { fake } = await show([token(1, 2)]);
  await userEvent.click(within(region()!).getByRole('button', { name: 'Close' }));
  await waitFor(() => expect(region()).toBeNull());
  fake.emit('signInsChanged', [token(1, 5)]);
  await waitFor(() => expect(region()).not.toBeNull());
});

it('replaces the token in a dialog', async () => {
  await show([token(1, 2)]);
  await userEvent.click(within(region()!).getByRole('button', { name: 'Replace token' }));
  screen.getByRole('dialog', { name: 'Replace token' });
});

it('leaves that to the page of a change that waits for another token', async () => {
  const refused = token(1, 2, { readOnly: 'refused' });
  const { fake, state } = await show([refused]);
  const page = view({
    signIn: refused,
    change: change(
      { business_phone: '1' },
      { state: 'paused', failure: { code: 'sign-in.read-only' } },
    ),
  });
  fake.answer('organizations', 'open', () => success(page));
  state.navigation.openOrganization(page.id);
  const replace = () => within(region()!).queryByRole('button', { name: 'Replace token' });
  await waitFor(() => expect(replace()).toBeNull());
  state.navigation.settings('general');
  await waitFor(() => expect(replace()).not.toBeNull());
});

it('combines many into one that leads to Settings', async () => {
  const { state } = await show([token(1, 1), token(2, 2), token(3, -1)]);
  within(region()!).getByText(
    /^3 API tokens expire within a week or have expired: Branch 1, Branch 2,? and Branch 3\.$/,
  );
  await userEvent.click(within(region()!).getByRole('button', { name: 'Show sign-ins' }));
  expect(state.navigation.screen).toBe('settings');
  await waitFor(() => expect(region()).toBeNull());
});
