/** Whether a failed sign-in needs a new key or token. */
import type { Failure, FailureCode } from '../../shared/failure';
import { m } from '../../shared/messages';
import type { SignInKind } from '../../shared/sign-in';

const NEEDS_KEY: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'sign-in.unknown',
  'sign-in.malformed',
  'sign-in.malformed-key',
  'sign-in.refused',
  'token.malformed',
  'token.unknown',
  'token.expired',
  'keychain.lost',
]);

/** Whether a new key or token would fix the failure. */
export function needsKey(failure: Failure): boolean {
  return NEEDS_KEY.has(failure.code);
}

/** The name of the action that replaces the key or token of a sign-in. */
export function replaceKeyLabel(kind: SignInKind): string {
  return kind === 'token' ? m.sign_ins_replace_token() : m.sign_ins_replace_key();
}
