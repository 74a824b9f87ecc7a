/**
 * Judges submitted changes: every submitted text is pending, was at Cloudflare, or is in the history. The text that
 * was submitted last for a field may be in the history alone only if the person decided so.
 */
import { touchedFields } from '../../../src/shared/patch';
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import { isPending, isRemembered, type OnDisk } from '../support/disk';
import { keptSince, wasCanceled } from '../support/save-record';
import type { Known, Submission } from '../support/record';

/** How long before a moment text may have been typed that is stored after it, in ms. */
const TYPED_BEFORE_MS = 2_000;

/** How far the clock of the app and ours may be apart, in ms. */
const CLOCK_SLACK_MS = 50;

/** Whether Cloudflare held a text in a field at the time `since` or later. */
function wasRemoteSince(known: Known, field: FieldName, text: string, since: number): boolean {
  const texts = known.remote.filter((one) => one.field === field);
  const then = texts.filter(({ at }) => at <= since).at(-1);
  return then?.text === text || texts.some((one) => one.at > since && one.text === text);
}

/** Whether a text of a submission is pending, was at Cloudflare, or did not need sending. */
function isDelivered(
  known: Known,
  disk: OnDisk,
  { edits, at, settled }: Submission,
  field: FieldName,
): boolean {
  const text = edits[field]!;
  return (
    isPending(disk, field, text) || settled.has(field) || wasRemoteSince(known, field, text, at)
  );
}

/** Whether an unanswered submission happened: every one of its texts has left a trace. */
export function reached(known: Known, disk: OnDisk, submission: Submission): boolean {
  const { edits, at } = submission;
  // An older revision with the same text says nothing about this submission.
  const since = disk.revisions.filter((one) => one.at >= at - CLOCK_SLACK_MS);
  // It would have replaced an older text that is still pending.
  const isOlderPending = (field: FieldName): boolean =>
    known.submissions.some(
      (one) =>
        one.at < at &&
        one.edits[field] !== undefined &&
        one.edits[field] !== edits[field] &&
        isPending(disk, field, one.edits[field]),
    );
  return touchedFields(edits).every(
    (field) =>
      !isOlderPending(field) &&
      (isDelivered(known, disk, submission, field) ||
        since.some(({ texts }) => texts[field] === edits[field]) ||
        known.saved[field].has(edits[field]!)),
  );
}

/** Whether the text of a submission was withdrawn: by a decision, with its save, or because no one vouched for it. */
export function isWithdrawn(
  known: Known,
  { at, save, draftFrom = null }: Pick<Submission, 'at' | 'save'> & Partial<Submission>,
  field: FieldName,
): boolean {
  if (draftFrom !== null || (save && wasCanceled(save))) return true;
  return known.decisions.some(
    (one) => one.at >= at && one.kind !== 'mine' && one.fields.includes(field),
  );
}

/**
 * When a text that was not sent first became a draft again: its save was canceled, it was withdrawn, or its run had not read
 * the key. Null: never.
 */
function draftSince(
  { decisions }: Known,
  { at, save, draftFrom }: Submission,
  field: FieldName,
): number | null {
  const withdrawn = decisions.find(
    (one) => one.kind === 'withdraw' && one.at >= at && one.fields.includes(field),
  );
  const kept = save && keptSince(save);
  const first = Math.min(...[withdrawn?.at, kept, draftFrom].map((one) => one ?? Infinity));
  return Number.isFinite(first) ? first : null;
}

/** Whether the text of a canceled save or a withdrawn change is a draft, or was one until the person changed it. */
function isKept(known: Known, { draft }: OnDisk, own: Submission, field: FieldName): boolean {
  const { typedAt } = known;
  const { edits } = own;
  const since = draftSince(known, own, field);
  if (since === null) return false;
  const typed = typedAt[field];
  // Text typed just before may be stored just after.
  const isChanged = typed !== undefined && typed > since - TYPED_BEFORE_MS;
  return isChanged || draft?.patch[field]?.text === edits[field];
}

/**
 * Whether a text that was to be a draft again, as its save was canceled, is in the history instead, although the person has
 * done nothing else about it.
 */
function wasNotKept(known: Known, disk: OnDisk, own: Submission, field: FieldName): boolean {
  const { save, edits, at, draftFrom } = own;
  const canceled = save?.actions.filter(({ kind }) => kind === 'cancel') ?? [];
  const [first] = canceled;
  const since = first?.at;
  if (since === undefined || draftFrom !== null) return false;
  if (!canceled.every(({ then }) => then === 'keep')) return false;
  const { decisions, submissions, typedAt } = known;
  const isNewer = (typedAt[field] ?? at) > at || submissions.some((one) => one.at > at);
  if (isNewer || decisions.some((one) => one.at > at)) return false;
  return (
    disk.draft?.patch[field] === undefined &&
    disk.revisions.some(
      ({ kind, texts, at: then }) =>
        kind === 'discarded' && texts[field] === edits[field] && then > since - CLOCK_SLACK_MS,
    )
  );
}

/** The newest submission of a field, or null. */
export function newestOf(known: Known, field: FieldName): Submission | null {
  const done = known.submissions.filter((one) => one.doneAt !== null);
  return done.filter(({ edits }) => edits[field] !== undefined).at(-1) ?? null;
}

/** Complaints about the submitted changes of an organization. */
export function judgeSubmissions(known: Known, disk: OnDisk): string[] {
  const lost = known.submissions
    .filter(({ doneAt }) => doneAt !== null)
    .flatMap((submission) =>
      touchedFields(submission.edits)
        .filter((field) => !isDelivered(known, disk, submission, field))
        .filter((field) => !isRemembered(disk, field, submission.edits[field]!))
        .filter((field) => !isKept(known, disk, submission, field))
        .map((field) => {
          const text = JSON.stringify(submission.edits[field]);
          return `${field}: ${text} was submitted and is neither pending nor at Cloudflare nor in the history`;
        }),
    );
  const notKept = known.submissions
    .filter(({ doneAt }) => doneAt !== null)
    .flatMap((submission) =>
      touchedFields(submission.edits)
        .filter((field) => !isDelivered(known, disk, submission, field))
        .filter((field) => wasNotKept(known, disk, submission, field))
        .map((field) => {
          const text = JSON.stringify(submission.edits[field]);
          return `${field}: ${text} was to be a draft again and is only in the history`;
        }),
    );
  const dropped = FIELD_NAMES.flatMap((field) => {
    const newest = newestOf(known, field);
    if (!newest || isWithdrawn(known, newest, field)) return [];
    if (isDelivered(known, disk, newest, field)) return [];
    const text = JSON.stringify(newest.edits[field]);
    return [`${field}: ${text} was submitted last and is neither pending nor at Cloudflare`];
  });
  return [...lost, ...notKept, ...dropped];
}
