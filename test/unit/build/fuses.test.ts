/** Every fuse of an executable is set, or packaging fails. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readFuses, setFuses } from '../../../build/packaging/fuses.mjs';

/** What marks the fuses in every Electron (its documentation, tutorial/fuses). */
const MARK = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const SHIPPED = { debuggable: false, resetSignature: false };

/** A file with such fuses as an executable has them: 0 or 1 for each. */
function executable(fuses: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-fuses-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'electron');
  const header = Buffer.from([1, fuses.length]);
  writeFileSync(path, Buffer.concat([Buffer.from(`code ${MARK}`), header, Buffer.from(fuses)]));
  return path;
}

/** Eight fuses, as Electron 33 has them. */
const EIGHT = {
  RunAsNode: 'off',
  EnableCookieEncryption: 'off',
  EnableNodeOptionsEnvironmentVariable: 'off',
  EnableNodeCliInspectArguments: 'off',
  EnableEmbeddedAsarIntegrityValidation: 'on',
  OnlyLoadAppFromAsar: 'on',
  LoadBrowserProcessSpecificV8Snapshot: 'off',
  GrantFileProtocolExtraPrivileges: 'off',
};

it.each([
  ['eight of Electron 33', '11110011', EIGHT],
  ['nine of Electron 45', '111100110', { ...EIGHT, WasmTrapHandlers: 'on' }],
])('sets all %s', async (_, before, after) => {
  const path = executable(before);
  await setFuses(path, SHIPPED);
  expect(await readFuses(path)).toEqual(after);
});

it('leaves Playwright its one fuse in the build for the end-to-end tests', async () => {
  const path = executable('00000000');
  await setFuses(path, { ...SHIPPED, debuggable: true });
  expect(await readFuses(path)).toEqual({ ...EIGHT, EnableNodeCliInspectArguments: 'on' });
});

it('fails at a fuse that no one decided on', async () => {
  await expect(setFuses(executable('1111001100'), SHIPPED)).rejects.toThrow('10 fuses');
});
