/** The strip above the table: how a table is imported, guessed first, and what would come of it. */
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import type { ImportChoices, ImportCounts, ImportedTable } from '../../../src/shared/imports';
import { failed, success } from '../../../src/shared/result';
import { textOf } from '../dom';
import { deferred, FakeApi } from '../fake-api';
import { id, row } from '../samples';
import { importCounts, importedTable, renderImport } from './render-import';

async function open(
  table: ImportedTable,
  counts: () => ImportCounts = () => importCounts({ metadataNames: table.metadataNames }),
  props: Parameters<typeof renderImport>[2] = {},
) {
  const fake = new FakeApi()
    .answer('csv', 'import', () => success(table))
    .answer('csv', 'matchImport', () => success(counts()))
    .answer('csv', 'importDrafts', () => success({ batchId: 'batch-1' }))
    .answer('csv', 'cancelImport', () => success(null));
  const state = await renderImport(fake, [row(1, 'Albrecht')], props);
  fake.emit('menuCommand', { command: 'import' });
  const strip = await screen.findByRole('region', {
    name: `Import ${table.title ?? 'Pasted table'}`,
  });
  const asked = () => fake.requests('csv.matchImport').at(-1) as ImportChoices;
  const choose = async (name: string, option: string) => {
    const fold = within(strip).getByRole('button', { name: 'Import options' });
    if (fold.getAttribute('aria-expanded') === 'false') await userEvent.click(fold);
    await userEvent.selectOptions(within(strip).getByRole('combobox', { name }), option);
  };
  return { fake, state, strip, asked, choose };
}

const LIST = ['Customer', 'Customer no.', 'Telefon', 'Phone', 'Notes'];

it('opens in the table with the focus on its heading, and says what it found', async () => {
  const { state, strip } = await open(importedTable());
  expect(state.navigation.view).toBe('table');
  expect(document.activeElement).toBe(within(strip).getByRole('heading'));
  const button = await within(strip).findByRole('button', { name: 'Not imported (1)' });
  expect(button.closest('p')?.textContent.replaceAll(/\s+/g, ' ')).toMatch(
    /2 rows matched · Not imported \(1\) · 1 organization will change/,
  );
});

it('folds what is chosen already where the table is one that Letterhead exported', async () => {
  const exported = importedTable(['Organization ID', 'Business phone', 'Letterhead check']);
  const { strip } = await open(exported);
  const box = () => within(strip).queryByRole('combobox', { name: 'Match rows by' });
  const fold = within(strip).getByRole('button', { name: 'Import options' });
  expect(box()).toBeNull();
  expect(fold.getAttribute('aria-expanded')).toBe('false');
  await userEvent.click(fold);
  expect(box()).not.toBeNull();
  within(strip).getByRole('combobox', { name: 'Import Business phone into' });
});

it('folds the choices of a table from elsewhere whose headings say what every column is', async () => {
  const headings = ['Organization', 'Parent', 'Phone', 'Email'];
  const { strip, asked } = await open(importedTable(headings));
  expect(within(strip).queryByRole('combobox')).toBeNull();
  expect(asked().key).toEqual({ by: 'name', column: 0 });
  expect(asked().fields).toEqual([
    { column: 2, field: 'business_phone' },
    { column: 3, field: 'business_email' },
  ]);
  await userEvent.click(within(strip).getByRole('button', { name: 'Import options' }));
  within(strip).getByRole('combobox', { name: 'Match rows by' });
  for (const name of ['Import Phone into', 'Import Email into']) {
    await userEvent.selectOptions(within(strip).getByRole('combobox', { name }), '');
  }
  await userEvent.click(within(strip).getByRole('button', { name: 'Import options' }));
  within(strip).getByText(/^No column is imported\./);
});

it('folds the choices where the column with the ID begins with one', async () => {
  const table = importedTable(['ID', 'Phone']);
  const [key, phone] = table.columns;
  const columns = [{ ...key!, sample: id(1) }, phone!];
  const { strip, asked } = await open({ ...table, columns });
  expect(within(strip).queryByRole('combobox')).toBeNull();
  expect(asked().key).toEqual({ by: 'id', column: 0 });
  expect(asked().fields).toEqual([{ column: 1, field: 'business_phone' }]);
});

