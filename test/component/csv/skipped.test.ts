/** Rows of a plan that are left out with a reason, and the warning about texts that are to be emptied. */
import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Import } from '../../../src/shared/csv';
import type { PlanRow } from '../../../src/shared/saves';
import { success } from '../../../src/shared/outcome';
import { textOf } from '../dom';
import { FakeApi } from '../fake-api';
import { row } from '../samples';
import { planRow, renderImport } from './render-import';

/** Shows the preview of an import with these rows. */
async function openImport(rows: PlanRow[]) {
  const file: Import = {
    planId: 'plan-1',
    rows,
    rowNumbers: rows.map((_, at) => at + 2),
    fileName: 'branches.csv',
    encoding: 'utf-8',
    sheets: null,
    ignoredColumns: [],
    problems: [],
    problemCount: 0,
  };
  const fake = new FakeApi()
    .answer('csv', 'import', () => success(file))
    .answer('saves', 'submit', () => success({ saveId: 'save-1' }));
  await renderImport(fake, [row(1, 'Albrecht')]);
  fake.emit('menuCommand', { command: 'import' });
  return { fake, dialog: within(await screen.findByRole('dialog', { name: 'Import' })) };
}

const rowTexts = (dialog: Awaited<ReturnType<typeof openImport>>['dialog']) =>
  dialog.getAllByRole('row').slice(1).map(textOf);

it('says why an entry with a read-only sign-in is left out, and does not offer it', async () => {
  const { dialog } = await openImport([planRow(1, 'Albrecht'), planRow(2, 'Brunn', 'read-only')]);
  expect(rowTexts(dialog)[1]).toMatch(/^Brunn Row 3 · Read-only sign-in, skipped/);
  dialog.getByText('1 has a read-only sign-in and will be skipped.');
  expect(dialog.queryByRole('checkbox', { name: 'Include Brunn' })).toBeNull();
});

it('warns once about the fields that are to be emptied, in rows that can be saved', async () => {
  const empty = { business_phone: '', business_name: '', business_address: '' };
  const { dialog } = await openImport([
    planRow(1, 'Albrecht', 'changes', {
      before: { business_phone: '+49 1', business_name: '' },
      after: { business_phone: '', business_name: '' },
    }),
    planRow(2, 'Brunn', 'draft', { before: { business_phone: '+49 2' }, after: empty }),
    planRow(3, 'Casa', 'decide', { before: { business_address: 'A' }, after: empty }),
  ]);
  expect(textOf(dialog.getByText(/may keep the old text/))).toBe(
    'Clears Business phone in 1 organization. Cloudflare may keep the old text instead of an empty one: Business phone.',
  );
});

it('counts the emptied texts of the rows that are ticked, and names them in each row', async () => {
  const before = { business_phone: '+49 1', business_address: 'A' };
  const { dialog } = await openImport([
    planRow(1, 'Albrecht', 'changes', { before, after: { business_phone: '' } }),
    planRow(2, 'Brunn', 'changes', {
      before,
      after: { business_phone: '', business_address: '' },
    }),
    planRow(3, 'Casa', 'decide', { before, after: { business_phone: '' } }),
  ]);
  expect(rowTexts(dialog)).toEqual([
    expect.stringContaining('Albrecht Row 2 · Clears Business phone'),
    expect.stringContaining('Brunn Row 3 · Clears Business phone and Business address'),
    expect.not.stringContaining('Clears'),
  ]);
  dialog.getByText(
    /^Clears Business phone in 2 organizations\. Clears Business address in 1 organization\./,
  );
  await userEvent.click(dialog.getByRole('checkbox', { name: 'Include Brunn' }));
  dialog.getByText(/^Clears Business phone in 1 organization\. Cloudflare/);
});

it('does not warn if no text is emptied', async () => {
  const { dialog } = await openImport([planRow(1, 'Albrecht')]);
  expect(dialog.queryByText(/may keep the old text/)).toBeNull();
});
