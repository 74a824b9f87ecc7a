/**
 * Computes the columns of an entry's row. They do not depend on whether the entry's sign-in works, because then
 * one broken sign-in would change thousands of rows.
 */
import { remarksOf } from '../../../shared/attention';
import { entryNameOf, needsDecision, type EntryName } from '../../../shared/organization';
import { textsOf } from '../../../shared/patch';
import { FIELD_NAMES, type Edits } from '../../../shared/profile';
import { fold } from '../fold';
import type { ListEntry } from '../entries';
import { NO_GROUP } from './list-tables';
import { labelsColumn } from './row-labels';
import { phoneDigits } from './phone';

/** Bits that say why an entry needs attention. Both may be set. */
export const ATTENTION = {
  /** Its profile was changed elsewhere, is incomplete, or has advice. */
  profile: 1,
  /** Its pending change needs a decision, or is paused until its sign-in works. */
  change: 2,
} as const;

/** The columns of a row, except for its place. */
export interface RowColumns {
  /** What the list is sorted by; see `listedName`. */
  name: string;
  /** When the profile last changed, ms since the epoch; 0 if unknown. */
  changedAt: number;
  /** Bits of `ATTENTION`. */
  attention: number;
  draft: boolean;
  waiting: boolean;
  /** Whether it has a draft, or a change that Cloudflare has not confirmed. */
  changed: boolean;
  /** Whether *Mark as seen* applies: changed elsewhere, or with advice. */
  unviewed: boolean;
  /** Whether the profile was never fetched. */
  unread: boolean;
  signInId: string | null;
  /** Whether the entry is an account. */
  account: boolean;
  /** The organization above it, or null. */
  parentId: string | null;
  /**
   * The organization whose group it is in: itself if it is a parent, otherwise its parent; `''` if it has none.
   */
  groupId: string;
  /** Whether it is in the group of another organization, or in none. False for the first one of a group. */
  member: boolean;
  /** The keys of its labels; see `LABELLED`. */
  labels: string;
  foldedName: string;
  /** All searchable texts except the name, one per line. */
  foldedTexts: string;
}

/**
 * Bits of `ATTENTION`; 0 if the entry needs no attention. A missing or broken sign-in counts only if a change
 * waits for it.
 */
function attentionBits({ profile, change, advice }: ListEntry): number {
  const remarks = remarksOf({ profile, change, advice });
  const byProfile =
    (profile?.changedElsewhere ?? false) || remarks.missing.length > 0 || remarks.advice.length > 0;
  const byChange = change !== null && change.state !== 'queued' && change.state !== 'waiting';
  return (byProfile ? ATTENTION.profile : 0) | (byChange ? ATTENTION.change : 0);
}

/** The searchable texts of an entry besides its name. Draft, then pending change, then saved copy. */
export function searchedTexts({ profile, draft, change }: ListEntry): Edits[] {
  return [textsOf(draft?.patch ?? {}), textsOf(change?.patch ?? {}), profile?.fields ?? {}];
}

/**
 * The names of an entry, one per line, so that the list is sorted by both, and both are searched as names. No search
 * word matches across a line break.
 */
export function listedName({ name, organizationName }: EntryName): string {
  return organizationName === null ? name : `${organizationName}\n${name}`;
}

/**
 * Computes the row of an entry.
 * @param isParent whether it is the parent of a saved entry
 */
export function columnsOf(entry: ListEntry, isParent: boolean): RowColumns {
  const { organization, profile, advice, draft, change } = entry;
  const name = listedName(entryNameOf(organization));
  const { id, parent } = organization;
  // Cloudflare does not list an organization as its own parent. If it did, the list would show it twice.
  const parentId = parent && parent.id !== id ? parent.id : null;
  const texts = new Set<string>();
  for (const some of searchedTexts(entry)) {
    for (const field of FIELD_NAMES) texts.add(fold(some[field] ?? ''));
    texts.add(phoneDigits(fold(some.business_phone ?? '')).digits);
  }
  texts.delete('');
  const foldedNames = name.split('\n').map(fold);
  for (const foldedName of foldedNames) texts.delete(foldedName);
  return {
    name,
    changedAt: profile?.confirmedAt ?? 0,
    attention: attentionBits(entry),
    draft: draft !== null,
    waiting: change !== null && !needsDecision(change),
    changed: draft !== null || change !== null,
    unviewed: (profile?.changedElsewhere ?? false) || advice.length > 0,
    unread: profile === null,
    signInId: organization.signInId,
    account: organization.kind === 'account',
    parentId,
    groupId: isParent ? id : (parentId ?? NO_GROUP),
    member: !isParent,
    labels: labelsColumn(entry.labels),
    foldedName: foldedNames.join('\n'),
    // Search words never contain a line break, so none matches across two texts.
    foldedTexts: [...texts].join('\n'),
  };
}
