/** How a sign-in stands, in words, wherever it is named. */
import { m } from '../../../shared/messages';
import { describeFailure, type Words } from '../../../shared/messages/describe-failure';
import type { SignIn } from '../../../shared/sign-in';
import type { IconName } from '../../ui/icons';
import { timeAgo, whenFrom } from '../../ui/time';

/** What is wrong with a sign-in and what to do about it, or null while it works. */
export function issueText({ state, issue }: SignIn): Words | null {
  if (!issue) return null;
  // It was never in the keychain, so it is not missing there.
  if (state === 'session-only' && issue.code === 'keychain.lost') {
    return { what: m.sign_ins_session_over(), next: m.sign_ins_session_over_next() };
  }
  return describeFailure(issue);
}

/** How a sign-in stands: in words and a symbol, and how that is meant. */
export interface Standing {
  tone: 'good' | 'danger' | 'muted';
  icon: IconName;
  words: string;
}

/** @param now ms since the epoch */
export function standingOf({ state, issue, issueSince, checkedAt }: SignIn, now: number): Standing {
  if (state === 'storing') return { tone: 'muted', icon: 'clock', words: m.settings_storing() };
  if (state === 'removing') return { tone: 'muted', icon: 'clock', words: m.settings_removing() };
  const ago = checkedAt === null ? null : timeAgo(checkedAt, now);
  if (issue) {
    const broken =
      issueSince === null
        ? m.sign_ins_broken()
        : m.sign_ins_broken_since({ since: whenFrom(issueSince, now) });
    const words = ago ? `${broken}, ${m.sign_ins_last_checked({ ago })}` : broken;
    return { tone: 'danger', icon: 'attention', words };
  }
  if (ago === null) return { tone: 'muted', icon: 'info', words: m.settings_not_checked() };
  const words = `${m.settings_works()}, ${m.settings_checked({ ago })}`;
  return { tone: 'good', icon: 'check', words };
}
