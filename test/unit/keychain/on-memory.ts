/** A keychain on a keyring in memory, and what the tests of its rules name. */
import { Keychain, type KeychainOptions } from '../../../src/main/keychain';
import type { MemoryKeyring } from './memory-keyring';

/** Two sign-ins. */
export const ID = '0123456789abcdef';
export const OTHER = 'fedcba9876543210';

/** Outcomes: this value, this failure code. */
export const ok = (value: unknown) => ({ ok: true, value });
export const fails = (code: string) => ({ ok: false, failure: { code } });

/** The id of a sign-in by number. */
export const idOf = (n: number): string => n.toString(16).padStart(16, '0');

/** The keychain room on this keyring. */
export function keychainOn(
  keyring: MemoryKeyring,
  options: Partial<KeychainOptions> = {},
): Keychain {
  return new Keychain({ spawn: keyring.spawn, service: 'S', platform: 'linux', ...options });
}
