/**
 * Judges saves over several organizations. A save that the app acknowledged is complete on disk; an unanswered save is
 * complete or absent. A save touches only its own fields. Pausing, resuming and canceling a save persists.
 */
import { afterCancelOf, CANCELED_STAGES } from '../../../src/main/database';
import { touchedFields } from '../../../src/shared/patch';
import type { Disk, SaveOnDisk, OnDisk } from '../support/disk';
import { lastAction, type SaveRecord } from '../support/save-record';
import { note, settleSubmission, type Known, type Submission } from '../support/record';
import { now } from '../support/time';

/** Removes a save from the record that was never stored by the app. */
function forget(saves: SaveRecord[], save: SaveRecord, organizations: readonly Known[]): void {
  saves.splice(saves.indexOf(save), 1);
  for (const known of organizations) {
    known.submissions = known.submissions.filter((one) => one.save !== save);
  }
}

/** Finds a save on disk. The id of an unanswered save is unknown: it is the save that belongs to no other record. */
function find(saves: readonly SaveRecord[], save: SaveRecord, disk: Disk): SaveOnDisk | null {
  if (save.id !== null) return disk.saves.get(save.id) ?? null;
  const isFree = (id: string): boolean => !saves.some((other) => other.id === id);
  // A save that is still being planned was never acknowledged, and the app removes it at the next launch.
  const found = [...disk.saves].find(([id, { stage }]) => isFree(id) && stage !== 'planning');
  if (!found) return null;
  [save.id] = found;
  return found[1];
}

/** Whether a different text was saved in one of the save's fields between its preview and its submission. */
function isOutdated(
  known: Known,
  { plannedAt, at }: SaveRecord,
  { edits, seen }: Submission,
): boolean {
  return known.submissions.some(
    (one) =>
      one.at > plannedAt &&
      one.doneAt !== null &&
      one.doneAt < at &&
      touchedFields(edits).some(
        (field) => one.edits[field] !== undefined && !seen[field]?.includes(one.edits[field]),
      ),
  );
}

/**
 * Updates the record with the outcome of each item: an applied item counts as submitted; a skipped or canceled item
 * is removed.
 * @returns complaints
 */
function settleItems(
  save: SaveRecord,
  { items }: SaveOnDisk,
  organizations: readonly Known[],
): string[] {
  const complaints: string[] = [];
  for (const known of organizations) {
    const item = items.get(known.id);
    const submission = known.submissions.find((one) => one.save === save);
    if (!item || !submission || item.isPlanned || submission.doneAt !== null) continue;
    if (item.isApplied && isOutdated(known, save, submission)) {
      complaints.push(
        `save ${save.id}: applied over a text of ${known.name} that its preview did not show`,
      );
    }
    if (item.isApplied) settleSubmission(known, submission, now());
    else known.submissions = known.submissions.filter((one) => one !== submission);
    note(known, `save ${save.id}: ${item.isApplied ? 'applied' : 'skipped or canceled'}`);
  }
  save.isApplied = [...items.values()].every(({ isPlanned }) => !isPlanned);
  return complaints;
}

function judgeSave(save: SaveRecord, { stage, paused, items }: SaveOnDisk): string[] {
  const complaints: string[] = [];
  const complain = (what: string): void => void complaints.push(`save ${save.id}: ${what}`);
  if (stage === 'planning') complain('it was acknowledged and is still being planned');
  const missing = [...save.items.keys()].filter((id) => !items.has(id));
  const added = [...items.keys()].filter((id) => !save.items.has(id));
  if (missing.length > 0) complain(`it is incomplete: ${missing.join(', ')} missing`);
  if (added.length > 0) complain(`it changes ${added.join(', ')}, which it was not submitted for`);
  const cancel = lastAction(save, ['cancel']);
  const last = lastAction(save, ['pause', 'resume', 'close']);
  if (last?.doneAt != null && !cancel) {
    if (last.kind === 'pause' && !paused) complain('it was paused and is not');
    if (last.kind === 'resume' && paused) complain('it was resumed and is paused');
  }
  const then = afterCancelOf(stage);
  if (cancel?.doneAt != null && then === null) complain('it was canceled and is not');
  // The first choice stands.
  const first = save.actions.find(({ kind }) => kind === 'cancel');
  if (first?.doneAt != null && then && then !== first.then) {
    complain(`it was canceled to ${first.then} its texts, and it does ${then} them`);
  }
  const isOver = then !== null && stage === CANCELED_STAGES[then][1];
  if (isOver && [...items.values()].some(({ isPlanned }) => isPlanned)) {
    complain('it was canceled and is not applied yet');
  }
  return complaints;
}

/** Compares the saves with the disk and updates their records. Returns complaints. */
export function judgeSaves(
  saves: SaveRecord[],
  organizations: readonly Known[],
  disk: Disk,
): string[] {
  return [...saves].flatMap((save) => {
    const found = find(saves, save, disk);
    if (!found) {
      if (save.doneAt === null) forget(saves, save, organizations);
      // The app forgets an old save if none of its changes is pending.
      else if (!lastAction(save, ['close'])) return [`save ${save.id}: it is missing`];
      return [];
    }
    save.doneAt ??= now();
    return [...settleItems(save, found, organizations), ...judgeSave(save, found)];
  });
}

/** Whether a change that waited for the person may have been queued again since then. */
function wasSentOn(known: Known, save: SaveRecord, since: number): boolean {
  return (
    known.decisions.some(({ kind, at }) => kind === 'mine' && at >= since) ||
    known.submissions.some(({ at }) => at >= since) ||
    save.actions.some(({ kind, at }) => kind === 'retry' && at >= since)
  );
}

/** Complaints about the fields of saves in an organization's pending change. */
export function judgeOwnFields(
  known: Known,
  saves: readonly SaveRecord[],
  { change }: OnDisk,
  disk: Disk,
): string[] {
  const patch = change?.patch ?? {};
  return touchedFields(patch).flatMap((field) => {
    const { text, save: id } = patch[field]!;
    const quoted = `${field}: ${JSON.stringify(text)} is pending`;
    if (id === undefined) {
      const isSubmitted = known.submissions.some(({ edits }) => edits[field] === text);
      return isSubmitted ? [] : [`${quoted} and was never submitted`];
    }
    const save = saves.find((one) => one.id === id);
    if (!save) return [`${quoted} for a save that was never submitted`];
    if (save.items.get(known.id)?.[field] !== text) return [`${quoted} and is not its save's`];
    const found = disk.saves.get(id);
    if (found?.items.get(known.id)?.isPlanned) return [`${quoted} and its save is not applied yet`];
    const cancel = lastAction(save, ['cancel']);
    const isOver =
      cancel?.doneAt != null && (found?.stage === 'canceled' || found?.stage === 'discarded');
    const isToBeSent = ['queued', 'waiting', 'paused'].includes(change!.state);
    // A field that was being written or decided about when the save was canceled is left alone.
    if (!isOver || !isToBeSent || touchedFields(change!.attempted).length > 0) return [];
    return wasSentOn(known, save, cancel.at) ? [] : [`${quoted} although its save was canceled`];
  });
}
