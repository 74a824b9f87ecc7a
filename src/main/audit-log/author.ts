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
  /** When the change was read, ms since the epoch. */
  readAt: number;
  /** The texts of the fields that changed. */
  changed: Edits;
  /** The requests with which we wrote this profile. */
  ownRequests: readonly OwnRequest[];
}

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
 * The write that changed a field to this text, or null if that is not certain. A write replaces all fields, so the
 * texts of others are carried along: it is the oldest one in an unbroken row that has this text. An older write must show
 * another text. An empty text may have left the field unchanged.
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
    // Whatever it wrote may be this text.
    else if (written === undefined && writer) return null;
    else if (written === undefined || written === '') continue;
    // It may be later than the read.
    else if (writer || write.at <= readAt) return writer;
  }
  return null;
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
 * Who made a change, or null if the log does not tell, or it was us. No log is whole: that of an organization lacks what
 * was done through its accounts, and the other way round. So a write that has the texts may only have carried along
 * what someone changed elsewhere. It counts if an older write of the same log, in the time between the two reads,
 * shows that each of the fields had another text then. Only writes of one of the change's paths count.
 */
export function authorOf(
  entries: readonly AuditEntry[],
  { paths, since, readAt, changed, ownRequests }: FoundChange,
): Author | null {
  const inTime = entries
    .filter(({ path, at }) => {
      const isInTime = at >= since - TOLERANCE_MS && at <= readAt + TOLERANCE_MS;
      return isInTime && paths.some((suffix) => path.endsWith(suffix));
    })
    .toSorted((one, other) => other.at - one.at);
  const writes: AuditEntry[] = [];
  for (const write of inTime) {
    const own = ownRequestOf(write, ownRequests);
    if (own && own.at >= readAt) continue;
    writes.push(own ? { ...write, actor: '' } : write);
    // Our own write replaced everything before it, so older writes cannot be the change.
    if (own) break;
  }
  const writers = FIELD_NAMES.flatMap((field) => {
    const text = changed[field];
    return text === undefined ? [] : [writerOf(writes, field, text, readAt)];
  });
  const author = newestIfSameActor(writers, readAt);
  if (!author || author.who === null) return null;
  return { who: author.who, via: author.via, at: author.at };
}