const ANY = ['Organization', 'Business phone'];

it('folds the choices of a table with unknown columns, and names them', async () => {
  const headings = [...ANY, 'Notes', 'Customer', ''];
  const { strip } = await open(importedTable(headings));
  expect(within(strip).queryByRole('combobox')).toBeNull();
  await waitFor(() =>
    expect(textOf(strip)).toMatch(
      /1 organization will change · Columns not imported: .Notes, Customer, and Column E./,
    ),
  );
});

it('folds the choices of a table of one of several sheets, below a line that says so', async () => {
  const sheets = { read: 'May', others: ['June'] };
  const { strip } = await open(importedTable(ANY, { sheets }));
  expect(within(strip).queryByRole('combobox')).toBeNull();
  within(strip).getByText(/“May” was read/);
});

it('says that the encoding was guessed only where letters depend on it', async () => {
  let isGuessed = true;
  const { strip, choose } = await open(importedTable(LIST), () => importCounts({ isGuessed }));
  await within(strip).findByText(/save the file as CSV \(UTF-8\)/);
  isGuessed = false;
  await choose('Match rows by', 'Notes');
  await waitFor(() => expect(within(strip).queryByText(/save the file as CSV/)).toBeNull());
});

it.each<[string, string[], Partial<ImportedTable>?]>([
  ['with two columns for one field', [...ANY, 'Telefon']],
  ['whose “ID” is another number', ['ID', 'Phone']],
  ['with two columns of IDs', ['ID', 'Organization ID', 'Phone']],
  ['with two columns of names', ['Organization', 'Organization', 'Phone']],
  ['without a column for a field', ['Organization ID', 'Notes', 'Letterhead check']],
  ['without an ID or a name', ['Email', 'Business phone']],
  ['matched by metadata', ['customer_no', 'Phone'], { metadataNames: ['customer_no'] }],
])('shows what can be chosen for a table %s', async (_name, headings, more = {}) => {
  const { strip } = await open(importedTable(headings, more));
  within(strip).getByRole('combobox', { name: 'Match rows by' });
});

it('guesses: the ID, then a name, then an entry of the metadata; and each field once', async () => {
  const { asked } = await open(importedTable(['Business phone', 'Organization', 'ID']));
  await waitFor(() => expect(asked().key).toEqual({ by: 'id', column: 2 }));
  expect(asked().fields).toEqual([{ column: 0, field: 'business_phone' }]);
});

it('matches by metadata whose name is like a heading', async () => {
  const { asked, choose } = await open(
    importedTable(LIST, { metadataNames: ['customer_no', 'other'] }),
  );
  const key = { by: 'metadata', column: 1, name: 'customer_no' };
  await waitFor(() => expect(asked().key).toEqual(key));
  // Of two columns for one field, the first one.
  expect(asked().fields).toEqual([{ column: 2, field: 'business_phone' }]);
  await choose('Match rows by', 'Customer');
  expect(asked().key).toEqual({ by: 'name', column: 0 });
  await choose('Compare with', 'Metadata: other');
  expect(asked().key).toEqual({ by: 'metadata', column: 0, name: 'other' });
});

it('a field goes from one column to another, and the matching column into none', async () => {
  const { asked, choose, strip } = await open(importedTable(LIST));
  await choose('Import Phone into', 'Business phone');
  expect(asked().fields).toEqual([{ column: 3, field: 'business_phone' }]);
  await choose('Match rows by', 'Phone');
  expect(asked().fields).toEqual([]);
  expect(within(strip).queryByRole('combobox', { name: 'Import Phone into' })).toBeNull();
  within(strip).getByText('No column is imported. Choose a field for at least one.');
  await choose('Empty cells', 'Clear the field');
  expect(asked().empty).toBe('clear');
});

