/** Writing a chosen file: partial writes, as when the disk becomes full; permissions; and what a killed app leaves. */
import {
  chmodSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { deleteUnfinished, writeChosenFile } from '../../../src/main/csv/files';
import { failed, success } from '../../../src/shared/result';
import { temporaryFolder } from '../database/temporary-database';

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

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test.each(['600', '640', '666'])('an existing file keeps its permissions: %s', async (octal) => {
  const mode = parseInt(octal, 8);
  const path = join(temporaryFolder(), 'list.csv');
  writeFileSync(path, 'before');
  chmodSync(path, mode);
  expect(await writeChosenFile(path, ['after'])).toEqual(success(null));
  expect(readFileSync(path, 'utf8')).toBe('after');
  expect(modeOf(path)).toBe(mode);
});

/** Starts to write and never ends, like an app that is killed meanwhile. Returns the temporary file. */
async function killedWrite(folder: string): Promise<string> {
  const before = readdirSync(folder);
  await new Promise<void>((written) => {
    const pieces = async function* (): AsyncGenerator<string> {
      yield 'details of customers';
      written();
      await new Promise(() => {});
    };
    void writeChosenFile(join(folder, 'list.csv'), pieces());
  });
  const [name] = readdirSync(folder).filter((one) => !before.includes(one));
  return join(folder, name!);
}

test('no one else can read a new file, not even while it is written', async () => {
  const folder = temporaryFolder();
  expect(modeOf(await killedWrite(folder))).toBe(0o600);
  await writeChosenFile(join(folder, 'new.csv'), ['new']);
  expect(modeOf(join(folder, 'new.csv'))).toBe(0o600);
});

test('deletes what is being written when the app quits, and leaves the file that was there', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'list.csv');
  writeFileSync(path, 'before');
  let resume = (): void => undefined;
  const quit = new Promise<void>((resolve) => (resume = resolve));
  const written = await new Promise<{ result: Promise<unknown> }>((resolve) => {
    const result = writeChosenFile(
      path,
      (async function* () {
        yield 'details of customers';
        queueMicrotask(() => resolve({ result }));
        await quit;
      })(),
    );
  });
  expect(readdirSync(folder)).toHaveLength(2);
  deleteUnfinished();
  expect(readdirSync(folder)).toEqual(['list.csv']);
  resume();
  expect(await written.result).toEqual(failed('file.unwritable'));
  expect(readdirSync(folder)).toEqual(['list.csv']);
  expect(readFileSync(path, 'utf8')).toBe('before');
});

test('writes a file with the longest name that the file system allows', async () => {
  const path = join(temporaryFolder(), `${'統'.repeat(83)}.csv`);
  expect(await writeChosenFile(path, ['text'])).toEqual(success(null));
  expect(readFileSync(path, 'utf8')).toBe('text');
});

test('deletes what a killed app left in the folder, and nothing else', async () => {
  const folder = temporaryFolder();
  const left = await killedWrite(folder);
  expect(readFileSync(left, 'utf8')).toBe('details of customers');
  const running = await killedWrite(folder);
  const others = ['.list.csv.tmp', '0123456789ab.letterhead-tmp', '.0123.letterhead-tmp'];
  for (const name of others) writeFileSync(join(folder, name), '');
  symlinkSync(running, join(folder, '.0123456789ab.letterhead-tmp'));
  const longAgo = Date.now() / 1_000 - 120;
  for (const name of [...others, basename(left)]) utimesSync(join(folder, name), longAgo, longAgo);
  await writeChosenFile(join(folder, 'next.csv'), ['next']);
  expect(readdirSync(folder).sort()).toEqual(
    [...others, '.0123456789ab.letterhead-tmp', basename(running), 'next.csv'].sort(),
  );
});
