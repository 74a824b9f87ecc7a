/**
 * Replacing the app's file with an update. The file is complete at every moment, and replaced only by
 * the bytes whose hash the update server announced.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { hashOf, isHash, replaceImage } from '../../../src/main/updates/appimage';
import { updateFailure } from '../../../src/main/updates/electron-updater-adapter';
import { temporaryFolder } from '../database/temporary-store';

vi.mock('electron', () => ({}));

function files() {
  const folder = temporaryFolder();
  const image = join(folder, 'Letterhead.AppImage');
  const downloaded = join(folder, 'downloaded');
  writeFileSync(image, 'old', { mode: 0o600 });
  writeFileSync(downloaded, 'new');
  return { folder, image, downloaded };
}

it('installs the announced file under the same name, as an executable', async () => {
  const { folder, image, downloaded } = files();
  const right = await hashOf(downloaded);
  expect(isHash(right)).toBe(true);
  expect(await replaceImage(image, downloaded, ['x', right])).toBe(true);
  expect(readFileSync(image, 'utf8')).toBe('new');
  expect(statSync(image).mode & 0o777).toBe(0o755);
  expect(readdirSync(folder).sort()).toEqual(['Letterhead.AppImage', 'downloaded']);
});

it('installs no other file, and leaves nothing behind', async () => {
  const { folder, image, downloaded } = files();
  expect(await replaceImage(image, downloaded, [await hashOf(image)])).toBe(false);
  expect(await replaceImage(image, downloaded, [])).toBe(false);
  expect(readFileSync(image, 'utf8')).toBe('old');
  expect(readdirSync(folder).sort()).toEqual(['Letterhead.AppImage', 'downloaded']);
});

it('keeps the old file if the new one cannot be put in place', async () => {
  const { folder, downloaded } = files();
  const image = join(folder, 'a folder in its place');
  mkdirSync(join(image, 'full'), { recursive: true });
  await expect(replaceImage(image, downloaded, [await hashOf(downloaded)])).rejects.toThrow();
  expect(readdirSync(folder)).toHaveLength(3);
});

it.each(['', 'abc', null, undefined, 12, 'a'.repeat(88), `${'a'.repeat(85)}=== `])(
  'rejects %s as a hash',
  (text) => expect(isHash(text)).toBe(false),
);

it.each([
  [{ code: 'ERR_CHECKSUM_MISMATCH' }, 'updates.wrong-hash'],
  [{ code: 'ERR_UPDATER_NO_CHECKSUM' }, 'updates.wrong-hash'],
  [{ code: 'ERR_UPDATER_INVALID_SIGNATURE' }, 'updates.wrong-signature'],
  [{ code: 'ENOSPC', syscall: 'write', message: 'no space left' }, 'updates.not-saved'],
  [new Error('net::ERR_INTERNET_DISCONNECTED'), 'updates.unreachable'],
  [new Error('Request has been aborted by the server'), 'updates.unreachable'],
  [{ code: 'ERR_UPDATER_CHANNEL_FILE_NOT_FOUND', message: '404' }, 'updates.unreadable'],
  [{ code: 'ERR_UPDATER_INVALID_UPDATE_INFO', message: 'yaml' }, 'updates.unreadable'],
  [new TypeError('x is not a function'), 'updates.unreadable'],
])('maps %o to %s', (error, code) => expect(updateFailure(error)).toBe(code));
