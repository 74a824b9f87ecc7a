/** Judges drafts: typed text is on disk within half a second, and the draft contains nothing else. */
import { textsOf, touchedFields } from '../../../src/shared/patch';
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import { isRemembered, shownText, type OnDisk } from '../support/disk';
import { mayHaveComeBack, mustBeKept, type Known, type Moment } from '../support/record';
import { reached } from './submissions';

/** Whether a text may be missing in the draft although it was not discarded. */
function mayHaveLeft(known: Known, disk: OnDisk, field: FieldName, text: string): boolean {
  // A text that equals the saved or pending text is no longer an edit.
  return shownText(disk, field) === text || known.under[field].has(text);
}

/** Whether the disk matches this state of the draft. */
function matches(known: Known, { edits, remembered }: Moment, disk: OnDisk): boolean {
  const isKept = FIELD_NAMES.every((field) => {
    const text = edits[field];
    const drafted = disk.draft?.patch[field]?.text;
    if (drafted === text) return true;
    if (drafted !== undefined && !mayHaveComeBack(known, field, drafted)) return false;
    return text === undefined || mayHaveLeft(known, disk, field, text);
  });
  return (
    isKept &&
    touchedFields(remembered).every((field) => {
      const text = remembered[field]!;
      return isRemembered(disk, field, text) || known.under[field].has(text);
    })
  );
}

/**
 * Finds the draft on disk among the states that are allowed after a kill at `killedAt`, newest first. Returns the
 * index of that state in `known.moments`, or a complaint.
 */
export function findDraft(
  known: Known,
  disk: OnDisk,
  killedAt: number,
): { index: number } | { complaint: string } {
  const { moments, stalls } = known;
  const stored = moments.map((moment) => mustBeKept(moment, killedAt, stalls)).lastIndexOf(true);
  for (let index = moments.length - 1; index >= Math.max(0, stored); index -= 1) {
    const moment = moments[index]!;
    // Without an answer, only the disk and Cloudflare show whether a submission happened.
    const { ackAt, submission } = moment;
    const arrived = ackAt !== null || !submission || reached(known, disk, submission);
    if (matches(known, moment, disk) && arrived) return { index };
  }
  const expected = moments.slice(Math.max(0, stored)).map(({ what, edits, ackAt, submission }) => {
    const age = ackAt === null ? 'unanswered' : `${(killedAt - ackAt).toFixed(0)} ms before`;
    const sent = submission ? `, submitted ${JSON.stringify(submission.edits)}` : '';
    return `${JSON.stringify(edits)}${sent} (${what}, ${age})`;
  });
  const found = JSON.stringify({
    draft: textsOf(disk.draft?.patch ?? {}),
    pending: textsOf(disk.change?.patch ?? {}),
  });
  return {
    complaint: `the draft on disk is in none of the allowed states: ${expected.join(' or ')}; found ${found}`,
  };
}

/** Complaints about texts that acts replaced or discarded, and that are not in the history. */
export function judgeRemembered({ remembered }: Known, disk: OnDisk): string[] {
  return remembered
    .filter(({ field, text }) => !isRemembered(disk, field, text))
    .map(({ field, text, by }) => {
      return `${field}: the draft ${JSON.stringify(text)} is not in the history (${by})`;
    });
}
