/** Removing selected organizations while typed text cannot be saved. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { failed, success } from '../../../src/shared/result';
import { textOf } from '../dom';
import { FakeApi } from '../fake-api';
import { entryName, row, view } from '../samples';
import SelectionActionsParts from './SelectionActionsParts.svelte';

const REMOVAL = {
  removalId: 'removal-1',
  total: 2,
  names: [entryName('Albrecht'), entryName('Brunn')],
  edited: 0,
  drafts: 0,
  waiting: 0,
  editedNames: [],
  unusedSignIns: { withoutEdited: [], withEdited: [] },
};

it('is not possible, and counts the text as a draft once it is saved', async () => {
  const edited = { edited: 1, drafts: 1, editedNames: [entryName('Albrecht')] };
  const fake = new FakeApi()
    .answer('selectionActions', 'removal', () => success({ ...REMOVAL, ...edited }))
    .answer('drafts', 'save', () => failed('database.full'));
  fake.setRows([row(1, 'Albrecht'), row(2, 'Brunn')]);
  const { state, context } = await fake.loadedState();
  state.autosaves.of(view(1, 'Albrecht')).edit('business_name', 'Typed');
  render(SelectionActionsParts, { context });
  state.dialog.show({ kind: 'remove' });
  const dialog = within(await screen.findByRole('dialog', { name: 'Remove organizations' }));
  const alert = await dialog.findByRole('alert');
  expect(textOf(alert)).toContain('Changes to Albrecht are not saved on this computer yet.');
  const confirm = () => dialog.getByRole('button', { name: /^Remove/ });
  expect(confirm()).toHaveProperty('disabled', true);
  expect(fake.requests('selectionActions.removal')).toEqual([]);
  fake.answer('drafts', 'save', () => success(null));
  await state.autosaves.flush();
  await waitFor(() => expect(confirm()).toHaveProperty('disabled', false));
  expect(dialog.queryByRole('alert')).toBeNull();
  dialog.getByRole('radio', { name: 'Keep those with edits' });
  expect(fake.requests('selectionActions.removal')).toHaveLength(1);
});
