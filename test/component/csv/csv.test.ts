/** CSV export and import in the window. */
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { expect, it } from 'vitest';
import { ROW_PROBLEMS, type Import } from '../../../src/shared/csv';
import { failed, success, type Outcome } from '../../../src/shared/outcome';
import { WHOLE_LIST } from '../../../src/shared/list-query';
import { planRow, renderImport } from './render-import';
import { deferred, FakeApi } from '../fake-api';
import { id, row } from '../samples';

const LIST = [row(1, 'Albrecht'), row(2, 'Brunn', { draftFields: 1 }), row(3, 'Casa')];
const fakeExport = (organizations = LIST.length) =>
  new FakeApi().answer('csv', 'export', () =>
    success({ exportId: 'export-1', organizations, requested: organizations }),
  );

const exportDialog = async () => within(await screen.findByRole('dialog', { name: 'Export' }));
const radios = (within: Pick<typeof screen, 'getAllByRole'>) =>
  within.getAllByRole('radio').map((radio) => radio.parentElement?.textContent.trim());

/** Exports with what the dialog suggests. */
async function exportNow(fake: FakeApi): Promise<void> {
  fake.emit('menuCommand', { command: 'export' });
  const dialog = await exportDialog();
  await userEvent.click(dialog.getByRole('button', { name: 'Export' }));
}

it('exports everything when the list shows everything, and shows the count', async () => {
  const fake = fakeExport();
  await renderImport(fake, LIST);
  fake.emit('menuCommand', { command: 'export' });
  const dialog = await exportDialog();
  dialog.getByText('All organizations (3)');
  expect(radios(dialog)).toEqual(['Excel workbook (.xlsx)', 'CSV file (.csv)']);
  await userEvent.click(dialog.getByRole('button', { name: 'Export' }));
  await screen.findByText('3 organizations exported.');
  expect(fake.requests('csv.export')).toEqual([{ which: 'all', format: 'xlsx' }]);
  await userEvent.click(screen.getByRole('button', { name: 'Close' }));
  expect(screen.queryByText('3 organizations exported.')).toBeNull();
});

it('opens the exported file or shows it in its folder, and says when it is gone', async () => {
  const fake = fakeExport()
    .answer('csv', 'openExported', () => success(null))
    .answer('csv', 'showExported', () => failed('file.gone'));
  await renderImport(fake, LIST);
  await exportNow(fake);
  await userEvent.click(await screen.findByRole('button', { name: 'Open file' }));
  expect(fake.requests('csv.openExported')).toEqual([{ exportId: 'export-1' }]);
  await userEvent.click(screen.getByRole('button', { name: 'Show in folder' }));
  expect(fake.requests('csv.showExported')).toEqual([{ exportId: 'export-1' }]);
  await screen.findByText('The exported file is no longer there.');
  screen.getByText('3 organizations exported.');
  await userEvent.click(screen.getByRole('button', { name: 'Open file' }));
  await waitFor(() => {
    expect(screen.queryByText('The exported file is no longer there.')).toBeNull();
  });
});

it('asks which organizations to export when the list is filtered or some are selected', async () => {
  const fake = fakeExport(1);
  const state = await renderImport(fake, LIST);
  state.organizations.query.filter = 'changes';
  await state.selection.toggle({ id: id(1), selected: false });
  await state.selection.toggle({ id: id(3), selected: false });
  fake.emit('menuCommand', { command: 'export' });
  const dialog = await exportDialog();
  expect(radios(dialog).slice(0, 3)).toEqual([
    'Selected organizations (2)',
    'Search results (1)',
    'All organizations (3)',
  ]);
  await userEvent.click(dialog.getByRole('radio', { name: 'Search results (1)' }));
  await userEvent.click(dialog.getByRole('radio', { name: 'CSV file (.csv)' }));
  await userEvent.click(dialog.getByRole('button', { name: 'Export' }));
  await screen.findByText('1 organization exported.');
  const which = { matching: { ...WHOLE_LIST, filter: 'changes' } };
  expect(fake.requests('csv.export')).toEqual([{ which, format: 'csv' }]);
  // The next export suggests the same format.
  fake.emit('menuCommand', { command: 'export' });
  const next = (await exportDialog()).getByRole<HTMLInputElement>('radio', { name: /CSV/ });
  expect(next.checked).toBe(true);
});

it('shows how many were skipped because they were never read', async () => {
  const fake = new FakeApi().answer('csv', 'export', () =>
    success({ exportId: 'export-1', organizations: 2, requested: 3 }),
  );
  await renderImport(fake, LIST);
  await exportNow(fake);
  await screen.findByText('2 organizations exported.');
  screen.getByText(/^1 was skipped/);
});

