/** The dialog *Labels*, and the filter of the list by label. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import LabelsHost from '../../src/renderer/features/labels/LabelsHost.svelte';
import { success } from '../../src/shared/result';
import { FakeApi } from './fake-api';
import { names, renderSidebar } from './list/render-sidebar';
import { id, row } from './samples';

const LIST = [row(1, 'Albrecht'), row(2, 'Brunn'), row(3, 'Casa')];

async function open(entryId: string | null, full = 0) {
  const fake = new FakeApi().setRows(LIST);
  fake.list.labels.set(id(1), ['South', 'VIP', 'أهلا']).set(id(2), ['VIP']);
  const one = { name: { name: 'Albrecht', organizationName: null }, entries: 1 };
  fake.answer('labels', 'of', () =>
    success(
      entryId === null
        ? { entries: 3, name: null, labels: [{ label: 'VIP', count: 2 }] }
        : { ...one, labels: [{ label: 'VIP', count: 1 }] },
    ),
  );
  fake.answer('labels', 'change', () => success({ full }));
  const { state, context } = await fake.loadedState();
  render(LabelsHost, { context });
  state.dialog.show({ kind: 'labels', entryId });
  const name = entryId === null ? 'Labels of 3 organizations' : 'Labels';
  const dialog = within(await screen.findByRole('dialog', { name }));
  await dialog.findByRole('checkbox', { name: 'VIP' });
  return { fake, dialog };
}

it('adds and removes labels of one organization, with the keyboard', async () => {
  const { fake, dialog } = await open(id(1));
  dialog.getByText('Albrecht');
  dialog.getByText('Labels are only on this computer. Cloudflare never sees them.');
  const field = dialog.getByRole('textbox', { name: 'Find or add a label' });
  await waitFor(() => expect(document.activeElement).toBe(field));
  await userEvent.keyboard('sou');
  expect(
    dialog.getAllByRole<HTMLInputElement>('checkbox').map(({ labels }) => labels?.[0]?.textContent),
  ).toEqual(['South']);
  await userEvent.keyboard('th{Enter}  New   one {Enter}');
  const isTicked = (name: string) =>
    dialog.getByRole<HTMLInputElement>('checkbox', { name }).checked;
  expect(['South', 'New one', 'VIP'].map(isTicked)).toEqual([true, true, true]);
  await userEvent.click(dialog.getByRole('checkbox', { name: 'VIP' }));
  expect(dialog.getByText('أهلا').dir).toBe('auto');
  // Chromium would undo into a text that was never typed, so the control is a new one.
  dialog.getByRole('textbox').focus();
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(fake.requests('labels.change')).toEqual([
    { entryId: id(1), add: ['New one', 'South'], remove: ['VIP'] },
  ]);
});

it('says how many of the selected organizations have a label, and which were left as they are', async () => {
  const { fake, dialog } = await open(null, 1);
  const box = dialog.getByRole<HTMLInputElement>('checkbox', { name: 'VIP' });
  expect(box.indeterminate).toBe(true);
  dialog.getByText('2 of 3');
  const apply = dialog.getByRole<HTMLButtonElement>('button', { name: 'Apply' });
  expect(apply.disabled).toBe(true);
  await userEvent.click(box);
  await userEvent.click(apply);
  expect(fake.requests('labels.change')).toEqual([{ entryId: null, add: ['VIP'], remove: [] }]);
  await dialog.findByText('1 organization would have too many labels and was left as it is.');
});

it('refuses a label of 10,000 characters, and more than 20, each with a sentence', async () => {
  const { dialog } = await open(id(1));
  const field = dialog.getByRole<HTMLInputElement>('textbox');
  await userEvent.click(field);
  await userEvent.paste('x'.repeat(10_000));
  dialog.getByText('A label has at most 50 characters; this one has 10,000.');
  dialog.getByText('No label contains this text.');
  const add = dialog.getByRole<HTMLButtonElement>('button', { name: 'Add' });
  expect(add.disabled).toBe(true);
  await userEvent.clear(field);
  for (let number = 1; number <= 20; number++) await userEvent.type(field, `L${number}{Enter}`);
  await dialog.findByText('An organization has at most 20 labels. Remove some first.');
  expect(dialog.getByRole<HTMLButtonElement>('button', { name: 'Apply' }).disabled).toBe(true);
});

it('applies a label that was typed and not added, too, and nothing while it is too long', async () => {
  const { fake, dialog } = await open(id(1));
  const field = dialog.getByRole<HTMLInputElement>('textbox');
  const apply = dialog.getByRole<HTMLButtonElement>('button', { name: 'Apply' });
  await userEvent.click(dialog.getByRole('checkbox', { name: 'South' }));
  await userEvent.type(field, 'x'.repeat(51));
  expect(apply.disabled).toBe(true);
  await userEvent.clear(field);
  await userEvent.click(dialog.getByRole('checkbox', { name: 'South' }));
  expect(apply.disabled).toBe(true);
  await userEvent.type(field, 'vip');
  expect(apply.disabled).toBe(true);
  await userEvent.clear(field);
  await userEvent.type(field, 'New one');
  await userEvent.click(apply);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(fake.requests('labels.change')).toEqual([
    { entryId: id(1), add: ['New one'], remove: [] },
  ]);
});

it('filters the list by label, says so when nothing is left, and resets a label that is gone', async () => {
  const fake = new FakeApi();
  fake.list.labels.set(id(1), ['South']).set(id(2), ['South', 'VIP']);
  const { state } = await renderSidebar(LIST, fake);
  const filter = await screen.findByRole<HTMLSelectElement>('combobox', { name: 'Label' });
  await waitFor(() =>
    expect([...filter.options].map(({ text }) => text)).toEqual(['All labels', 'South', 'VIP']),
  );
  await userEvent.selectOptions(filter, 'South');
  await waitFor(() => expect(names()).toEqual(['Albrecht', 'Brunn']));
  await userEvent.click(screen.getByRole('radio', { name: 'Check' }));
  await screen.findByText('Nothing under “Check, South”.');
  await userEvent.click(screen.getByRole('button', { name: 'Show all organizations' }));
  await waitFor(() => expect(names()).toHaveLength(3));
  await userEvent.selectOptions(filter, 'VIP');
  await waitFor(() => expect(names()).toEqual(['Brunn']));
  fake.list.labels.set(id(2), ['South']);
  fake.list.notifyChanged();
  await waitFor(() => expect(names()).toHaveLength(3));
  expect(state.organizations.query.label).toBeNull();
});
