/** Texts about a sign-in: what it is, its issue, its status and its expiry. */
import { m } from '../../shared/messages';
import type { Failure, FailureCode } from '../../shared/failure';
import { describeFailure, type FailureText } from '../../shared/messages/describe-failure';
import { pluralInputs } from '../../shared/messages/locale';
import type { SignIn, SignInKind } from '../../shared/sign-in';
import type { IconName } from './icons';
import { inDays, longDateOf, timeAgo, timeOrDateAndTime } from './time';

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

/** That changes wait because the sign-in only reads; null if none do. */
export function heldText({ readOnly, waiting }: SignIn): string | null {
  if (readOnly === null || waiting === 0) return null;
  const counted = pluralInputs(waiting);
  return readOnly === 'refused'
    ? m.sign_ins_held_refused(counted)
    : m.sign_ins_held_chosen(counted);
}

/** The notice about a token that expires within a week or has expired; see `expiryOf`. */
export function expiryNotice(signIn: SignIn, now: number): FailureText {
  const { expiresAt, waiting } = signIn;
  const when = inDays(expiresAt ?? now, now);
  const unsent = waiting > 0 ? m.sign_ins_expiry_unsent(pluralInputs(waiting)) : '';
  const withUnsent = (next: string): string => `${next} ${heldText(signIn) ?? unsent}`.trim();
  if (expiresAt !== null && expiresAt <= now) {
    return {
      what: m.sign_ins_expiry_over({ when }),
      next: withUnsent(m.sign_ins_expiry_over_next()),
    };
  }
  return {
    what: m.sign_ins_expiry_soon({ when }),
    next: withUnsent(m.sign_ins_expiry_soon_next()),
  };
}

/** How the status of a sign-in is shown. `tone` selects the color. */
export interface SignInStatus {
  tone: 'good' | 'warn' | 'danger' | 'muted';
  icon: IconName;
  text: string;
}

/**
 * The status of a sign-in.
 *
 * @param now ms since the epoch
 */
export function statusOf(signIn: SignIn, now: number): SignInStatus {
  const { state, issue, issueSince, checkedAt } = signIn;
  if (state === 'storing')
    return { tone: 'muted', icon: 'clock', text: m.settings_sign_in_storing() };
  if (state === 'removing')
    return { tone: 'muted', icon: 'clock', text: m.settings_sign_in_removing() };
  const ago = checkedAt === null ? null : timeAgo(checkedAt, now);
  if (issue) {
    const broken =
      issueSince === null
        ? m.sign_ins_broken()
        : m.sign_ins_broken_since({ since: timeOrDateAndTime(issueSince, now) });
    const text = ago ? `${broken}, ${m.sign_ins_last_checked({ ago })}` : broken;
    return { tone: 'danger', icon: 'attention', text };
  }
  if (ago === null) return { tone: 'muted', icon: 'info', text: m.common_not_checked() };
  const checked = m.settings_sign_in_checked({ ago });
  return heldText(signIn) === null
    ? { tone: 'good', icon: 'check', text: `${m.settings_sign_in_works()}, ${checked}` }
    : { tone: 'warn', icon: 'attention', text: `${m.settings_sign_in_reads()}, ${checked}` };
}
