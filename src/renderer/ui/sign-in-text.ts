/** Texts about a sign-in: what it is, its issue and its expiry. */
import { m } from '../../shared/messages';
import type { Failure, FailureCode } from '../../shared/failure';
import { describeFailure, type FailureText } from '../../shared/messages/describe-failure';
import { pluralInputs } from '../../shared/messages/locale';
import type { SignIn, SignInKind } from '../../shared/sign-in';
import { inDays, longDateOf } from './time';

/** What a sign-in is, beside its name: the email of a key, or that it is a token. */
export function signInDetail({ kind, email }: Pick<SignIn, 'kind' | 'email'>): string {
  return kind === 'token' ? m.add_token() : email;
}

/** What to do about a token, where the usual sentence does not fit. */
const TOKEN_NEXT: Partial<Record<FailureCode, () => string>> = {
  'token.malformed': m.sign_ins_token_malformed_next,
  'token.unknown': m.sign_ins_token_unknown_next,
  'token.disabled': m.sign_ins_token_disabled_next,
  'token.expired': m.sign_ins_token_expired_next,
  'token.refused': m.sign_ins_token_refused_next,
  'sign-in.other-user': m.sign_ins_token_other_next,
  'sign-in.not-confirmed': m.sign_ins_token_not_confirmed_next,
};

/** What happened to a token, where the usual sentence speaks of a key or an email. */
const TOKEN_WHAT: Partial<Record<FailureCode, () => string>> = {
  'sign-in.other-user': m.sign_ins_token_other,
  'sign-in.not-confirmed': m.sign_ins_token_not_confirmed,
  'sign-in.confirm-later': m.sign_ins_token_confirm_later,
};

/**
 * The texts for a failure, where a sign-in of this kind can be entered or replaced: so they do not say where to
 * replace a token.
 */
export function signInFailureText(failure: Failure, kind: SignInKind): FailureText {
  const { what, next } = describeFailure(failure);
  if (kind === 'key') return { what, next };
  return {
    what: TOKEN_WHAT[failure.code]?.() ?? what,
    next: TOKEN_NEXT[failure.code]?.() ?? next,
  };
}

/** Whether the failure of entering a token belongs beside its field. */
export function isTokenFailure({ code }: Failure): boolean {
  return code.startsWith('token.');
}

/** What is wrong with a sign-in and what to do about it, or null if it works. */
export function issueText({ kind, state, issue }: SignIn): FailureText | null {
  if (!issue) return null;
  if (issue.code !== 'keychain.lost') return signInFailureText(issue, kind);
  // A session-only key was never in the keychain, so it is not missing there.
  const isOver = state === 'session-only';
  if (kind === 'token') {
    const what = isOver ? m.sign_ins_session_over_token() : m.sign_ins_token_lost();
    return { what, next: m.sign_ins_token_again() };
  }
  if (!isOver) return describeFailure(issue);
  return { what: m.sign_ins_session_over(), next: m.sign_ins_session_over_next() };
}

/** How long before its expiry a token is announced, in ms. */
const EXPIRY_NOTICE_MS = 7 * 86_400_000;

/** Whether the token of a sign-in expires within a week, or has expired; null if neither. */
export function expiryOf({ expiresAt }: SignIn, now: number): 'soon' | 'over' | null {
  if (expiresAt === null || expiresAt > now + EXPIRY_NOTICE_MS) return null;
  return expiresAt > now ? 'soon' : 'over';
}

/** When the token of a sign-in expires or expired, with the date; null if never or unknown. */
export function expiryText(signIn: SignIn, now: number): string | null {
  if (signIn.expiresAt === null) return null;
  const date = longDateOf(signIn.expiresAt);
  return expiryOf(signIn, now) === 'over'
    ? m.sign_ins_expired({ date })
    : m.sign_ins_expires({ date });
}

/** The notice about a token that expires within a week or has expired; see `expiryOf`. */
export function expiryNotice(
  { label: name, expiresAt, waiting }: SignIn,
  now: number,
): FailureText {
  const when = inDays(expiresAt ?? now, now);
  const isOver = expiresAt !== null && expiresAt <= now;
  const what = isOver
    ? m.sign_ins_expiry_over({ name, when })
    : m.sign_ins_expiry_soon({ name, when });
  const next = isOver ? m.sign_ins_expiry_over_next() : m.sign_ins_expiry_soon_next();
  if (waiting === 0) return { what, next };
  return { what, next: `${next} ${m.sign_ins_changes_wait_one(pluralInputs(waiting))}` };
}
