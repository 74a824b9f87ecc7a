/** Whether a failed sign-in needs a new key or token, and where to enter it. */
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

/**
 * Where to enter a new key or token, or '' when it would not help.
 * @param kind the kind of the sign-in, if known; a failure about a token says it, too
 */
export function newKeyText(failure: Failure, kind?: SignInKind): string {
  if (!needsKey(failure)) return '';
  return kind === 'token' || failure.code.startsWith('token.')
    ? m.sign_ins_new_token()
    : m.sign_ins_new_key();
}

/** The name of the action that replaces the key or token of a sign-in. */
export function replaceKeyLabel(kind: SignInKind): string {
  return kind === 'token' ? m.sign_ins_replace_token() : m.sign_ins_replace_key();
}
