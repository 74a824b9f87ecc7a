/** Texts about a sign-in: its issue and its status. */
import { m } from '../../shared/messages';
import { describeFailure, type FailureText } from '../../shared/messages/describe-failure';
import type { SignIn } from '../../shared/sign-in';
import type { IconName } from './icons';
import { timeAgo, timeOrDateAndTime } from './time';

/** What is wrong with a sign-in and what to do about it, or null if it works. */
export function issueText({ state, issue }: SignIn): FailureText | null {
  if (!issue) return null;
  // A session-only key was never in the keychain, so it is not missing there.
  if (state === 'session-only' && issue.code === 'keychain.lost') {
    return { what: m.sign_ins_session_over(), next: m.sign_ins_session_over_next() };
  }
  return describeFailure(issue);
}

/** How the status of a sign-in is shown. `tone` selects the color. */
export interface SignInStatus {
  tone: 'good' | 'danger' | 'muted';
  icon: IconName;
  text: string;
}

/**
 * The status of a sign-in.
 *
 * @param now ms since the epoch
 */
export function statusOf(
  { state, issue, issueSince, checkedAt }: SignIn,
  now: number,
): SignInStatus {
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
  if (ago === null) return { tone: 'muted', icon: 'info', text: m.settings_sign_in_not_checked() };
  const text = `${m.settings_sign_in_works()}, ${m.settings_sign_in_checked({ ago })}`;
  return { tone: 'good', icon: 'check', text };
}
