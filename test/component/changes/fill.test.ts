/** The dialog *Fill*: fields and texts, drafts that are there already, and the way to *Changes*. */
import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import FillHost from '../../../src/renderer/features/changes/FillHost.svelte';
import { failed, success } from '../../../src/shared/result';
import type { OrganizationRow } from '../../../src/shared/organization';
import { FakeApi } from '../fake-api';
import { row } from '../samples';

const THREE = [row(1, 'Albrecht'), row(2, 'Brunn'), row(3, 'Casa')];

async function open(list: OrganizationRow[] = THREE) {
  const fake = new FakeApi().setRows(list);
  fake.answer('drafts', 'fill', () => success({ batchId: 'batch-1' }));
  const { state, context } = await fake.loadedState();
  render(FillHost, { context });
  await state.selection.selectAll();
  state.dialog.show({ kind: 'fill' });
  const dialog = within(await screen.findByRole('dialog', { name: 'Fill' }));
  return { fake, state, dialog };
}
type Dialog = Awaited<ReturnType<typeof open>>['dialog'];
const press = (dialog: Dialog, name: string) =>
  userEvent.click(dialog.getByRole('button', { name }));
const tick = (dialog: Dialog, name: string) =>
  userEvent.click(dialog.getByRole('checkbox', { name }));

it('makes drafts with the texts in all selected organizations, and shows them in Changes', async () => {
  const { fake, state, dialog } = await open();
  dialog.getByText(/^In 3 organizations\./);
  await tick(dialog, 'Business phone');
  const text = dialog.getByRole('textbox', { name: 'New text for Business phone' });
  await waitFor(() => expect(document.activeElement).toBe(text));
  await userEvent.type(text, '+49 2');
  await press(dialog, 'Make drafts in 3 organizations');
  expect(fake.requests('drafts.fill')).toEqual([
    { edits: { business_phone: '+49 2' }, alsoOverDrafts: false },
  ]);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect([state.navigation.screen, state.navigation.changesTab]).toEqual(['changes', 'to-save']);
  expect(state.changes.isMaking).toBe(true);
  await waitFor(() => expect(state.selection.selecting).toBe(false));
});

it('switches its texts with the language', async () => {
  const { fake, dialog } = await open();
  dialog.getByRole('radio', { name: 'One entry of a JSON text' });
  fake.emit('localeChanged', { language: 'de', formats: 'de-DE' });
  await waitFor(() => dialog.getByRole('radio', { name: 'Ein Eintrag eines JSON-Textes' }));
});

it('requires a text for each field, and never treats an empty text as clearing', async () => {
  const { fake, dialog } = await open();
  expect(dialog.getByRole('button', { name: 'Make drafts in 3 organizations' })).toHaveProperty(
    'disabled',
    true,
  );
  await tick(dialog, 'Business phone');
  await press(dialog, 'Make drafts in 3 organizations');
  dialog.getByText('Enter the new text, or tick “Clear this field”.');
  expect(fake.requests('drafts.fill')).toEqual([]);

  await userEvent.type(dialog.getByRole('textbox'), '030 1');
  dialog.getByText(/No country code/);
  await tick(dialog, 'Business address');
  const address = dialog.getByRole('textbox', { name: 'New text for Business address' });
  await userEvent.type(address, 'A 1{Enter}B');
  await tick(dialog, 'Business email');
  await userEvent.click(dialog.getAllByRole('checkbox', { name: 'Clear this field' })[0]!);
  await press(dialog, 'Make drafts in 3 organizations');
  expect(fake.requests('drafts.fill')).toEqual([
    {
      edits: { business_email: '', business_phone: '030 1', business_address: 'A 1\nB' },
      alsoOverDrafts: false,
    },
  ]);
});

/** Enters a text at once; typing 100,000 characters takes too long. */
const enter = (dialog: Dialog, label: string, value: string) =>
  fireEvent.input(dialog.getByRole('textbox', { name: label }), { target: { value } });

