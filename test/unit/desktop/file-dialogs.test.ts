/** The folder in which file dialogs open, with a fake of Electron's dialogs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../database/temporary-database';

interface Options {
  defaultPath?: string;
  filters?: { extensions: string[] }[];
}
const electron = vi.hoisted(() => ({
  shown: [] as { defaultPath?: string; filters?: { extensions: string[] }[] }[],
  answer: null as string | null,
  questions: [] as string[],
  response: 1,
}));
vi.mock('electron', () => ({
  dialog: {
    showSaveDialog: (options: Options) => {
      electron.shown.push(options);
      return Promise.resolve({ canceled: !electron.answer, filePath: electron.answer ?? '' });
    },
    showMessageBox: ({ message }: { message: string }) => {
      electron.questions.push(message);
      return Promise.resolve({ response: electron.response });
    },
    showOpenDialog: (options: Options) => {
      electron.shown.push(options);
      const { answer } = electron;
      return Promise.resolve({ canceled: !answer, filePaths: answer ? [answer] : [] });
    },
  },
}));
const { createFileDialogs } = await import('../../../src/main/desktop/file-dialogs');

beforeEach(() => {
  electron.shown = [];
  electron.answer = null;
  electron.questions = [];
  electron.response = 1;
});

const startingPaths = () => electron.shown.map(({ defaultPath }) => defaultPath);

it('leaves the folder of the first dialog to the system, and passes only the file name', async () => {
  const dialogs = createFileDialogs(() => null);
  expect(await dialogs.open()).toBeNull();
  expect(await dialogs.save('Export', 'list', 'csv')).toBeNull();
  expect(startingPaths()).toEqual([undefined, 'list.csv']);
});

it('opens later dialogs in the folder of the file chosen last', async () => {
  const dialogs = createFileDialogs(() => null);
  electron.answer = '/shared/clients/new.csv';
  expect(await dialogs.open()).toBe('/shared/clients/new.csv');
  electron.answer = '/shared/exports/all.csv';
  expect(await dialogs.save('Export', 'list', 'csv')).toBe('/shared/exports/all.csv');
  electron.answer = null;
  await dialogs.open();
  await dialogs.save('Export', 'list', 'csv');
  expect(startingPaths()).toEqual([
    undefined,
    '/shared/clients/list.csv',
    '/shared/exports',
    '/shared/exports/list.csv',
  ]);
});

it('shows one dialog at a time; further requests count as canceled', async () => {
  const dialogs = createFileDialogs(() => null);
  electron.answer = '/shared/clients/new.csv';
  const first = dialogs.open();
  expect(await dialogs.open()).toBeNull();
  expect(await dialogs.save('Export', 'list', 'csv')).toBeNull();
  expect(electron.shown).toHaveLength(1);
  expect(await first).toBe('/shared/clients/new.csv');
  expect(await dialogs.open()).toBe('/shared/clients/new.csv');
});

it('offers both formats for an export, the chosen one first, and takes both for an import', async () => {
  const dialogs = createFileDialogs(() => null);
  await dialogs.save('Export', 'list', 'csv');
  await dialogs.save('Export', 'list', 'xlsx');
  await dialogs.open();
  const [csv, xlsx, imported] = electron.shown.map(({ filters = [] }) =>
    filters.map(({ extensions }) => extensions),
  );
  expect(csv).toEqual([['csv'], ['xlsx']]);
  expect(xlsx).toEqual([['xlsx'], ['csv']]);
  expect(startingPaths()).toEqual(['list.csv', 'list.xlsx', undefined]);
  expect(imported?.[0]).toEqual(expect.arrayContaining(['csv', 'xlsx']));
});

it('gives a file without a known extension that of the format, and asks before it replaces one', async () => {
  const dialogs = createFileDialogs(() => null);
  const folder = temporaryFolder();
  for (const name of ['list.csv', 'LIST.XLSX']) {
    electron.answer = join(folder, name);
    expect(await dialogs.save('Export', 'list', 'csv')).toBe(electron.answer);
  }
  electron.answer = join(folder, 'list of 28.11');
  expect(await dialogs.save('Export', 'list', 'xlsx')).toBe(`${electron.answer}.xlsx`);
  expect(await dialogs.save('Export', 'list', 'csv')).toBe(`${electron.answer}.csv`);
  expect(electron.questions).toEqual([]);
  writeFileSync(`${electron.answer}.csv`, 'before');
  expect(await dialogs.save('Export', 'list', 'csv')).toBeNull();
  expect(electron.questions).toEqual(['Replace “list of 28.11.csv”?']);
  electron.response = 0;
  expect(await dialogs.save('Export', 'list', 'csv')).toBe(`${electron.answer}.csv`);
});