it('says when nothing was exported, but stays silent when no file was chosen', async () => {
  const fake = new FakeApi().answer('csv', 'export', () =>
    success({ exportId: null, organizations: 0, requested: 3 }),
  );
  const state = await renderImport(fake, LIST);
  await exportNow(fake);
  await waitFor(() => expect(state.csv.busy).toBe(false));
  expect(state.csv.status).toBeNull();
  fake.answer('csv', 'export', () => failed('file.unwritable'));
  await exportNow(fake);
  await screen.findByText('Nothing was exported.');
  screen.getByText(/cannot be written there/);
});

it('has nothing to export without organizations', async () => {
  const fake = fakeExport();
  const state = await renderImport(fake);
  expect(state.commands.can('export')).toBe(false);
  expect(state.commands.can('import')).toBe(true);
  fake.emit('menuCommand', { command: 'export' });
  await tick();
  expect(fake.requests('csv.export')).toEqual([]);
});

it('shows that a file is being imported until it is read', async () => {
  const answer = deferred<Outcome<Import | null>>();
  const fake = new FakeApi().answer('csv', 'import', () => answer.promise);
  await renderImport(fake, LIST);
  fake.emit('menuCommand', { command: 'import' });
  await screen.findByText('Importing…');
  answer.resolve(success(null));
  await waitFor(() => expect(screen.queryByText('Importing…')).toBeNull());
});

