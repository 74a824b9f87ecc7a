/**
 * Judges the mark "changed elsewhere": an entry gets it only for a text of someone else, not for one that was written
 * through this entry.
 */
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { OnDisk } from '../support/disk';
import type { Known } from '../support/record';
import { isElsewhere, lastHeld, newestWith } from './saved';
import { isWithdrawn } from './submissions';

/** Whether a text counts as someone else's. A withdrawn text that reached Cloudflare anyway does, too. */
function isOthers(known: Known, field: FieldName, text: string): boolean {
  const author = lastHeld(known, field, text);
  if (author?.by !== 'app' || isElsewhere(known, author)) return true;
  const own = newestWith(known, field, text);
  // A write to other fields may repeat a text that no one submitted here.
  return !own || isWithdrawn(known, own, field);
}

/** Complaints about a mark that an entry got since it was last judged. */
export function judgeMark(known: Known, { profile }: OnDisk): string[] {
  const { judged, reads } = known;
  if (!profile?.changedElsewhere || judged.marked) return [];
  const isFound = reads
    .slice(judged.reads)
    .some(({ fields }) =>
      FIELD_NAMES.some(
        (field) => fields[field] !== judged.saved?.[field] && isOthers(known, field, fields[field]),
      ),
    );
  return isFound ? [] : ['marked as changed elsewhere although no one else wrote there'];
}
