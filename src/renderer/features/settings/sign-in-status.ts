/** The status of a sign-in in Settings, and what waits for it. */
import { m } from '../../../shared/messages';
import type { FailureText } from '../../../shared/messages/describe-failure';
import { pluralInputs } from '../../../shared/messages/locale';
import type { SignIn } from '../../../shared/sign-in';
import type { IconName } from '../../ui/icons';
import { timeAgo, timeOrDateAndTime } from '../../ui/time';

/** That changes wait because the sign-in only reads, and until when; null if none do. */
export function heldText({ readOnly, waiting }: SignIn): FailureText | null {
  if (readOnly === null || waiting === 0) return null;
  const counted = pluralInputs(waiting);
  return readOnly === 'refused'
    ? { what: m.sign_ins_held_refused(counted), next: '' }
    : { what: m.sign_ins_changes_wait_one(counted), next: m.sign_ins_held_chosen() };
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
