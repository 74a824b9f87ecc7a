/** Finds out from the entries of an audit log who made a change that was found at Cloudflare. */
import type { Author } from '../../shared/history';
import { FIELD_NAMES, type Edits, type FieldName } from '../../shared/profile';
import type { AuditEntry } from '../cloudflare';
import type { OwnRequest } from '../database';

/** How far the clocks of this computer and of Cloudflare may differ, in ms. */
export const TOLERANCE_MS = 5 * 60_000;

/** A change that was found. */
export interface FoundChange {
  /** The paths of the profile, in all entries that are known to show it. In lower case. */
  paths: readonly string[];
  /** When the copy before was read, ms since the epoch. */
  since: number;
  /** When the copy before was written, according to the log; null if that is not known. */
  writtenBefore: number | null;
  /** When the change was read, ms since the epoch. */
  readAt: number;
  /** Whether a newer copy of the profile has been kept since, found or saved by us. */
  isSuperseded: boolean;
  /** The texts of the fields that changed. */
  changed: Edits;
  /** The requests with which we wrote this profile. */
  ownRequests: readonly OwnRequest[];
  /**
   * Whether the log may lack writes of this profile: that of an account has only what was written through the account.
   * Then a write counts only if the log also has its texts.
   */
  isPartial: boolean;
}

/**
 * What a log says of a change. `no-entry`: it has no write of this profile at all. `unknown`: it has some, but they
 * do not tell who made the change, or it was us.
 */
export type Finding = Author | 'no-entry' | 'unknown';

/** Letterhead's own name in a user agent, also that of another installation. */
const LETTERHEAD = /^letterhead(\/|$)/i;

/**
 * The request of ours that made a write, if we did. A request without an answer has no id to compare. So a write by
 * some Letterhead at that time, or one of which the log has no id, counts as ours: better no author than the wrong one.
 */
function ownRequestOf(
  { ray, at, userAgent }: AuditEntry,
  ownRequests: readonly OwnRequest[],
): OwnRequest | undefined {
  const isNear = (own: OwnRequest): boolean => Math.abs(own.at - at) <= TOLERANCE_MS;
  return ownRequests.find((own) => {
    if (ray === null) return isNear(own);
    if (own.ray === null) return LETTERHEAD.test(userAgent) && isNear(own);
    return own.ray === ray;
  });
}

/**
 * The write that put this text into a field, or null. A write replaces all fields, so the texts of others are carried
 * along: it is the oldest one in an unbroken row that has this text. An empty text may have left the field unchanged.
 * @param writes newest first
 */
function writerOf(
  writes: readonly AuditEntry[],
  field: FieldName,
  text: string,
  readAt: number,
): AuditEntry | null {
  let writer: AuditEntry | null = null;
  for (const write of writes) {
    const written = write.texts[field];
    if (written === text) writer = write;
    else if (written === undefined || written === '') continue;
    // It may be later than the read.
    else if (writer || write.at <= readAt) break;
  }
  return writer;
}

/** The newest of these writes, if one actor made all of them; if possible, one from before the read. */
function newestIfSameActor(
  writes: readonly (AuditEntry | null)[],
  readAt: number,
): AuditEntry | null {
  const [first = null] = writes;
  const isOne = writes.every(
    (write) => write && write.actor !== '' && write.actor === first?.actor,
  );
  if (!isOne) return null;
  const newestFirst = writes
    .filter((write) => write !== null)
    .toSorted((one, other) => other.at - one.at);
  return newestFirst.find(({ at }) => at <= readAt) ?? first;
}

/**
 * Who made a change. Only writes of one of its paths count, in the time between the two reads. If one person made
 * them, it was that person. If several did, the log must contain what they wrote: the last one wrote all five texts,
 * but may only have carried along what another one changed.
 * @param isComplete whether `entries` are all that the log has for this time
 */
export function authorOf(
  entries: readonly AuditEntry[],
  {
    paths,
    since,
    writtenBefore,
    readAt,
    isSuperseded,
    changed,
    ownRequests,
    isPartial,
  }: FoundChange,
  isComplete: boolean,
): Finding {
  const writes = entries
    .filter(({ path, at }) => {
      const isInTime = at >= since - TOLERANCE_MS && at <= readAt + TOLERANCE_MS;
      const isNew = writtenBefore === null || at > writtenBefore;
      return isInTime && isNew && paths.some((suffix) => path.endsWith(suffix));
    })
    .toSorted((one, other) => other.at - one.at);
  if (writes.length === 0) return isComplete ? 'no-entry' : 'unknown';
  const theirs: AuditEntry[] = [];
  let isKnown = isComplete;
  for (const write of writes) {
    const own = ownRequestOf(write, ownRequests);
    if (own === undefined) theirs.push(write);
    else if (own.at < readAt) {
      // Our own write replaced everything before it, so older writes cannot be the change.
      isKnown = true;
      break;
    }
  }
  if (!isKnown) return 'unknown';
  const writers = FIELD_NAMES.flatMap((field) => {
    const text = changed[field];
    return text === undefined ? [] : [writerOf(theirs, field, text, readAt)];
  });
  // Someone whose texts are all different did not make this change: the log may lack the one who did.
  const isContradicted = FIELD_NAMES.some((field) => {
    const written = theirs.flatMap(({ texts }) => texts[field] ?? []);
    return changed[field] !== undefined && written.length > 0 && !written.includes(changed[field]);
  });
  if (isContradicted) return 'unknown';
  const only = isPartial ? null : newestIfSameActor(theirs, readAt);
  // By the clocks this write is later than the read, so it may have made the next copy: then it counts only by its texts.
  const isOfNext = only !== null && isSuperseded && only.at > readAt;
  const author = (isOfNext ? null : only) ?? newestIfSameActor(writers, readAt);
  if (!author || author.who === null) return 'unknown';
  return { who: author.who, via: author.via, at: author.at };
}
