/** Writing a chosen file when the system writes less than it was given, as when the disk becomes full. */
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { writeChosenFile } from '../../../src/main/csv/files';
import { success } from '../../../src/shared/outcome';
import { temporaryFolder } from '../database/temporary-store';

/** Makes `FileHandle.write` write only the first half of a text, until the test ends. */
async function writeHalves(folder: string): Promise<void> {
  const file = await open(join(folder, 'probe'), 'w');
  const prototype = Object.getPrototypeOf(file) as { write(text: string): Promise<unknown> };
  await file.close();
  const { write } = prototype;
  const spy = vi.spyOn(prototype, 'write').mockImplementation(function (this: typeof file, text) {
    return write.call(this, text.slice(0, text.length / 2));
  });
  onTestFinished(() => spy.mockRestore());
}

test('writes the rest of a piece of which only a part was written', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'list.csv');
  await writeHalves(folder);
  expect(await writeChosenFile(path, ['first piece\n', 'zweites Stück\n'])).toEqual(success(null));
  expect(readFileSync(path, 'utf8')).toBe('first piece\nzweites Stück\n');
});