it('makes the drafts, over drafts only if that is ticked', async () => {
  const onmade = vi.fn();
  let counts = importCounts({ changes: 2, drafts: 3 });
  const { fake, strip, asked } = await open(importedTable(), () => counts, { onmade });
  await within(strip).findByRole('button', { name: 'Make drafts in 2 organizations' });
  counts = importCounts({ changes: 5, drafts: 3 });
  await userEvent.click(
    await within(strip).findByRole('checkbox', { name: 'Also replace 3 edited fields' }),
  );
  expect(asked()).toMatchObject({ alsoOverDrafts: true });
  await userEvent.click(
    await within(strip).findByRole('button', { name: 'Make drafts in 5 organizations' }),
  );
  await waitFor(() => expect(onmade).toHaveBeenCalledWith('batch-1'));
  expect(fake.requests('csv.importDrafts')).toMatchObject([
    { importId: 'import-1', alsoOverDrafts: true },
  ]);
});

it('makes the drafts of what was chosen when it was pressed, after what was typed is saved', async () => {
  const saved = deferred<void>();
  const onmade = vi.fn();
  const { fake, strip, choose, asked } = await open(importedTable(), undefined, {
    flush: () => saved.promise,
    onmade,
  });
  await userEvent.click(
    await within(strip).findByRole('button', { name: 'Make a draft in 1 organization' }),
  );
  const release = fake.hold('csv.matchImport');
  const shown = asked();
  await choose('Empty cells', 'Clear the field');
  saved.resolve();
  await waitFor(() => expect(onmade).toHaveBeenCalledWith('batch-1'));
  expect(fake.requests('csv.importDrafts')).toEqual([shown]);
  release();
});

it('waits while profiles are unread whose metadata decide, and counts again once they are read', async () => {
  let counts = importCounts({ waits: 2 });
  const { fake, strip } = await open(
    importedTable(LIST, { metadataNames: ['Customer'] }),
    () => counts,
  );
  fake.answer('csv', 'readUnread', () => success(null));
  await within(strip).findByText(/^2 organizations have not been read yet\./);
  const make = () => within(strip).getByRole('button', { name: /^Make/ });
  expect(make()).toHaveProperty('disabled', true);
  await userEvent.click(within(strip).getByRole('button', { name: 'Read these first' }));
  expect(fake.requests('csv.readUnread')).toEqual([{ importId: 'import-1' }]);
  counts = importCounts();
  fake.emit('organizationsChanged', { ids: null, removed: [], commit: 9 } as never);
  await waitFor(() => expect(make()).toHaveProperty('disabled', false), { timeout: 3_000 });
  expect(within(strip).queryByText(/not been read yet/)).toBeNull();
});

it('counts again at most once a second while profiles are read, without a word and without locking its button', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout'] });
  try {
    let counts = importCounts();
    const { fake, strip } = await open(importedTable(), () => counts);
    const make = await within(strip).findByRole('button', {
      name: 'Make a draft in 1 organization',
    });
    const asked = () => fake.requests('csv.matchImport').length;
    const before = asked();
    const change = () =>
      fake.emit('organizationsChanged', { ids: null, removed: [], commit: 9 } as never);
    const counting = deferred<ReturnType<typeof success<ImportCounts>>>();
    fake.answer('csv', 'matchImport', () => counting.promise);
    for (let n = 0; n < 5; n += 1) change();
    await vi.advanceTimersByTimeAsync(999);
    expect(asked()).toBeLessThanOrEqual(before + 1);
    await vi.advanceTimersByTimeAsync(500);
    expect(asked()).toBe(before + 1);
    expect(make).toHaveProperty('disabled', false);
    expect(within(strip).queryByRole('status')).toBeNull();
    // A count that takes longer than a second is waited for.
    change();
    await vi.advanceTimersByTimeAsync(2_500);
    expect(asked()).toBe(before + 1);
    counts = importCounts({ changes: 2 });
    fake.answer('csv', 'matchImport', () => success(counts));
    counting.resolve(success(importCounts()));
    await vi.advanceTimersByTimeAsync(1_500);
    expect(asked()).toBe(before + 2);
    await within(strip).findByRole('button', { name: 'Make drafts in 2 organizations' });
  } finally {
    vi.useRealTimers();
  }
});

