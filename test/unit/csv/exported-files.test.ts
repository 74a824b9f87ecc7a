/** Opening an exported file: only what a person chose in a save dialog, never what the window names. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createExportedFiles } from '../../../src/main/csv/exported-files';
import { temporaryFolder } from '../database/temporary-database';

const OPENED = { ok: true, value: null };
const GONE = { ok: false, failure: { code: 'file.gone' } };
const NOT_OPENED = { ok: false, failure: { code: 'file.not-opened' } };

function start({ canOpen = true } = {}) {
  const calls: string[] = [];
  const files = createExportedFiles({
    open: async (path) => {
      calls.push(`open ${path}`);
      return canOpen;
    },
    showInFolder: async (path) => void calls.push(`show ${path}`),
  });
  const path = join(temporaryFolder(), 'list.csv');
  writeFileSync(path, 'id\r\n');
  return { calls, files, path };
}

test('opens the file of an export, and shows it in its folder', async () => {
  const { calls, files, path } = start();
  const id = files.remember(path);
  expect(await files.open(id)).toEqual(OPENED);
  expect(await files.showInFolder(id)).toEqual(OPENED);
  expect(calls).toEqual([`open ${path}`, `show ${path}`]);
});

test('knows no file but those of exports, whatever the window names', async () => {
  const { calls, files, path } = start();
  files.remember(path);
  for (const id of [path, '', '__proto__', '/etc/passwd', 'file:///etc/passwd']) {
    expect(await files.open(id)).toEqual(GONE);
    expect(await files.showInFolder(id)).toEqual(GONE);
  }
  expect(calls).toEqual([]);
});

test('says when the file is gone or is a folder now', async () => {
  const { calls, files, path } = start();
  const id = files.remember(path);
  rmSync(path);
  expect(await files.open(id)).toEqual(GONE);
  mkdirSync(path);
  expect(await files.showInFolder(id)).toEqual(GONE);
  expect(calls).toEqual([]);
});

test('says when the system cannot open the file', async () => {
  const { files, path } = start({ canOpen: false });
  expect(await files.open(files.remember(path))).toEqual(NOT_OPENED);
});

test.each(['list', 'list.txt', 'list.bat', 'list.csv.desktop', 'list.sh', '.csv'])(
  'opens no file that the system could run: %s',
  async (name) => {
    const { calls, files, path } = start();
    const other = join(path, '..', name);
    writeFileSync(other, 'id\r\n');
    const id = files.remember(other);
    expect(await files.open(id)).toEqual(NOT_OPENED);
    expect(await files.showInFolder(id)).toEqual(OPENED);
    expect(calls).toEqual([`show ${other}`]);
  },
);
