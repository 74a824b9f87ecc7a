/** Filter by sign-in: where there is something to choose, what it offers, and what it narrows. */
import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { success } from '../../../src/shared/failure';
import type { SignIn } from '../../../src/shared/sign-in';
import { FakeApi } from '../fake-api';
import { id, row, signIn, signInId } from '../samples';
import { names, showSidebar } from './show';

const LIST = [row(1, 'Albrecht'), row(2, 'Brunn'), row(3, 'Casa', { draftFields: 1 })];
const HEAD = signIn(1, 'Head office', { organizations: 1 });
const NORTH = signIn(2, 'North', { organizations: 1 });

async function show(signIns: SignIn[], list = LIST, withoutSignIn = 0) {
  const fake = new FakeApi().answer('signIns', 'list', () => success(signIns));
  fake.list.withoutSignIn = withoutSignIn;
  fake.setRows(list).list.signIns.set(id(1), signInId(1)).set(id(2), signInId(2));
  return showSidebar(list, fake);
}

const filter = () => screen.getByRole<HTMLSelectElement>('combobox', { name: 'Sign-in' });
const counts = () =>
  screen
    .getAllByRole('radio')
    .map((radio) => document.getElementById(radio.getAttribute('aria-describedby')!)?.textContent);

it('offers all, each by its label, and none', async () => {
  await show([HEAD, NORTH]);
  expect([...filter().options].map(({ text }) => text)).toEqual([
    'All sign-ins',
    'Head office',
    'North',
    'No sign-in',
  ]);
  expect(filter().value).toBe('');
});

it('narrows the list and its counts', async () => {
  const { state } = await show([HEAD, NORTH]);
  await userEvent.selectOptions(filter(), 'North');
  await waitFor(() => expect(names()).toEqual(['Brunn']));
  expect(counts()).toEqual(['1', '0', '0', '0']);
  await userEvent.selectOptions(filter(), 'No sign-in');
  await waitFor(() => expect(names()).toEqual(['Casa']));
  expect(counts()).toEqual(['1', '0', '1', '0']);
  expect(state.organizations.query.signIn).toBe('none');
  await userEvent.selectOptions(filter(), 'All sign-ins');
  await waitFor(() => expect(names()).toHaveLength(3));
});

it('says what is empty, and leads back to everything', async () => {
  await show([HEAD, NORTH]);
  await userEvent.selectOptions(filter(), 'Head office');
  await userEvent.click(screen.getByRole('radio', { name: 'Drafts' }));
  await screen.findByText('Nothing under Drafts, Head office.');
  await userEvent.type(screen.getByRole('searchbox'), 'q');
  await screen.findByText('Nothing found for “q” under Drafts, Head office.');
  await userEvent.click(screen.getByRole('button', { name: 'Show all organizations' }));
  await waitFor(() => expect(names()).toHaveLength(3));
  expect(filter().value).toBe('');
});

it.each<[string, SignIn[], number, boolean]>([
  ['no sign-in', [], 3, false],
  // Its own count may be a second older than the list.
  ['one that opens everything', [HEAD], 0, false],
  ['one, and organizations without', [HEAD], 1, true],
  ['two', [HEAD, NORTH], 0, true],
])('is there where it makes a difference: %s', async (_, signIns, without, isThere) => {
  await show(signIns, LIST, without);
  expect(screen.queryByRole('combobox', { name: 'Sign-in' }) !== null).toBe(isThere);
});

it('shows everything again when the chosen sign-in is removed', async () => {
  const { fake, state } = await show([HEAD, NORTH]);
  await userEvent.selectOptions(filter(), 'North');
  await waitFor(() => expect(names()).toEqual(['Brunn']));
  fake.emit('signInsChanged', [signIn(1, 'Head office', { organizations: 3 })]);
  await waitFor(() => expect(names()).toHaveLength(3));
  expect(state.organizations.query.signIn).toBeNull();
});