it('shows how many rows are read, and cancels, also where the file is read already', async () => {
  const answer = deferred<Outcome<Import | null>>();
  const fake = new FakeApi()
    .answer('csv', 'import', () => answer.promise)
    .answer('csv', 'cancelImport', () => success(null));
  await renderImport(fake, LIST);
  fake.emit('menuCommand', { command: 'import' });
  await screen.findByText('Importing…');
  // While the file is being chosen, there is nothing to cancel.
  expect(screen.queryByRole('button', { name: 'Cancel' })).toBeNull();
  fake.emit('importProgressChanged', 0);
  await screen.findByRole('button', { name: 'Cancel' });
  fake.emit('importProgressChanged', 12_345);
  await screen.findByText('12,345 rows read so far.');
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(fake.requests('csv.cancelImport')).toHaveLength(1);
  answer.resolve(success(FILE));
  await waitFor(() => expect(screen.queryByText('Importing…')).toBeNull());
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('closing the preview cancels the reading of another file', async () => {
  const answer = deferred<Outcome<Import | null>>();
  const answers = [success(FILE), answer.promise];
  const fake = new FakeApi()
    .answer('csv', 'import', () => answers.shift()!)
    .answer('csv', 'cancelImport', () => success(null));
  await renderImport(fake, LIST);
  fake.emit('menuCommand', { command: 'import' });
  const dialog = within(await screen.findByRole('dialog', { name: 'Import' }));
  await userEvent.click(dialog.getByRole('button', { name: 'Choose a file again' }));
  await userEvent.click(dialog.getByRole('button', { name: 'Cancel' }));
  expect(fake.requests('csv.cancelImport')).toHaveLength(1);
  answer.resolve(success(FILE));
  await waitFor(() => expect(screen.queryByText('Importing…')).toBeNull());
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('names the organization with a text that is too long for a workbook', async () => {
  const answer = { exportId: null, organizations: 0, requested: 2, tooLong: 'Brunn' };
  const fake = new FakeApi().answer('csv', 'export', () => success(answer));
  const state = await renderImport(fake, LIST);
  await state.csv.export('all', 'xlsx');
  await screen.findByText('Nothing was exported, because of “Brunn”.');
  screen.getByText(/ends in \.csv/);
});

const FILE: Import = {
  fileName: 'branches.csv',
  encoding: 'utf-8',
  planId: 'plan-9',
  rows: [planRow(1, 'Albrecht'), planRow(2, 'Brunn', 'same')],
  rowNumbers: [2, 12],
  sheets: null,
  ignoredColumns: [],
  problems: [],
  problemCount: 0,
};

async function openImport(file: Partial<Import>) {
  const fake = new FakeApi().answer('csv', 'import', () => success({ ...FILE, ...file }));
  const state = await renderImport(fake, LIST);
  fake.emit('menuCommand', { command: 'import' });
  const dialog = within(await screen.findByRole('dialog', { name: 'Import' }));
  return { fake, state, dialog };
}

it('previews what a file would change, and saves it like a bulk change', async () => {
  const { fake, state, dialog } = await openImport({});
  fake.answer('saves', 'submit', () => success({ saveId: 'save-1' }));
  dialog.getByText('File: branches.csv');
  expect(dialog.getAllByRole('row')).toHaveLength(3);
  expect(dialog.queryByRole('list')).toBeNull();
  await userEvent.click(dialog.getByRole('button', { name: 'Save for 1 organization' }));
  expect(fake.requests('saves.submit')).toEqual([{ planId: 'plan-9', entryIds: [id(1)] }]);
  expect(state.dialog.open).toBeNull();
});

it('says how many unusable rows there are, even if only the first ones are listed', async () => {
  const problems = [{ number: 2, reason: 'no-id' as const, value: '' }];
  const { dialog } = await openImport({ problems, problemCount: 2_300 });
  dialog.getByText(/2,300 rows cannot be used and will be skipped\. The first 1 are listed\./);
});

it('names the sheet of a workbook, and those with organization IDs that were not read', async () => {
  const { dialog } = await openImport({
    fileName: 'branches.xlsx',
    sheets: { read: 'May', others: ['June', 'July'] },
  });
  dialog.getByText('File: branches.xlsx, sheet “May”');
  dialog.getByText(/Only the sheet “May” will be imported\. .* not read: June and July\./);
});

it('lists unusable rows, ignored columns, and a guessed encoding', async () => {
  const { dialog } = await openImport({
    encoding: 'windows-1252',
    ignoredColumns: ['Notes', 'Color'],
    problems: ROW_PROBLEMS.map((reason, n) => ({ number: n + 2, reason, value: `value-${n}` })),
    problemCount: ROW_PROBLEMS.length,
  });
  dialog.getByText(/assumed Windows-1252/);
  dialog.getByText('Ignored columns: Notes and Color');
  dialog.getByText('7 rows cannot be used and will be skipped.');
  const list = within(dialog.getByRole('list', { name: 'Skipped rows' }));
  const lines = list.getAllByRole('listitem').map((item) => item.textContent.trim());
  expect(lines).toHaveLength(ROW_PROBLEMS.length);
  expect(lines[0]).toBe('Row 2: no organization ID.');
  expect(lines[3]).toBe('Row 5: value-3 appears in more than one row.');
});

it('has nothing to save where no row can be used', async () => {
  const { dialog } = await openImport({ rows: [] });
  dialog.getByText('None of the rows can be used. Correct the file, then import it again.');
  const save = dialog.getByRole('button', { name: 'Save for 0 organizations' });
  expect(save).toHaveProperty('disabled', true);
});

it('asks to choose the file again when its preview is out of date', async () => {
  const { fake, dialog } = await openImport({});
  fake.answer('saves', 'submit', () => failed('plan.outdated'));
  await userEvent.click(dialog.getByRole('button', { name: 'Save for 1 organization' }));
  await dialog.findByText('The preview is out of date, so nothing was changed.');
  fake.answer('csv', 'import', () =>
    success({ ...FILE, planId: 'plan-10', fileName: 'branches-2.csv' }),
  );
  await userEvent.click(dialog.getByRole('button', { name: 'Choose a file again' }));
  await screen.findByText('File: branches-2.csv');
  fake.answer('saves', 'submit', () => success({ saveId: 'save-1' }));
  await userEvent.click(screen.getByRole('button', { name: 'Save for 1 organization' }));
  expect(fake.requests('saves.submit').at(-1)).toEqual({
    planId: 'plan-10',
    entryIds: [id(1)],
  });
});

it('says in the dialog that another file was not read, and whose preview is still shown', async () => {
  const { fake, dialog } = await openImport({});
  fake.answer('csv', 'import', () => failed('import.unknown-format'));
  await userEvent.click(dialog.getByRole('button', { name: 'Choose a file again' }));
  const alert = await dialog.findByRole('alert');
  expect(alert.textContent).toContain('The preview below is still of “branches.csv”.');
  expect(alert.textContent).toContain('neither a CSV file nor an Excel workbook');
  await userEvent.click(dialog.getByRole('button', { name: 'Cancel' }));
  expect(screen.queryByText('Nothing was imported.')).toBeNull();
});

it('shows why a file was not read', async () => {
  const fake = new FakeApi().answer('csv', 'import', () => failed('import.unknown-format'));
  await renderImport(fake, LIST);
  fake.emit('menuCommand', { command: 'import' });
  await screen.findByText('Nothing was imported.');
  screen.getByText(/This is neither a CSV file nor an Excel workbook/);
  fake.answer('csv', 'import', () => success(null));
  await userEvent.click(screen.getByRole('button', { name: 'Choose a file again' }));
  await waitFor(() => expect(screen.queryByText('Nothing was imported.')).toBeNull());
});
