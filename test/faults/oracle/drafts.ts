/** Drafts: what the person typed is on disk to within half a second, and nothing else is. */
import { FIELD_NAMES } from '../../../src/shared/profile';
import { drafts, shownText, type OnDisk } from '../support/disk';
import { mustBeKept, type Known, type Moment } from '../support/record';
import { reached } from './submissions';

/** Whether the disk may be in this state. */
function fits({ edits, began }: Moment, disk: OnDisk): boolean {
  return FIELD_NAMES.every((field) => {
    const text = edits[field];
    if (text === undefined) return !drafts(disk, field);
    // Typed back to where it began: no edit, and the field follows Cloudflare's copy again.
    if (began[field]?.includes(text) && !drafts(disk, field)) return true;
    // A text that is at Cloudflare by now, or in the pending change, is no edit any more.
    return shownText(disk, field) === text;
  });
}

/**
 * Looks for the state of the draft that is on disk among those it may be in after a kill at `killedAt`,
 * the newest first: its index, or what is wrong.
 */
export function findDraft(
  known: Known,
  disk: OnDisk,
  killedAt: number,
): { index: number } | { complaint: string } {
  const { moments } = known;
  const sure = moments.map((moment) => mustBeKept(moment, killedAt)).lastIndexOf(true);
  for (let index = moments.length - 1; index >= Math.max(0, sure); index -= 1) {
    const moment = moments[index]!;
    // Without an answer only the disk and Cloudflare tell whether it happened.
    const { ackAt, submission } = moment;
    const arrived = ackAt !== null || !submission || reached(known, disk, submission);
    if (fits(moment, disk) && arrived) return { index };
  }
  const expected = moments.slice(Math.max(0, sure)).map(({ what, edits, ackAt, submission }) => {
    const age = ackAt === null ? 'not answered' : `${(killedAt - ackAt).toFixed(0)} ms before`;
    const sent = submission ? `, submitted ${JSON.stringify(submission.edits)}` : '';
    return `${JSON.stringify(edits)}${sent} (${what}, ${age})`;
  });
  const found = JSON.stringify({ draft: disk.draft, pending: disk.change?.desired ?? null });
  return {
    complaint: `the draft on disk is none of those it may be: ${expected.join(' or ')}; found ${found}`,
  };
}
