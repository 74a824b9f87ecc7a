/**
 * Judges writes: the app sends only texts that were submitted and not withdrawn since, only while their save is not
 * paused, and never over someone else's text that the person did not see.
 */
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { OnDisk } from '../support/disk';
import { wasPaused } from '../support/save-record';
import type { Known, RemoteRead, RemoteText, Submission, Write } from '../support/record';
import { isElsewhere } from './saved';

/** Maximum age of the copy on which a write is based, in ms, including transit. */
const FRESH_MS = 4_000;

/** All reads this shortly before a write, in ms, may be its base: a refresh may be answered in between. */
const LAST_READS_MS = 600;

/** Time limit of reading back after a write, in ms: three reads, pauses and slow answers. */
const READ_BACK_MS = 2_500;

/** Maximum difference between the clocks of two processes, in ms. */
const CLOCKS_MS = 50;

/** The reads a write may be based on, oldest first. */
export function readsBefore({ reads }: Known, { at }: Write): RemoteRead[] {
  const fresh = reads.filter((read) => read.at < at && read.at > at - FRESH_MS);
  const last = fresh.at(-1);
  return fresh.filter((read) => read === last || read.at > at - LAST_READS_MS);
}

/**
 * Every text of a field that the person saw before they submitted `text`, also before the submissions on which it
 * builds. A decision about a copy counts as having seen its text.
 */
function seenFor(known: Known, field: FieldName, text: string): Set<string> {
  const found = new Set<string>();
  const visit = (from: string): void => {
    const texts = [
      ...known.submissions
        .filter((one) => one.edits[field] === from)
        .flatMap(({ seen }) => seen[field] ?? []),
      ...known.decisions
        .filter(({ kind, texts: own }) => kind === 'mine' && own[field] === from)
        .flatMap(({ remote }) => remote?.[field] ?? []),
    ];
    for (const seen of texts) {
      if (found.has(seen)) continue;
      found.add(seen);
      visit(seen);
    }
  };
  visit(text);
  return found;
}

/** The text that a field held at Cloudflare just before `at`, and who wrote it. */
function authorBefore(known: Known, field: FieldName, at: number): RemoteText | undefined {
  return known.remote.filter((one) => one.field === field && one.at < at).at(-1);
}

/**
 * Whether someone else's text arrived between our write and its read-back. For the app that looks as if Cloudflare
 * had stored a different text. It shows that text, which then counts as seen.
 */
function isShownAsStored(
  known: Known,
  field: FieldName,
  texts: ReadonlySet<string>,
  author: RemoteText | undefined,
): boolean {
  if (!author) return false;
  const ours = known.writes.filter(({ applied, at }) => applied && at < author.at).at(-1);
  if (!ours || author.at - ours.at > READ_BACK_MS) return false;
  return texts.has(ours.fields[field]);
}

/** Why a submission must not be sent after a read at `readAt`; null if it may be. */
function whyNotSent(
  known: Known,
  { revisions }: OnDisk,
  write: Write,
  field: FieldName,
  { at, save, edits }: Submission,
  readAt: number,
): string | null {
  const text = edits[field]!;
  const { decisions } = known;
  const newer = known.submissions.find(
    (one) =>
      one.at > at && one.edits[field] !== undefined && one.doneAt !== null && one.doneAt < readAt,
  );
  if (newer && newer.edits[field] !== text) {
    return `although ${JSON.stringify(newer.edits[field])} was submitted since`;
  }
  const isDiscarded = revisions.some(
    (one) =>
      one.kind === 'discarded' &&
      one.texts[field] === text &&
      one.at > at + CLOCKS_MS &&
      one.at < readAt - CLOCKS_MS,
  );
  if (isDiscarded) return 'although it had been discarded';
  const wasWithdrawn = decisions.some(
    (one) =>
      one.kind === 'withdraw' &&
      one.fields.includes(field) &&
      one.at > at &&
      one.doneAt !== null &&
      one.doneAt < readAt,
  );
  if (wasWithdrawn) return 'although it had been withdrawn';
  const isReleased = known.released.some((since) => since > at && since < write.at);
  if (save && !isReleased && wasPaused(save, readAt, write.at))
    return 'although its save is paused';
  return null;
}

/** Whether a write repeats the text of a field as it was read. The app cannot know if someone changed it since. */
export function isCarriedOver(known: Known, write: Write, field: FieldName): boolean {
  return readsBefore(known, write).some(({ fields }) => fields[field] === write.fields[field]);
}

/** The complaint about one field of a write; null if there is none. */
function judgeField(known: Known, disk: OnDisk, write: Write, field: FieldName): string | null {
  const text = write.fields[field];
  const before = write.before[field];
  const reads = readsBefore(known, write);
  if (text === before) return null;
  const author = authorBefore(known, field, write.at);
  const isOfOtherEntry = author?.by === 'app' && isElsewhere(known, author);
  if (isCarriedOver(known, write, field)) {
    // Someone may write between our read and our write, but we may not, through another entry.
    return isOfOtherEntry
      ? `${field}: ${JSON.stringify(before)}, written through ${author.via?.name}, was put back to ${JSON.stringify(text)}`
      : null;
  }
  const submitted = known.submissions
    .filter(({ doneAt, at }) => doneAt !== null && at <= write.at)
    .filter(({ edits }) => edits[field] === text)
    .at(-1);
  if (!submitted) return `${field}: ${JSON.stringify(text)} was sent and never submitted`;
  const why = whyNotSent(known, disk, write, field, submitted, reads[0]!.at);
  if (why) return `${field}: ${JSON.stringify(text)} was sent ${why}`;
  // The app could not notice what arrived after its read, or what Cloudflare did not show through this entry yet.
  if (author?.by === 'someone' && reads.some(({ fields }) => fields[field] !== author.text))
    return null;
  if (author?.by === 'app' && !isOfOtherEntry) return null;
  const seen = seenFor(known, field, text);
  if (seen.has(before) || isShownAsStored(known, field, seen.add(text), author)) return null;
  return `${field}: ${JSON.stringify(before)} was overwritten without asking by ${JSON.stringify(text)}`;
}

/** Complaints about the writes from index `first` on. */
export function judgeWrites(known: Known, disk: OnDisk, first = 0): string[] {
  return known.writes.slice(first).flatMap((write) => {
    if (readsBefore(known, write).length === 0) return ['something was sent without a fresh read'];
    return FIELD_NAMES.flatMap((field) => judgeField(known, disk, write, field) ?? []);
  });
}
