/** The way to a working key, said where a saved sign-in has stopped working. */
import type { Failure, FailureCode } from '../../shared/failure';
import { m } from '../../shared/messages';

const NEEDS_KEY: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'sign-in.unknown',
  'sign-in.malformed',
  'sign-in.malformed-key',
  'sign-in.refused',
  'keychain.lost',
]);

/** Whether another key would help. */
export function needsKey(failure: Failure): boolean {
  return NEEDS_KEY.has(failure.code);
}

/** A sentence on where a new key is entered, or '' when another key would not help. */
export function newKeyWay(failure: Failure): string {
  return needsKey(failure) ? m.sign_ins_new_key() : '';
}