it('says which text is too long, and makes nothing until it is shortened', async () => {
  const { fake, dialog } = await open();
  await tick(dialog, 'Business name');
  await enter(dialog, 'New text for Business name', 'Albrecht');
  await tick(dialog, 'Business phone');
  const phone = dialog.getByRole('textbox', { name: 'New text for Business phone' });
  await enter(dialog, 'New text for Business phone', '1'.repeat(100_001));
  dialog.getByText('This text is too long to send: at most 100,000 characters.');
  await press(dialog, 'Make drafts in 3 organizations');
  expect(document.activeElement).toBe(phone);
  expect(fake.requests('drafts.fill')).toEqual([]);
  const longest = '1'.repeat(100_000);
  await enter(dialog, 'New text for Business phone', longest);
  await press(dialog, 'Make drafts in 3 organizations');
  expect(fake.requests('drafts.fill')).toEqual([
    { edits: { business_name: 'Albrecht', business_phone: longest }, alsoOverDrafts: false },
  ]);
});

it.each(['a\0b', 'a\ud800b', '\udc00'])(
  'says that %j has an invisible character, and fills it',
  async (text) => {
    const { fake, dialog } = await open();
    await tick(dialog, 'Business name');
    await enter(dialog, 'New text for Business name', text);
    dialog.getByText(/^There is an invisible character here\./);
    await press(dialog, 'Make drafts in 3 organizations');
    expect(fake.requests('drafts.fill')).toEqual([
      { edits: { business_name: text }, alsoOverDrafts: false },
    ]);
  },
);

it('says that metadata is used by other software, before it is filled', async () => {
  const { dialog } = await open();
  await tick(dialog, 'External metadata');
  dialog.getByText(/^Other software uses this field\./);
});

it('replaces drafts that are there only if the person says so', async () => {
  const none = await open();
  expect(none.dialog.queryByRole('checkbox', { name: /^Also replace/ })).toBeNull();
  await press(none.dialog, 'Cancel');

  const { fake, dialog } = await open([
    row(1, 'Albrecht', { draftFields: 3 }),
    row(2, 'Brunn', { draftFields: 2 }),
    row(3, 'Casa'),
  ]);
  const isNotAsked = () =>
    expect(dialog.queryByRole('checkbox', { name: /^Also replace/ })).toBeNull();
  isNotAsked();
  await tick(dialog, 'Business address');
  isNotAsked();
  await tick(dialog, 'Business address');
  await tick(dialog, 'Business email');
  dialog.getByRole('checkbox', { name: 'Also replace 2 edited fields' });
  await tick(dialog, 'Business email');
  await tick(dialog, 'Business phone');
  await userEvent.type(dialog.getByRole('textbox'), '+49 2');
  await tick(dialog, 'Also replace 1 edited field');
  await press(dialog, 'Make drafts in 3 organizations');
  expect(fake.requests('drafts.fill')).toEqual([
    { edits: { business_phone: '+49 2' }, alsoOverDrafts: true },
  ]);
});

it('asks again whether to replace drafts when there are others than were shown', async () => {
  const { fake, dialog } = await open([row(1, 'Albrecht', { draftFields: 3 })]);
  await tick(dialog, 'Business phone');
  await userEvent.type(dialog.getByRole('textbox'), '+49 2');
  await tick(dialog, 'Also replace 1 edited field');
  fake.answer('selection', 'drafts', () => success([{ field: 'business_phone', count: 400 }]));
  const release = fake.hold('selection.drafts');
  await press(dialog, 'Make a draft in 1 organization');
  release();
  const box = await dialog.findByRole<HTMLInputElement>('checkbox', { name: /^Also replace 400/ });
  expect(box.checked).toBe(false);
  expect(fake.requests('drafts.fill')).not.toContainEqual(
    expect.objectContaining({ alsoOverDrafts: true }),
  );
});

it('asks about the drafts of other fields, and again after Escape', async () => {
  const { fake, state, dialog } = await open([row(1, 'Albrecht', { draftFields: 3 })]);
  const box = (shown: Dialog, count: string) =>
    shown.getByRole<HTMLInputElement>('checkbox', { name: `Also replace ${count}` });
  await tick(dialog, 'Business phone');
  await tick(dialog, 'Also replace 1 edited field');
  await tick(dialog, 'Business email');
  expect(box(dialog, '2 edited fields').checked).toBe(false);
  await tick(dialog, 'Business email');
  expect(box(dialog, '1 edited field').checked).toBe(true);
  // Others of the same field, which came while it was not shown alone.
  await tick(dialog, 'Business email');
  fake.answer('selection', 'drafts', () =>
    success([
      { field: 'business_phone', count: 4 },
      { field: 'business_email', count: 1 },
    ]),
  );
  fake.emit('changesChanged', { all: 4, toSave: 4, waiting: 0, decide: 0 });
  await dialog.findByRole('checkbox', { name: 'Also replace 5 edited fields' });
  await tick(dialog, 'Business email');
  expect(box(dialog, '4 edited fields').checked).toBe(false);
  await tick(dialog, 'Also replace 4 edited fields');
  await fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  state.dialog.show({ kind: 'fill' });
  const again = within(await screen.findByRole('dialog'));
  expect(box(again, '4 edited fields').checked).toBe(false);
});

