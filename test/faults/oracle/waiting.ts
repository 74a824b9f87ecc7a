/**
 * Judges changes that wait for a decision of the person. A conflict is right only if someone else changed the field,
 * not if the other text is our own write. "Stored differently" is right only if someone else wrote in between.
 */
import { touchedFields } from '../../../src/shared/patch';
import type { FieldName } from '../../../src/shared/profile';
import type { OnDisk } from '../support/disk';
import type { Known, Submission } from '../support/record';
import { isElsewhere, lastHeld, newestWith } from './saved';
import { isWithdrawn } from './submissions';

type Change = NonNullable<OnDisk['change']>;

/** The fields of a conflict. If someone has restored the base texts meanwhile: all fields that differ. */
function fieldsInConflict({ patch, remote, attempted }: Change): FieldName[] {
  const differing = touchedFields(patch).filter((field) => remote?.[field] !== patch[field]?.text);
  const colliding = differing.filter(
    (field) => remote?.[field] !== patch[field]?.base && remote?.[field] !== attempted[field],
  );
  return colliding.length > 0 ? colliding : differing;
}

/** Whether the person typed `text` while the screen did not show the text of their submission `own` yet. */
function isOlderScreen(known: Known, field: FieldName, own: Submission, text: string): boolean {
  const newer = newestWith(known, field, text);
  const seen = newer?.seen[field] ?? [];
  return newer === undefined || !seen.includes(own.edits[field]!);
}

function judgeConflict(known: Known, change: Change): string[] {
  const { patch, remote } = change;
  const fields = fieldsInConflict(change);
  if (!remote || fields.length === 0) return ['in conflict although no field differs'];
  return fields.flatMap((field) => {
    const author = lastHeld(known, field, remote[field]);
    if (!author) return [`${field}: in conflict with a text Cloudflare never held`];
    if (author.by !== 'app' || isElsewhere(known, author)) return [];
    const own = newestWith(known, field, remote[field]);
    // No one submitted this text here. A write to other fields repeated it, so it is someone else's.
    if (!own) return [];
    // A withdrawn text that reached Cloudflare anyway counts as someone else's.
    if (isWithdrawn(known, own, field)) return [];
    if (isOlderScreen(known, field, own, patch[field]!.text)) return [];
    return [`${field}: in conflict with our own text ${JSON.stringify(remote[field])}`];
  });
}

function judgeDiffering(known: Known, { patch, remote }: Change): string[] {
  const fields = touchedFields(patch).filter((field) => remote?.[field] !== patch[field]?.text);
  if (!remote || fields.length === 0) return ['stored differently although no field differs'];
  const isOthers = (field: FieldName): boolean =>
    isElsewhere(known, lastHeld(known, field, remote[field]));
  if (fields.some(isOthers)) return [];
  return [`${fields.join(', ')}: stored differently although no one else wrote there`];
}

/** Complaints about a change that waits for the person. */
export function judgeWaiting(known: Known, { change }: OnDisk): string[] {
  if (change?.state === 'conflict') return judgeConflict(known, change);
  if (change?.state === 'differs') return judgeDiffering(known, change);
  return change?.remote ? ['a copy for a decision, but no decision to make'] : [];
}
