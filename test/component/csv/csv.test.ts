/** CSV export and import in the window. */
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { expect, it } from 'vitest';
import type { ImportedTable } from '../../../src/shared/imports';
import { failed, success, type Result } from '../../../src/shared/result';
import { WHOLE_LIST } from '../../../src/shared/list-query';
import { importCounts, importedTable, renderImport } from './render-import';
import { deferred, FakeApi } from '../fake-api';
import { id, row } from '../samples';

const LIST = [row(1, 'Albrecht'), row(2, 'Brunn', { draftFields: 1 }), row(3, 'Casa')];
const fakeExport = (organizations = LIST.length, fileName = 'list.xlsx') =>
  new FakeApi().answer('csv', 'export', () =>
    success({
      exportId: 'export-1',
      fileName,
      organizations,
      requested: organizations,
    }),
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
  await screen.findByText('3 organizations exported to ⁨list.xlsx⁩.');
  expect(fake.requests('csv.export')).toEqual([{ which: 'all', format: 'xlsx' }]);
  await userEvent.click(screen.getByRole('button', { name: 'Close' }));
  expect(screen.queryByText('3 organizations exported to ⁨list.xlsx⁩.')).toBeNull();
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
  screen.getByText('3 organizations exported to ⁨list.xlsx⁩.');
  await userEvent.click(screen.getByRole('button', { name: 'Open file' }));
  await waitFor(() => {
    expect(screen.queryByText('The exported file is no longer there.')).toBeNull();
  });
});

it('asks which organizations to export when the list is filtered or some are selected', async () => {
  const fake = fakeExport(1, 'list.csv');
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
  await screen.findByText('1 organization exported to ⁨list.csv⁩.');
  const which = { matching: { ...WHOLE_LIST, filter: 'changes' } };
  expect(fake.requests('csv.export')).toEqual([{ which, format: 'csv' }]);
  // The next export suggests the format of that file.
  fake.emit('menuCommand', { command: 'export' });
  const next = (await exportDialog()).getByRole<HTMLInputElement>('radio', { name: /CSV/ });
  expect(next.checked).toBe(true);
});

it('shows how many were skipped because they were never read', async () => {
  const fake = new FakeApi().answer('csv', 'export', () =>
    success({ exportId: 'export-1', fileName: 'list.xlsx', organizations: 2, requested: 3 }),
  );
  await renderImport(fake, LIST);
  await exportNow(fake);
  await screen.findByText('2 organizations exported to ⁨list.xlsx⁩.');
  screen.getByText(/^1 was skipped/);
});

it('says when nothing was exported, but stays silent when no file was chosen', async () => {
  const fake = new FakeApi().answer('csv', 'export', () =>
    success({ exportId: null, fileName: null, organizations: 0, requested: 3 }),
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

it('has nothing to export or to import into without organizations', async () => {
  const fake = fakeExport();
  const state = await renderImport(fake);
  expect(state.commands.can('export')).toBe(false);
  expect(state.commands.can('import')).toBe(false);
  fake.emit('menuCommand', { command: 'export' });
  await tick();
  expect(fake.requests('csv.export')).toEqual([]);
});

it('shows that a file is being imported until it is read', async () => {
  const answer = deferred<Result<ImportedTable | null>>();
  const fake = new FakeApi().answer('csv', 'import', () => answer.promise);
  await renderImport(fake, LIST);
  fake.emit('menuCommand', { command: 'import' });
  await screen.findByText('Importing…');
  answer.resolve(success(null));
  await waitFor(() => expect(screen.queryByText('Importing…')).toBeNull());
});

it('shows how many rows are read, and cancels, also where the file is read already', async () => {
  const answer = deferred<Result<ImportedTable | null>>();
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
  answer.resolve(success(importedTable()));
  await waitFor(() => expect(screen.queryByText('Importing…')).toBeNull());
  expect(screen.queryByRole('region')).toBeNull();
});

it('shows the progress also while the table, which shows it otherwise, is not loaded yet', async () => {
  const answer = deferred<Result<ImportedTable | null>>();
  const fake = new FakeApi().answer('csv', 'import', () => answer.promise);
  const { csv, navigation } = await renderImport(fake, LIST);
  navigation.view = 'table';
  fake.emit('menuCommand', { command: 'import' });
  await screen.findByText('Importing…');
  csv.hasTable = true;
  await waitFor(() => expect(screen.queryByText('Importing…')).toBeNull());
  answer.resolve(success(null));
});

it('keeps the table that is shown while the reading of another file is canceled', async () => {
  const answers = [success(importedTable()), success(null)];
  const reading = deferred<void>();
  const fake = new FakeApi()
    .answer('csv', 'import', async () => {
      if (answers.length === 1) await reading.promise;
      return answers.shift()!;
    })
    .answer('csv', 'matchImport', () => success(importCounts()))
    .answer('csv', 'cancelImport', () => success(null));
  const state = await renderImport(fake, LIST);
  await state.csv.import();
  const shown = state.csv.imported;
  const second = state.csv.import();
  await state.csv.cancelImport();
  reading.resolve();
  await second;
  expect(state.csv.imported).toBe(shown);
  await state.csv.cancelImport();
  expect(state.csv.imported).toBeNull();
});

it('names the organization with a text that is too long for a workbook', async () => {
  const answer = {
    exportId: null,
    fileName: null,
    organizations: 0,
    requested: 2,
    tooLong: 'Brunn',
  };
  const fake = new FakeApi().answer('csv', 'export', () => success(answer));
  const state = await renderImport(fake, LIST);
  await state.csv.export('all', 'xlsx');
  await screen.findByText('Nothing was exported. The problem is in “Brunn”.');
  screen.getByText(/ends in \.csv/);
});

it('shows why a file was not read, and which', async () => {
  const failure = { code: 'import.unknown-format', file: 'Branches.csv' } as const;
  const fake = new FakeApi().answer('csv', 'import', () => ({ ok: false, failure }));
  const state = await renderImport(fake, LIST);
  fake.emit('menuCommand', { command: 'import' });
  const title = 'Nothing was imported from Branches.csv.';
  await screen.findByText(title);
  screen.getByText(/This is neither a CSV file nor an Excel workbook/);
  fake.answer('csv', 'import', () => success(null));
  await userEvent.click(screen.getByRole('button', { name: 'Choose a file again' }));
  await waitFor(() => expect(screen.queryByText(title)).toBeNull());
  fake
    .answer('csv', 'addContent', () => success(null))
    .answer('csv', 'importContent', () => failed('import.unknown-format'));
  await state.csv.importDropped(new File(['x'], 'dropped.csv'));
  await screen.findByText('Nothing was imported from dropped.csv.');
  await state.csv.importPasted('x');
  await screen.findByText('Nothing was imported.');
});
