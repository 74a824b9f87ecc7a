/** The dialog *Change a field*: fields, preview, conflicting drafts and changes, submitting. */
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { PlanRow } from '../../../src/shared/saves';
import { failed, success } from '../../../src/shared/outcome';
import { textOf } from '../dom';
import { FakeApi } from '../fake-api';
import { id, row } from '../samples';
import { planRow, renderBulk, sampleSave } from './render-bulk';

async function open(rows: PlanRow[] = [planRow(1, 'Albrecht')], fake = new FakeApi()) {
  if (!fake.scripted('saves.plan')) {
    fake.answer('saves', 'plan', () => success({ planId: 'plan-1', rows }));
  }
  const state = await renderBulk(fake, [row(1, 'Albrecht'), row(2, 'Brunn'), row(3, 'Casa')]);
  await state.selection.selectAll();
  state.saves.show({ kind: 'change' });
  const dialog = await screen.findByRole('dialog', { name: 'Change a field' });
  return { fake, state, dialog: within(dialog) };
}

type Dialog = Awaited<ReturnType<typeof open>>['dialog'];
const press = (dialog: Dialog, name: string) =>
  userEvent.click(dialog.getByRole('button', { name }));

async function previewPhone(dialog: Dialog): Promise<void> {
  await userEvent.click(dialog.getByRole('checkbox', { name: 'Business phone' }));
  await userEvent.type(dialog.getByRole('textbox'), '+49 2');
  await press(dialog, 'Preview changes');
  await dialog.findByRole('button', { name: /^Save for/ });
}

it('requires a text for each selected field, and never treats an empty text as clearing', async () => {
  const { fake, dialog } = await open();
  dialog.getByText(/^For 3 organizations\./);
  expect(dialog.getByRole('button', { name: 'Preview changes' })).toHaveProperty('disabled', true);
  await userEvent.click(dialog.getByRole('checkbox', { name: 'Business phone' }));
  const text = dialog.getByRole('textbox', { name: 'New text for Business phone' });
  await waitFor(() => expect(document.activeElement).toBe(text));
  await press(dialog, 'Preview changes');
  dialog.getByText('Enter the new text, or select “Clear this field”.');
  expect(fake.requests('saves.plan')).toEqual([]);

  await userEvent.type(text, '030 1');
  dialog.getByText(/No country code/);
  await userEvent.click(dialog.getByRole('checkbox', { name: 'Business address' }));
  const address = dialog.getByRole('textbox', { name: 'New text for Business address' });
  expect(address.tagName).toBe('TEXTAREA');
  await userEvent.type(address, 'A 1{Enter}B');
  await userEvent.click(dialog.getByRole('checkbox', { name: 'Business email' }));
  await userEvent.click(dialog.getAllByRole('checkbox', { name: 'Clear this field' })[0]!);
  await press(dialog, 'Preview changes');
  expect(fake.requests('saves.plan')).toEqual([
    {
      edits: { business_email: '', business_phone: '030 1', business_address: 'A 1\nB' },
    },
  ]);
});

