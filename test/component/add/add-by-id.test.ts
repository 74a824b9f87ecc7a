/** Second step of adding organizations: adding by ID. */
import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { FailureCode } from '../../../src/shared/failure';
import { failed, success } from '../../../src/shared/result';
import { descriptionOf } from '../dom';
import { id, signInId } from '../samples';
import { fakeListing, renderChoose } from './render-choose';

/** Submits an ID and returns a function that reads the field's description. */
async function addById(text: string) {
  // Nothing is listed, so it is the only way.
  const field = await screen.findByRole('textbox', { name: 'Organization ID' });
  if (text !== '') await userEvent.type(field, text);
  await userEvent.click(screen.getByRole('button', { name: 'Add by ID' }));
  return () => descriptionOf(field);
}

it.each([
  ['nothing', '', 'Enter an organization ID.'],
  ['not 32 hex characters', 'Albrecht', 'This is not an organization ID.'],
])('shows an error next to the field for %s, and sends nothing', async (_, text, message) => {
  const { fake } = await renderChoose(fakeListing([]).fake);
  const description = await addById(text);
  expect(description()).toContain(message);
  expect(fake.requests('organizations.addById')).toEqual([]);
});

it.each<[FailureCode, string]>([
  ['organization.not-found', 'has no organization with this ID'],
  ['organization.forbidden', 'is not allowed to open the organization'],
  ['organization.already-added', 'already in your list'],
])('shows %s next to the field', async (code, message) => {
  const { fake } = fakeListing([]);
  fake.answer('organizations', 'addById', () => failed(code, { status: 404 }));
  await renderChoose(fake);
  const description = await addById(id(5));
  await waitFor(() => expect(description()).toContain(message));
  screen.getByRole('button', { name: 'Details' });
});

it('shows a network failure apart from the field', async () => {
  const { fake } = fakeListing([]);
  fake.answer('organizations', 'addById', () => failed('network.timed-out'));
  await renderChoose(fake);
  const description = await addById(id(5));
  expect((await screen.findByRole('alert')).textContent).toContain('did not answer in time');
  expect(description()).not.toContain('did not answer');
});

it('accepts a pasted ID in any format, and opens the organization', async () => {
  const { fake } = fakeListing([]);
  fake.answer('organizations', 'addById', ({ entryId }) => success({ entryId }));
  const { ondone } = await renderChoose(fake);
  await addById(` ${id(0xab).toUpperCase()} `);
  expect(fake.requests('organizations.addById')).toEqual([
    { signInId: signInId(1), entryId: id(0xab) },
  ]);
  await waitFor(() => expect(ondone).toHaveBeenCalledWith(id(0xab)));
});
