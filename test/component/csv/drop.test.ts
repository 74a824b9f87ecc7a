/** Files dropped on the window are imported; everything else is refused with a sentence, and the page stays. */
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, onTestFinished } from 'vitest';
import type { ImportedTable } from '../../../src/shared/imports';
import { MAX_FILE_BYTES, MAX_PIECE_BYTES } from '../../../src/shared/limits';
import { failed, success, type Result } from '../../../src/shared/result';
import { importCounts, importedTable, renderImport } from './render-import';
import { deferred, FakeApi } from '../fake-api';
import { row } from '../samples';

const FILE = importedTable();

interface Item {
  kind: 'file' | 'string';
  file?: File;
  isFolder?: boolean;
}

/** A drag of these items, as Chromium reports it. Returns the event, to see what became of it. */
function drag(type: string, items: readonly Item[], target: EventTarget = document.body): Event {
  const event = new Event(type, { bubbles: true, cancelable: true });
  const dataTransfer = {
    dropEffect: 'none',
    items: items.map(({ kind, file, isFolder = false }) => ({
      kind,
      getAsFile: () => file ?? null,
      webkitGetAsEntry: () => ({ isDirectory: isFolder }),
    })),
  };
  Object.assign(event, { dataTransfer, relatedTarget: null });
  target.dispatchEvent(event);
  return event;
}

const effectOf = (event: Event): string =>
  (event as Event & { dataTransfer: { dropEffect: string } }).dataTransfer.dropEffect;
const csvFile = (text = 'id,phone\n'): Item => ({
  kind: 'file',
  file: new File([text], 'branches.csv'),
});
const TEXT: Item = { kind: 'string' };

async function start() {
  const fake = new FakeApi()
    .answer('csv', 'addContent', () => success(null))
    .answer('csv', 'importContent', () => success(FILE))
    .answer('csv', 'matchImport', () => success(importCounts()));
  const state = await renderImport(fake, [row(1, 'Albrecht')]);
  return { fake, state };
}

it('imports a dropped file: its name and content go to main, no path', async () => {
  const { fake } = await start();
  const over = drag('dragover', [csvFile()]);
  expect(over.defaultPrevented).toBe(true);
  expect(effectOf(over)).toBe('copy');
  await screen.findByText('Drop to import');
  const drop = drag('drop', [csvFile('id,phone\nx,1\n')]);
  expect(drop.defaultPrevented).toBe(true);
  await screen.findByRole('region', { name: 'Import branches.csv' });
  expect(screen.queryByText('Drop to import')).toBeNull();
  expect(fake.requests('csv.importContent')).toEqual([{ title: 'branches.csv' }]);
  const [piece] = fake.requests('csv.addContent') as [{ piece: ArrayBuffer }];
  expect(new TextDecoder().decode(piece.piece)).toBe('id,phone\nx,1\n');
});

it('hands a large file over in pieces, until one is refused or the import is canceled', async () => {
  const { fake, state } = await start();
  fake.answer('csv', 'cancelImport', () => success(null));
  const sizes = () =>
    (fake.requests('csv.addContent') as { piece: ArrayBuffer; isFirst: boolean }[]).map(
      ({ piece, isFirst }) => [piece.byteLength, isFirst],
    );
  const large = new File([new Uint8Array(2 * MAX_PIECE_BYTES + 1)], 'branches.csv');
  await state.csv.importDropped(large);
  const all = [
    [MAX_PIECE_BYTES, true],
    [MAX_PIECE_BYTES, false],
    [1, false],
  ];
  expect(sizes()).toEqual(all);
  fake.answer('csv', 'addContent', () => failed('file.too-large'));
  await state.csv.importDropped(large);
  await screen.findByText(/too large to be a list of organizations/);
  expect(sizes()).toEqual([...all, all[0]]);
  fake.answer('csv', 'addContent', () => {
    void state.csv.cancelImport();
    return success(null);
  });
  await state.csv.importDropped(large);
  expect(sizes()).toEqual([...all, all[0], all[0]]);
  expect(fake.requests('csv.importContent')).toHaveLength(1);
});

