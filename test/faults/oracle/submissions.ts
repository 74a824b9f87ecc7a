/** Submitted changes: each is at Cloudflare, or pending, or the person said otherwise since. */
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { OnDisk } from '../support/disk';
import type { Known, Submission } from '../support/record';

/** Whether a text was sent since, whether or not it was applied. */
const wasSent = (known: Known, field: FieldName, text: string, since: number): boolean =>
  known.writes.some(({ at, fields }) => at >= since && fields[field] === text);

/** Whether a submission has another text for a field than the person saw when they began. */
export function isTyped({ edits, began }: Submission, field: FieldName): boolean {
  const text = edits[field];
  return text !== undefined && began[field]?.includes(text) !== true;
}

/**
 * Whether that is a change. Who puts one that still waits back to what it was begun from has changed
 * nothing; once it was sent, going back is a change, too, because it may have arrived.
 */
export function isEdit(known: Known, submission: Submission, field: FieldName): boolean {
  const text = submission.edits[field];
  const leadsBack = ({ at, began }: Submission): boolean =>
    began[field]?.some((seen) => {
      if (seen === text) return true;
      const own = known.submissions.filter((one) => one.at < at && one.edits[field] === seen);
      const newest = own.at(-1);
      return newest && !wasSent(known, field, seen, newest.at) && leadsBack(newest);
    }) === true;
  return text !== undefined && !leadsBack(submission);
}

/** Whether Cloudflare held a text in a field at `since` or at any time after. */
export function heldSince(known: Known, field: FieldName, text: string, since: number): boolean {
  const held = known.held.filter((one) => one.field === field);
  const then = held.filter(({ at }) => at <= since).at(-1);
  return then?.text === text || held.some((one) => one.at > since && one.text === text);
}

/** Whether every text of a submission is pending on disk or was at Cloudflare since. */
export function reached(known: Known, disk: OnDisk, submission: Submission): boolean {
  return FIELD_NAMES.every(
    (field) =>
      !isEdit(known, submission, field) ||
      disk.change?.desired[field] === submission.edits[field] ||
      heldSince(known, field, submission.edits[field]!, submission.at),
  );
}

/** The newest submission of a field that the person neither replaced nor gave up, or null. */
export function standing(known: Known, field: FieldName): Submission | null {
  const newest = known.submissions
    .filter((one) => one.doneAt !== null && isTyped(one, field))
    .at(-1);
  if (!newest || !isEdit(known, newest, field)) return null;
  const over = known.decisions.some(
    ({ at, kind, fields }) =>
      at >= newest.at && (kind === 'discard' || (kind === 'theirs' && fields.includes(field))),
  );
  return over ? null : newest;
}

/** What is wrong with the submitted changes of an organization. */
export function judgeSubmissions(known: Known, disk: OnDisk): string[] {
  return FIELD_NAMES.flatMap((field) => {
    const newest = standing(known, field);
    if (!newest) return [];
    const text = newest.edits[field]!;
    if (disk.change?.desired[field] === text) return [];
    if (heldSince(known, field, text, newest.at)) return [];
    return [
      `${field}: ${JSON.stringify(text)} was submitted and is neither pending nor at Cloudflare`,
    ];
  });
}

/**
 * What was given up must be in the history as discarded, unless it got to Cloudflare first. A field that
 * was put back to what it began from is no change, so nothing of it is given up.
 */
export function judgeGivenUp(known: Known, disk: OnDisk): string[] {
  const kept = disk.revisions.filter(({ kind }) => kind === 'discarded');
  return known.decisions
    .filter(({ kind, sure }) => kind === 'discard' && sure)
    .flatMap(({ at, mine }) =>
      FIELD_NAMES.filter((field) => {
        const submitted = known.submissions
          .filter((one) => one.edits[field] === mine[field] && isEdit(known, one, field))
          .at(-1);
        if (!submitted || submitted.at > at) return false;
        if (kept.some(({ fields }) => fields[field] === mine[field])) return false;
        return !heldSince(known, field, mine[field], submitted.at);
      }).map(
        (field) => `${field}: ${JSON.stringify(mine[field])} was given up and is not in History`,
      ),
    );
}
