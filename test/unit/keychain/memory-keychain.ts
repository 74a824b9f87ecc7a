/** Helpers of the keychain tests: a keychain on a keyring in memory, ids and outcomes. */
import { SystemKeychain, type IndexId, type KeychainOptions } from '../../../src/main/keychain';
import { success } from '../../../src/shared/result';
import type { MemoryKeyring } from './memory-keyring';

/** Ids of two sign-ins. */
export const ID = '0123456789abcdef';
export const OTHER = 'fedcba9876543210';

/** A success with this value, and below a failure with this code. */
export const ok = (value: unknown) => ({ ok: true, value });
export const fails = (code: string) => ({ ok: false, failure: { code } });

/** The id of a sign-in by number. */
export const idOf = (n: number): string => n.toString(16).padStart(16, '0');

/** An id as the index has it. */
export const compact = (id: string): string => Buffer.from(id, 'hex').toString('base64url');

/** The ids in the text of an index; none if there is no index. */
export const listedIn = (text: unknown): string[] =>
  typeof text === 'string'
    ? text.split(',').map((word) => Buffer.from(word, 'base64url').toString('hex'))
    : [];

/** The name of the keychain entry with the index of the data folder `aaaaaaaaaaaaaaaa`. */
export const INDEX = 'index:aaaaaaaaaaaaaaaa';

/** The id of that data folder, which already exists. */
export const indexId: IndexId = {
  read: () => success('aaaaaaaaaaaaaaaa'),
  create: () => success('aaaaaaaaaaaaaaaa'),
  restore: () => success(null),
};

/** The keychain of that data folder on this keyring. */
export function keychainOn(
  keyring: MemoryKeyring,
  options: Partial<KeychainOptions> = {},
): SystemKeychain {
  return new SystemKeychain({
    spawn: keyring.spawn,
    service: 'S',
    platform: 'linux',
    indexId,
    ...options,
  });
}
