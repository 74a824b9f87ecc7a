/** What counts as an announced hash, and which failure an error of electron-updater becomes. */
import { expect, it, vi } from 'vitest';
import { isHash, updateFailure } from '../../../src/main/updates/electron-updater-adapter';

vi.mock('electron', () => ({}));

it('accepts a SHA-512 in base64 as a hash', () => expect(isHash(`${'a'.repeat(86)}==`)).toBe(true));

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
