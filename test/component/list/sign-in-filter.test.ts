/** The filter by sign-in: when it is shown, its options, and what it filters. */
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { success } from '../../../src/shared/result';
import type { SignIn } from '../../../src/shared/sign-in';
import { descriptionOf } from '../dom';
import { FakeApi } from '../fake-api';
import { id, row, signIn, signInId } from '../samples';
import { names, renderSidebar } from './render-sidebar';

const LIST = [row(1, 'Albrecht'), row(2, 'Brunn'), row(3, 'Casa', { draftFields: 1 })];
const HEAD = signIn(1, 'Head office', { organizations: 1 });
const NORTH = signIn(2, 'North', { organizations: 1 });

async function show(signIns: SignIn[], list = LIST, withoutSignIn = 0) {
  const fake = new FakeApi().answer('signIns', 'list', () => success(signIns));
  fake.list.withoutSignIn = withoutSignIn;
  fake.setRows(list).list.signIns.set(id(1), signInId(1)).set(id(2), signInId(2));
  return renderSidebar(list, fake);
}

const filter = () => screen.getByRole<HTMLSelectElement>('combobox', { name: 'Sign-in' });
const counts = () =>
  within(screen.getByRole('radiogroup', { name: 'Show' }))
    .getAllByRole('radio')
    .map(descriptionOf);

it('offers all sign-ins, each one by its label, and no sign-in', async () => {
  await show([HEAD, NORTH]);
  expect([...filter().options].map(({ text }) => text)).toEqual([
    'All sign-ins',
    'Head office',
    'North',
    'No sign-in',
  ]);
  expect(filter().value).toBe('');
});

it('filters the list and its counts', async () => {
  const { state } = await show([HEAD, NORTH]);
  await userEvent.selectOptions(filter(), 'North');
  await waitFor(() => expect(names()).toEqual(['Brunn']));
  expect(counts()).toEqual(['1', '0', '0']);
  await userEvent.selectOptions(filter(), 'No sign-in');
  await waitFor(() => expect(names()).toEqual(['Casa']));
  expect(counts()).toEqual(['1', '0', '1']);
  expect(state.organizations.query.signIn).toBe('none');
  await userEvent.selectOptions(filter(), 'All sign-ins');
  await waitFor(() => expect(names()).toHaveLength(3));
});

it('says why the result is empty, and leads back to the whole list', async () => {
  await show([HEAD, NORTH]);
  await userEvent.selectOptions(filter(), 'Head office');
  await userEvent.click(screen.getByRole('radio', { name: 'Changes' }));
  await screen.findByText('Nothing under “Changes, Head office”.');
  await userEvent.type(screen.getByRole('searchbox'), 'q');
  await screen.findByText('Nothing found for “q” under “Changes, Head office”.');
  await userEvent.click(screen.getByRole('button', { name: 'Show all organizations' }));
  await waitFor(() => expect(names()).toHaveLength(3));
  expect(filter().value).toBe('');
});

it.each<[string, SignIn[], number, boolean]>([
  ['no sign-in', [], 3, false],
  // The count of organizations on the sign-in may be a second older than the list.
  ['one for all organizations', [HEAD], 0, false],
  ['one, and organizations without a sign-in', [HEAD], 1, true],
  ['two', [HEAD, NORTH], 0, true],
])('is shown only when there is a choice: %s', async (_, signIns, without, isShown) => {
  await show(signIns, LIST, without);
  expect(screen.queryByRole('combobox', { name: 'Sign-in' }) !== null).toBe(isShown);
});

it('resets when the selected sign-in is removed', async () => {
  const { fake, state } = await show([HEAD, NORTH]);
  await userEvent.selectOptions(filter(), 'North');
  await waitFor(() => expect(names()).toEqual(['Brunn']));
  fake.emit('signInsChanged', [signIn(1, 'Head office', { organizations: 3 })]);
  await waitFor(() => expect(names()).toHaveLength(3));
  expect(state.organizations.query.signIn).toBeNull();
});
