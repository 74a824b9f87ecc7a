/** The walk over a folder that the tests of a running app rely on (test/e2e/support/files.ts). */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { filesIn } from '../e2e/support/files';

/** A folder with a file and two folders that have one file each. */
function sampleFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'top.txt'), '');
  for (const name of ['kept', 'temporary']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'below.txt'), '');
  }
  return folder;
}

test('leaves out a folder that vanishes after it was listed, and only that', async () => {
  const folder = sampleFolder();
  const found: string[] = [];
  for await (const path of filesIn(folder)) {
    // The first file comes before any of the folders is entered.
    rmSync(join(folder, 'temporary'), { recursive: true, force: true });
    found.push(path);
  }
  expect(found).toEqual([join(folder, 'top.txt'), join(folder, 'kept', 'below.txt')]);
});

test('rejects where a folder cannot be listed, and where the first one does not exist', async () => {
  const folder = sampleFolder();
  const walk = async (path: string): Promise<void> => {
    for await (const each of filesIn(path)) {
      if (each !== join(folder, 'top.txt')) continue;
      rmSync(join(folder, 'temporary'), { recursive: true, force: true });
      writeFileSync(join(folder, 'temporary'), '');
    }
  };
  await expect(walk(folder)).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(walk(join(folder, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
});
