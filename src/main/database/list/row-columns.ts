/**
 * What the read model stores of an entry, worked out from the entry alone: nothing depends on whether its
 * sign-in works.
 */
import { remarksOf } from '../../../shared/attention';
import { textsOf } from '../../../shared/patch';
import { FIELD_NAMES, type Edits } from '../../../shared/profile';
import { fold } from '../fold';
import type { ListEntry } from '../rows';
import { phoneDigits } from './phone';

/** Why an entry needs its person; both may be. */
export const ATTENTION = {
  /** Its profile: it was changed elsewhere, is incomplete, or there is advice. */
  profile: 1,
  /** Its pending change: the person must decide, or it is paused until its sign-in works. */
  change: 2,
} as const;

/** The columns of a row, but for its place. */
export interface RowColumns {
  name: string;
  /** Last change of the profile, ms since the epoch; 0: unknown. */
  changedAt: number;
  /** Bits of `ATTENTION`. */
  attention: number;
  draft: boolean;
  waiting: boolean;
  /** Whether looking at it settles something. */
  unviewed: boolean;
  /** Whether there is no copy of its profile yet. */
  unread: boolean;
  credentialId: string | null;
  foldedName: string;
  /** What can be found besides the name, a line for each text. */
  foldedTexts: string;
}

/** Whether a change waits for Cloudflare or for its sign-in, not for a decision. */
function isWaiting(change: ListEntry['change']): boolean {
  return change !== null && ['queued', 'waiting', 'paused'].includes(change.state);
}

/**
 * Why an entry counts among those that need attention: bits of `ATTENTION`, 0 when it does not. A sign-in
 * that is missing or does not work counts only where a change waits for it.
 */
function attentionBits({ profile, change, advice }: ListEntry): number {
  const { missing, advice: worthALook } = remarksOf({ profile, change, advice });
  const isOfProfile =
    (profile?.changedElsewhere ?? false) || missing.length > 0 || worthALook.length > 0;
  const isOfChange = change !== null && change.state !== 'queued' && change.state !== 'waiting';
  return (isOfProfile ? ATTENTION.profile : 0) | (isOfChange ? ATTENTION.change : 0);
}

/** The texts of an entry in which search looks besides its name, the one on screen first. */
export function searchedTexts({ profile, draft, change }: ListEntry): Edits[] {
  return [textsOf(draft?.patch ?? {}), textsOf(change?.patch ?? {}), profile?.fields ?? {}];
}

/** The row of an entry. */
export function columnsOf(entry: ListEntry): RowColumns {
  const { organization, profile, advice, draft, change } = entry;
  const foldedName = fold(organization.name);
  const texts = new Set<string>();
  for (const some of searchedTexts(entry)) {
    for (const field of FIELD_NAMES) texts.add(fold(some[field] ?? ''));
    texts.add(phoneDigits(fold(some.business_phone ?? '')).digits);
  }
  texts.delete('');
  texts.delete(foldedName);
  return {
    name: organization.name,
    changedAt: profile?.confirmedAt ?? 0,
    attention: attentionBits(entry),
    draft: draft !== null,
    waiting: isWaiting(change),
    unviewed: (profile?.changedElsewhere ?? false) || advice.length > 0,
    unread: profile === null,
    credentialId: organization.credentialId,
    foldedName,
    // Words of a query hold no line end, so none is found across two texts.
    foldedTexts: [...texts].join('\n'),
  };
}