it('shows all changes, skips drafts and unconfirmed changes unless included, and saves what it showed', async () => {
  const { fake, state, dialog } = await open([
    planRow(1, 'Albrecht'),
    planRow(2, 'Brunn', 'draft'),
    planRow(3, 'Casa', 'waiting'),
    planRow(4, 'Delmar', 'same'),
    planRow(5, 'Elba', 'unread'),
    planRow(6, 'Fano', 'decide'),
  ]);
  fake.answer('saves', 'submit', () => success({ saveId: 'save-1' }));
  await previewPhone(dialog);
  const rows = dialog.getAllByRole('row').slice(1);
  expect(rows.map(textOf)).toEqual([
    expect.stringMatching(/^Brunn Has a draft here .*\+49 1.*\+49 2/),
    expect.stringMatching(/^Casa Has an unconfirmed change here .*\+49 1.*\+49 2/),
    expect.stringMatching(/^Albrecht .*\+49 1.*\+49 2/),
    expect.stringMatching(/^Fano Waiting for your decision, skipped .*\+49 1.*\+49 2/),
    expect.stringMatching(/^Elba Never read, skipped .*unknown.*\+49 2/),
    'Delmar No change',
  ]);
  dialog.getByText(/1 organization will change\./);
  dialog.getByText(/1 already has these texts/);
  dialog.getByText(/1 has never been read from Cloudflare/);
  dialog.getByText(/1 has a change waiting for your decision/);
  expect(dialog.queryByRole('checkbox', { name: 'Include Fano' })).toBeNull();
  dialog.getByRole('button', { name: 'Save for 1 organization' });

  const all = dialog.getByRole('checkbox', {
    name: 'Include all 2 with a draft or unconfirmed change',
  });
  await userEvent.click(all);
  dialog.getByRole('button', { name: 'Save for 3 organizations' });
  await userEvent.click(dialog.getByRole('checkbox', { name: 'Include Casa' }));
  expect(all).toHaveProperty('indeterminate', true);
  await press(dialog, 'Save for 2 organizations');
  expect(fake.requests('saves.submit')).toEqual([{ planId: 'plan-1', entryIds: [id(1), id(2)] }]);
  expect(state.saves.dialog).toBeNull();
  await waitFor(() => expect(fake.list.selected).toEqual([]));
  fake.emit('savesChanged', [sampleSave()]);
  const save = await screen.findByRole('group', { name: 'Change: Business phone' });
  await waitFor(() => expect(document.activeElement).toBe(save));
});

it('creates a new preview when it is out of date', async () => {
  let plans = 0;
  const fake = new FakeApi()
    .answer('saves', 'plan', () =>
      success({ planId: `plan-${(plans += 1)}`, rows: [planRow(plans, `Name ${plans}`)] }),
    )
    .answer('saves', 'submit', () => failed('plan.outdated'));
  const { dialog } = await open([], fake);
  await previewPhone(dialog);
  await press(dialog, 'Save for 1 organization');
  await dialog.findByText(/The preview was out of date/);
  dialog.getByText('Name 2');
  fake.answer('saves', 'submit', () => failed('database.full'));
  await press(dialog, 'Save for 1 organization');
  await dialog.findByText(/The disk is full/);
  expect(fake.requests('saves.submit')).toEqual([
    { planId: 'plan-1', entryIds: [id(1)] },
    { planId: 'plan-2', entryIds: [id(2)] },
  ]);
});

it('keeps typed text after Back and Escape, and discards it on Cancel', async () => {
  const { state, dialog } = await open();
  await previewPhone(dialog);
  await press(dialog, 'Back to the fields');
  expect(dialog.getByRole('textbox')).toHaveProperty('value', '+49 2');
  const cancel = new Event('cancel', { cancelable: true });
  screen.getByRole('dialog').dispatchEvent(cancel);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  state.saves.show({ kind: 'change' });
  expect(await screen.findByRole('textbox')).toHaveProperty('value', '+49 2');
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  state.saves.show({ kind: 'change' });
  await screen.findByRole('checkbox', { name: 'Business phone' });
  expect(screen.queryByRole('textbox')).toBeNull();
});

it('shows in the dialog why there is no preview', async () => {
  const fake = new FakeApi().answer('saves', 'plan', () => failed('database.busy'));
  const { dialog } = await open([], fake);
  await userEvent.click(dialog.getByRole('checkbox', { name: 'Business phone' }));
  await userEvent.click(dialog.getByRole('checkbox', { name: 'Clear this field' }));
  await press(dialog, 'Preview changes');
  expect((await dialog.findByRole('alert')).textContent).toContain('Another program');
});

it('renders only a few of 10,000 rows', async () => {
  const many = Array.from({ length: 10_000 }, (_, n) => planRow(n + 1, `Name ${n}`));
  const { dialog } = await open(many);
  await previewPhone(dialog);
  dialog.getByRole('button', { name: 'Save for 10,000 organizations' });
  expect(dialog.getAllByRole('row', { hidden: true }).length).toBeLessThan(100);
});