it('offers names of metadata entries that became known meanwhile', async () => {
  const { strip, choose, asked } = await open(importedTable(LIST), () =>
    importCounts({ metadataNames: ['customer_no'] }),
  );
  await within(strip).findByRole('option', { name: 'Metadata: customer_no' });
  await choose('Compare with', 'Metadata: customer_no');
  expect(asked().key).toMatchObject({ by: 'metadata', name: 'customer_no' });
});

it('says which organizations are not read, cannot be read, are read-only or wait for a decision', async () => {
  const { fake, strip } = await open(importedTable(), () =>
    importCounts({ changes: 0, unread: 2, unreadable: 3, readOnly: 1, decide: 4 }),
  );
  fake.answer('csv', 'readUnread', () => success(null));
  await waitFor(() =>
    expect(textOf(strip)).toContain('1 read-only · 4 wait for your decision · 2 not read yet'),
  );
  within(strip).getByText('3 organizations could not be read, so nothing is imported into them.');
  expect(within(strip).queryByText(/nothing would change/)).toBeNull();
  await userEvent.click(within(strip).getByRole('button', { name: 'Read these first' }));
  expect(fake.requests('csv.readUnread')).toEqual([{ importId: 'import-1' }]);
});

it('lists what cannot be used, with the row and the reason, and exports it', async () => {
  const { fake, strip } = await open(importedTable(), () => importCounts({ notImported: 2 }));
  fake
    .answer('csv', 'notImported', () =>
      success({
        total: 2,
        rows: [
          { number: 4, value: 'Nowhere Ltd', field: null, reason: 'no-match' },
          { number: 7, value: 'Albrecht', field: 'business_phone', reason: 'not-text' },
        ],
      }),
    )
    .answer('csv', 'exportNotImported', () => success({ exportId: 'export-1' }));
  const button = await within(strip).findByRole('button', {
    name: 'Not imported (2)',
  });
  button.focus();
  await userEvent.keyboard('{Enter}');
  const dialog = await screen.findByRole('dialog', { name: 'Not imported: branches.csv' });
  const items = await within(dialog).findAllByRole('listitem');
  expect(items.map(({ textContent }) => textContent)).toEqual([
    expect.stringMatching(/Row 4\s*Nowhere Ltd\s*No organization in your list matches this\./),
    expect.stringMatching(/Row 7\s*Albrecht\s·\sBusiness phone\s*The cell is a formatted number/),
  ]);
  await userEvent.click(within(dialog).getByRole('button', { name: 'Export' }));
  expect(fake.requests('csv.exportNotImported')).toEqual([
    { importId: 'import-1', format: 'xlsx' },
  ]);
  expect(fake.requests('csv.notImported')).toEqual([
    { importId: 'import-1', offset: 0, limit: 100 },
  ]);
  await userEvent.click(within(dialog).getByRole('button', { name: 'Close' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it('keeps saying why the export failed when more of what cannot be used is read', async () => {
  const { fake, strip } = await open(importedTable(), () => importCounts({ notImported: 2 }));
  const more = deferred<null>();
  const rows = [1, 2].map((number) => ({
    ...{ number, value: `Nowhere ${number}`, field: null, reason: 'no-match' as const },
  }));
  fake
    .answer('csv', 'notImported', async ({ offset }) => {
      if (offset > 0) await more.promise;
      return success({ total: 2, rows: rows.slice(offset, offset + 1) });
    })
    .answer('csv', 'exportNotImported', () => failed('file.unwritable'));
  await userEvent.click(await within(strip).findByRole('button', { name: /^Not imported/ }));
  const dialog = await screen.findByRole('dialog');
  await within(dialog).findByText('Nowhere 1');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Export' }));
  await within(dialog).findByRole('alert');
  more.resolve(null);
  await within(dialog).findByText('Nowhere 2');
  within(dialog).getByRole('alert');
});

it('asks once more, not for each choice, while main still counts', async () => {
  const { fake, choose, asked } = await open(importedTable(LIST));
  const counting = deferred<ReturnType<typeof success<ImportCounts>>>();
  fake.answer('csv', 'matchImport', () => counting.promise);
  const before = fake.requests('csv.matchImport').length;
  await choose('Match rows by', 'Notes');
  await choose('Match rows by', 'Customer no.');
  await choose('Empty cells', 'Clear the field');
  expect(fake.requests('csv.matchImport')).toHaveLength(before + 1);
  counting.resolve(success(importCounts()));
  await waitFor(() => expect(fake.requests('csv.matchImport')).toHaveLength(before + 2));
  expect(asked()).toMatchObject({ key: { column: 1 }, empty: 'clear' });
});

it('shows only the rows that would change as soon as there is one', async () => {
  const ononly = vi.fn();
  let counts = importCounts({ changes: 0 });
  const { strip, choose } = await open(importedTable(LIST), () => counts, { ononly });
  await within(strip).findByText(/nothing would change/);
  expect(ononly).not.toHaveBeenCalled();
  counts = importCounts();
  await choose('Match rows by', 'Notes');
  await waitFor(() => expect(ononly.mock.calls).toEqual([[true]]));
});

it('says what nothing would change, and why it could not be counted', async () => {
  const onplanned = vi.fn();
  const { fake, strip, choose } = await open(importedTable(), () => importCounts({ changes: 0 }), {
    onplanned,
  });
  await within(strip).findByText(/nothing would change/);
  expect(onplanned).toHaveBeenCalledOnce();
  expect(
    within(strip).getByRole('button', { name: 'Make drafts in 0 organizations' }),
  ).toHaveProperty('disabled', true);
  fake.answer('csv', 'matchImport', () => failed('import.outdated'));
  await choose('Empty cells', 'Clear the field');
  await within(strip).findByText(/This table is no longer open/);
  // The rows show what an earlier choice would change until they are read again.
  expect(onplanned).toHaveBeenCalledTimes(2);
});

it('says what was guessed: the sheet, columns that are not read, a missing check', async () => {
  const { strip } = await open(
    importedTable(['', 'Phone'], {
      sheets: { read: 'May', others: ['June', 'July'] },
      moreColumns: 3,
    }),
  );
  within(strip).getByText(/Only the sheet “May” was read\. .*: June and July\./);
  within(strip).getByText('3 more columns are not read.');
  within(strip).getByText(/^Sheet “May” · Without the column “Letterhead check”/);
  within(strip).getByRole('option', { name: 'Column A' });
});

it('says that two columns are for one field, also in an exported table, and shows which one is imported', async () => {
  const headings = ['Organization ID', 'Business phone', 'Business phone', 'Letterhead check'];
  const { strip } = await open(importedTable(headings));
  within(strip).getByText(
    'More than one column matches Business phone. Only one can be imported into each field. Make sure that the right one is chosen.',
  );
  const choices = within(strip).getAllByRole<HTMLSelectElement>('combobox', {
    name: 'Import Business phone into',
  });
  expect(choices.map(({ value }) => value)).toEqual(['business_phone', '']);
  await userEvent.selectOptions(choices[1]!, 'business_email');
  expect(within(strip).queryByText(/^More than one column/)).toBeNull();
});

it('has the column with the check, so nothing is said about it', async () => {
  const { strip } = await open(importedTable(['ID', 'Phone', 'Letterhead check']));
  expect(within(strip).queryByText(/Without the column/)).toBeNull();
});

it('pastes cells as they are instead, and forgets the table when it is canceled', async () => {
  const onpastecells = vi.fn();
  const { fake, state, strip } = await open(importedTable(LIST, { title: null }), undefined, {
    onpastecells,
  });
  await userEvent.click(within(strip).getByRole('button', { name: 'Paste as cells' }));
  expect(onpastecells).toHaveBeenCalledOnce();
  await userEvent.click(within(strip).getByRole('button', { name: 'Cancel' }));
  expect(fake.requests('csv.cancelImport')).toHaveLength(1);
  expect(state.csv.imported).toBeNull();
});