it('hides the frame when the drag leaves the window, but not between two elements', async () => {
  await start();
  drag('dragover', [csvFile()]);
  await screen.findByText('Drop to import');
  const between = new Event('dragleave', { bubbles: true });
  document.body.dispatchEvent(Object.assign(between, { relatedTarget: document.body }));
  await Promise.resolve();
  screen.getByText('Drop to import');
  drag('dragleave', [csvFile()]);
  await waitFor(() => expect(screen.queryByText('Drop to import')).toBeNull());
});

it('counts one file for an image dragged from a web page', async () => {
  const { fake } = await start();
  fake.answer('csv', 'importContent', () => failed('import.unknown-format'));
  drag('dragover', [TEXT, csvFile(), TEXT]);
  await screen.findByText('Drop to import');
  drag('drop', [TEXT, csvFile(), TEXT]);
  await screen.findByText(/This is neither a CSV file nor an Excel workbook/);
});

it.each([
  ['several files', [csvFile(), csvFile()], 'Only one file can be imported at a time.'],
  ['a folder', [{ ...csvFile(), isFolder: true }], /^A folder cannot be imported/],
  ['text', [TEXT], /^Only files can be imported/],
  ['a file that is gone', [{ kind: 'file' }], /^Only files can be imported/],
] as [string, Item[], string | RegExp][])('refuses %s with a sentence', async (_, items, text) => {
  const { fake } = await start();
  drag('dragover', items);
  expect(drag('drop', items).defaultPrevented).toBe(true);
  await screen.findByText(text);
  expect(fake.requests('csv.importContent')).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: 'Close' }));
  expect(screen.queryByText(text)).toBeNull();
});

it('says while dragging that several files are too many', async () => {
  await start();
  drag('dragover', [csvFile(), csvFile()]);
  await screen.findByText('Only one file can be imported at a time.');
  expect(screen.queryByText('Drop to import')).toBeNull();
});

it('refuses a file that is too large before reading it, and one that cannot be read', async () => {
  const { fake } = await start();
  const item = csvFile();
  let isRead = false;
  Object.defineProperty(item.file, 'size', { value: MAX_FILE_BYTES + 1, configurable: true });
  item.file!.slice = () => {
    isRead = true;
    const arrayBuffer = () => Promise.reject(new Error('not readable'));
    return Object.assign(new Blob(), { arrayBuffer });
  };
  drag('drop', [item]);
  await screen.findByText(/too large to be a list of organizations/);
  expect(isRead).toBe(false);
  Object.defineProperty(item.file, 'size', { value: MAX_FILE_BYTES });
  drag('drop', [item]);
  await screen.findByText(/The file cannot be read/);
  expect(isRead).toBe(true);
  expect(fake.requests('csv.importContent')).toEqual([]);
});

it('takes nothing while a dialog is open or a file is being read', async () => {
  const { fake, state } = await start();
  const reading = deferred<Result<ImportedTable>>();
  fake.answer('csv', 'importContent', () => reading.promise);
  drag('drop', [csvFile()]);
  await screen.findByText('Importing…');
  const isRefused = (): void => {
    const over = drag('dragover', [csvFile()]);
    expect([over.defaultPrevented, effectOf(over)]).toEqual([true, 'none']);
    expect(drag('drop', [csvFile()]).defaultPrevented).toBe(true);
  };
  isRefused();
  reading.resolve(success(FILE));
  await screen.findByRole('region', { name: 'Import branches.csv' });
  fake.emit('menuCommand', { command: 'export' });
  await screen.findByRole('dialog', { name: 'Export' });
  isRefused();
  await Promise.resolve();
  expect(screen.queryByText('Drop to import')).toBeNull();
  expect(state.csv.busy).toBe(false);
  expect(fake.requests('csv.importContent')).toHaveLength(1);
});

it('leaves text to the browser where it can go: into a text field, and within the page', async () => {
  await start();
  const field = document.body.appendChild(document.createElement('input'));
  onTestFinished(() => field.remove());
  expect(drag('dragover', [TEXT], field).defaultPrevented).toBe(false);
  expect(drag('drop', [TEXT], field).defaultPrevented).toBe(false);
  expect(drag('drop', [csvFile()], field).defaultPrevented).toBe(true);
  await fireEvent(document.body, new Event('dragstart', { bubbles: true }));
  expect(drag('dragover', [TEXT]).defaultPrevented).toBe(false);
  await fireEvent(document.body, new Event('dragend', { bubbles: true }));
  expect(drag('dragover', [TEXT]).defaultPrevented).toBe(true);
});