it('makes no drafts when those that are there cannot be counted', async () => {
  const { fake, dialog } = await open();
  await tick(dialog, 'Business phone');
  await userEvent.type(dialog.getByRole('textbox'), '+49 2');
  fake.answer('selection', 'drafts', () => failed('database.busy'));
  await press(dialog, 'Make drafts in 3 organizations');
  expect((await dialog.findByRole('alert')).textContent).toContain('Another program');
  expect(fake.requests('drafts.fill')).toEqual([]);
});

it('says why no draft could be made, and keeps what was typed', async () => {
  const { fake, state, dialog } = await open();
  await tick(dialog, 'Business phone');
  await userEvent.type(dialog.getByRole('textbox'), '+49 2');
  const REASONS = {
    'batch.too-large': /^These texts are too long for so many organizations\./,
    'batch.too-many': /^This would change more than 20,000 organizations at once/,
    'profile.too-long': /^A text is too long to send\./,
  };
  for (const code of Object.keys(REASONS) as (keyof typeof REASONS)[]) {
    fake.answer('drafts', 'fill', () => failed(code));
    await press(dialog, 'Make drafts in 3 organizations');
    await dialog.findByText(REASONS[code]);
  }
  expect(state.navigation.screen).not.toBe('changes');
  // Escape keeps it, too.
  state.dialog.close();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  state.dialog.show({ kind: 'fill' });
  expect(await screen.findByRole('textbox')).toHaveProperty('value', '+49 2');
  await press(within(screen.getByRole('dialog')), 'Cancel');
  state.dialog.show({ kind: 'fill' });
  await screen.findByRole('dialog');
  expect(screen.queryByRole('textbox')).toBeNull();
});

it('sets one entry of JSON texts, and keeps what was typed for whole texts', async () => {
  const { fake, state, dialog } = await open();
  fake.answer('drafts', 'setEntry', () => success({ batchId: 'batch-2' }));
  await tick(dialog, 'Business phone');
  await userEvent.type(dialog.getByRole('textbox'), '+49 2');
  await userEvent.click(dialog.getByRole('radio', { name: 'One entry of a JSON text' }));
  await press(dialog, 'Make drafts in 3 organizations');
  dialog.getByText('Enter the name of the entry.');
  const name = dialog.getByRole('textbox', { name: 'Name of the entry' });
  expect(document.activeElement).toBe(name);
  await userEvent.type(name, 'tier');
  await userEvent.type(dialog.getByRole('textbox', { name: 'Text of the entry' }), 'gold');
  await userEvent.click(dialog.getByRole('radio', { name: 'Whole texts' }));
  expect(dialog.getByRole('textbox')).toHaveProperty('value', '+49 2');
  await userEvent.click(dialog.getByRole('radio', { name: 'One entry of a JSON text' }));
  await press(dialog, 'Make drafts in 3 organizations');
  expect(fake.requests('drafts.setEntry')).toEqual([
    { field: 'external_metadata', name: 'tier', value: 'gold', alsoOverDrafts: false },
  ]);
  expect(fake.requests('drafts.fill')).toEqual([]);
  await waitFor(() => expect(state.navigation.changesTab).toBe('to-save'));
});

it('cannot be canceled any more while drafts are made, so that what is typed next is not discarded', async () => {
  const { fake, state, dialog } = await open();
  const release = fake.hold('drafts.fill');
  await tick(dialog, 'Business phone');
  await userEvent.type(dialog.getByRole('textbox'), '+49 2');
  await press(dialog, 'Make drafts in 3 organizations');
  await press(dialog, 'Cancel');
  state.dialog.show({ kind: 'fill' });
  const shown = within(await screen.findByRole('dialog', { name: 'Fill' }));
  expect(shown.getByRole('textbox')).toHaveProperty('value', '+49 2');
  release();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});
