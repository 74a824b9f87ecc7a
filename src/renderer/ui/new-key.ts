/** Whether a failed sign-in needs a new key, and where to enter it. */
import type { Failure, FailureCode } from '../../shared/failure';
import { m } from '../../shared/messages';

const NEEDS_KEY: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'sign-in.unknown',
  'sign-in.malformed',
  'sign-in.malformed-key',
  'sign-in.refused',
  'keychain.lost',
]);

/** Whether a new key would fix the failure. */
export function needsKey(failure: Failure): boolean {
  return NEEDS_KEY.has(failure.code);
}

/** Where to enter a new key, or '' when a new key would not help. */
export function newKeyText(failure: Failure): string {
  return needsKey(failure) ? m.sign_ins_new_key() : '';
}
