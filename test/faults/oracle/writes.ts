/**
 * What was sent: only texts that were submitted and not let go since, only while their job is not paused,
 * and nothing over a text of somebody else that the person did not see.
 */
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { OnDisk } from '../support/disk';
import { wasPaused } from '../support/job-record';
import type { Known, RemoteRead, RemoteText, Submission, Write } from '../support/record';

/** How old the copy may be that a write is based on, with the way there and back, ms. */
const FRESH_MS = 4_000;

/** Reads that may have been the one before a write: another may be answered in between, ms. */
const LAST_READS_MS = 600;

/** How long after a write its reading back may take, ms: three reads, pauses and slow answers. */
const READ_BACK_MS = 2_500;

/** By how much the clocks of two processes may differ, ms. */
const CLOCKS_MS = 50;

/** The reads a write may be based on, the oldest first. */
function readsBefore({ reads }: Known, { at }: Write): RemoteRead[] {
  const fresh = reads.filter((read) => read.at < at && read.at > at - FRESH_MS);
  const last = fresh.at(-1);
  return fresh.filter((read) => read === last || read.at > at - LAST_READS_MS);
}

/**
 * Every text the person had seen to arrive at this one, through all they submitted on the way. Who decided
 * about a copy has seen its text, whichever they chose.
 */
function seenFor(known: Known, field: FieldName, text: string): Set<string> {
  const found = new Set<string>();
  const look = (from: string): void => {
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
      look(seen);
    }
  };
  look(text);
  return found;
}

/** Who wrote the text a field held just before `at`. */
function authorBefore(known: Known, field: FieldName, at: number): RemoteText | undefined {
  return known.remote.filter((one) => one.field === field && one.at < at).at(-1);
}

/**
 * Whether somebody's text came between a write of ours and its reading back. The app cannot tell that
 * from a server that stores something else than it was sent: it shows what is stored, and from then on it
 * counts as seen.
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

/** Why a submission must not have been sent after a copy that was read at `readAt`, or null. */
function whyNotSent(
  known: Known,
  { revisions }: OnDisk,
  write: Write,
  field: FieldName,
  { at, job, edits }: Submission,
  readAt: number,
): string | null {
  const text = edits[field]!;
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
  const isReleased = known.released.some((since) => since > at && since < write.at);
  if (job && !isReleased && wasPaused(job, readAt, write.at)) return 'although its job is paused';
  return null;
}

/** Whether a write has a text as it was read. If somebody changed it since, the app cannot know. */
export function isCarried(known: Known, write: Write, field: FieldName): boolean {
  return readsBefore(known, write).some(({ fields }) => fields[field] === write.fields[field]);
}

/** What is wrong with one field of a write, or null. */
function judgeField(known: Known, disk: OnDisk, write: Write, field: FieldName): string | null {
  const text = write.fields[field];
  const before = write.before[field];
  const reads = readsBefore(known, write);
  if (text === before || isCarried(known, write, field)) return null;
  const submitted = known.submissions
    .filter(({ doneAt, at }) => doneAt !== null && at <= write.at)
    .filter(({ edits }) => edits[field] === text)
    .at(-1);
  if (!submitted) return `${field}: ${JSON.stringify(text)} was sent and never submitted`;
  const why = whyNotSent(known, disk, write, field, submitted, reads[0]!.at);
  if (why) return `${field}: ${JSON.stringify(text)} was sent ${why}`;
  const author = authorBefore(known, field, write.at);
  const isUnseen = author?.by === 'somebody' && reads.some(({ at }) => at < author.at);
  if (author?.by === 'app' || isUnseen) return null;
  const seen = seenFor(known, field, text);
  if (seen.has(before) || isShownAsStored(known, field, seen.add(text), author)) return null;
  return `${field}: ${JSON.stringify(before)} was overwritten unasked by ${JSON.stringify(text)}`;
}

/** What is wrong with the writes from number `first` on. */
export function judgeWrites(known: Known, disk: OnDisk, first = 0): string[] {
  return known.writes.slice(first).flatMap((write) => {
    if (readsBefore(known, write).length === 0) return ['something was sent without a fresh read'];
    return FIELD_NAMES.flatMap((field) => judgeField(known, disk, write, field) ?? []);
  });
}
