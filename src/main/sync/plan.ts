/**
 * The decisions of sending a change, without any input or output: what to do with Cloudflare's copy
 * that was read before writing (`planSend`), and what the copy read back means (`judgeReadBack`).
 */
import { mergeProfiles } from '../../shared/merge';
import {
  FIELD_NAMES,
  mapFields,
  sameProfile,
  type FieldName,
  type Profile,
} from '../../shared/profile';
import type { OutboxRow } from '../store/tables';

/** The sides of a pending change. */
export type Change = Pick<OutboxRow, 'base' | 'desired' | 'attempted'>;

/** What to do with a pending change after reading Cloudflare's copy. */
export type Plan =
  /** The person must choose; `base` is where the merge began. */
  | { kind: 'conflict'; base: Profile }
  /** Cloudflare already holds what is wanted. */
  | { kind: 'confirm'; change: Change }
  /** Write `fields`, after storing `change`. */
  | { kind: 'write'; fields: Profile; change: Change };

/** What the copy read back after writing means. */
export type Verdict = 'confirmed' | 'not-yet' | 'different';

/** The fields a change is about. */
export function touchedFields({ base, desired }: Pick<Change, 'base' | 'desired'>): FieldName[] {
  return FIELD_NAMES.filter((field) => desired[field] !== base[field]);
}

/** Decides what to do, given Cloudflare's copy (five empty texts when there is no profile). */
export function planSend({ base, desired, attempted }: Change, theirs: Profile): Plan {
  const merge = mergeProfiles({ base, mine: desired, theirs, attempted });
  if (merge.conflicts.length > 0) return { kind: 'conflict', base: merge.base };
  // A clean merge sends `desired` in touched fields; in the others it equals the base. So `desired`
  // is what must be recognised as our own writing, and it never contains somebody else's.
  const change = { base: merge.base, desired, attempted: desired };
  if (sameProfile(merge.merged, theirs)) return { kind: 'confirm', change };
  return { kind: 'write', fields: merge.merged, change };
}

/**
 * Judges the copy read back. Only touched fields count: the others belong to whoever wrote them.
 *
 * @param before Cloudflare's copy as it was read before writing
 */
export function judgeReadBack(change: Change, before: Profile, now: Profile): Verdict {
  if (touchedFields(change).every((field) => now[field] === change.desired[field])) {
    return 'confirmed';
  }
  return sameProfile(now, before) ? 'not-yet' : 'different';
}

/**
 * A change after Cloudflare stored something else: begun from what is there now, still wanting its
 * own texts, so that trying again or editing on top sends exactly those.
 */
export function rebaseRefused(change: Change, stored: Profile): Change {
  const touched = new Set(touchedFields(change));
  const desired = mapFields((field) => (touched.has(field) ? change.desired : stored)[field]);
  return { base: stored, desired, attempted: desired };
}

/**
 * A newer change after an older one was confirmed. Fields of the older one begin from the confirmed
 * copy, fields nobody here touched follow it. A field that only the newer one touched keeps its base,
 * so that somebody else's change of it meanwhile is still noticed.
 */
export function rebaseNewer(newer: Change, sent: Change, confirmed: Profile): Change {
  const sentFields = new Set(touchedFields(sent));
  const newerFields = new Set(touchedFields(newer));
  return {
    base: mapFields((field) =>
      sentFields.has(field) || !newerFields.has(field) ? confirmed[field] : newer.base[field],
    ),
    desired: mapFields((field) =>
      sentFields.has(field) || newerFields.has(field) ? newer.desired[field] : confirmed[field],
    ),
    attempted: null,
  };
}

/**
 * A newer change after Cloudflare held something else than an older one had sent. Whether Cloudflare
 * changed the text or somebody else wrote over it cannot be told: so what is there now counts as
 * theirs, and sending the newer change asks before it is overwritten, also where that one went back to
 * the original. The older text is still recognised as ours, should it appear late.
 */
export function rebaseOverDifferent(newer: Change, sent: Change, stored: Profile): Change {
  const sentFields = new Set(touchedFields(sent));
  const newerFields = new Set(touchedFields(newer));
  const base = mapFields((field) => {
    if (!sentFields.has(field)) return (newerFields.has(field) ? newer.base : stored)[field];
    return (newer.desired[field] === sent.base[field] ? sent.desired : sent.base)[field];
  });
  return {
    base,
    desired: mapFields((field) =>
      sentFields.has(field) || newerFields.has(field) ? newer.desired[field] : stored[field],
    ),
    attempted: mapFields((field) => (sentFields.has(field) ? sent.desired : base)[field]),
  };
}
