/** A keychain on a keyring in memory, and the values that tests of its rules share. */
import { Keychain, type IndexId, type KeychainOptions } from '../../../src/main/keychain';
import { success } from '../../../src/shared/outcome';
import type { MemoryKeyring } from './memory-keyring';

/** Two sign-ins. */
export const ID = '0123456789abcdef';
export const OTHER = 'fedcba9876543210';

/** Outcomes: this value, this failure code. */
export const ok = (value: unknown) => ({ ok: true, value });
export const fails = (code: string) => ({ ok: false, failure: { code } });

/** The id of a sign-in by number. */
export const idOf = (n: number): string => n.toString(16).padStart(16, '0');

/** The index account of a data folder whose id already exists. */
export const INDEX = 'index:aaaaaaaaaaaaaaaa';

/** The id of that folder. */
export const indexId: IndexId = {
  read: () => success('aaaaaaaaaaaaaaaa'),
  create: () => success('aaaaaaaaaaaaaaaa'),
};

/** The keychain of that folder on this keyring. */
export function keychainOn(
  keyring: MemoryKeyring,
  options: Partial<KeychainOptions> = {},
): Keychain {
  return new Keychain({
    spawn: keyring.spawn,
    service: 'S',
    platform: 'linux',
    indexId,
    ...options,
  });
}
