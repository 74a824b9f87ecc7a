/**
 * Judges saves of many. A save that the app acknowledged is complete on disk; of an unanswered one each organization has its
 * part or keeps its drafts. A save owns what it submitted and touches nothing else. Pausing, resuming and canceling persist.
 */
import { afterCancelOf } from '../../../src/main/database';
import { touchedFields } from '../../../src/shared/patch';
import type { Disk, SaveOnDisk, OnDisk } from '../support/disk';
import { lastAction, type SaveRecord } from '../support/save-record';
import { narrow, note, settleSubmission, type Known, type Submission } from '../support/record';
import { now } from '../support/time';
import type { Complaint } from './index';
import { newestWith } from './saved';

/** Finds a save on disk. The id of an unanswered save is unknown: it is the save that belongs to no other record. */
function find(saves: readonly SaveRecord[], save: SaveRecord, disk: Disk): SaveOnDisk | null {
  if (save.id !== null) return disk.saves.get(save.id) ?? null;
  const isFree = (id: string): boolean => !saves.some((other) => other.id === id);
  const found = [...disk.saves].find(([id]) => isFree(id));
  if (!found) return null;
  [save.id] = found;
  return found[1];
}

/** Updates the record of an unanswered save: each organization has its part of it or keeps its drafts. */
function settleItems(
  save: SaveRecord,
  found: SaveOnDisk | null,
  organizations: readonly Known[],
): void {
  for (const known of organizations) {
    const moment = known.moments.find(({ submission }) => submission?.save === save);
    if (!moment?.submission) continue;
    const fields = found?.items.get(known.id) ?? [];
    narrow(known, moment, fields);
    if (fields.length === 0) save.items.delete(known.id);
    else {
      save.items.set(known.id, moment.submission.edits);
      moment.ackAt ??= now();
      settleSubmission(known, moment.submission, now());
      note(known, `save ${save.id}: submitted ${fields.join(', ')}`);
    }
  }
}

function judgeSave(save: SaveRecord, found: SaveOnDisk, organizations: readonly Known[]): string[] {
  const { stage, paused, items } = found;
  const complaints: string[] = [];
  const row = JSON.stringify({ ...found, items: [...items] });
  const complain = (what: string): void =>
    void complaints.push(`save ${save.id}: ${what}; on disk: ${row}`);
  if (stage === 'submitting' && save.doneAt !== null) {
    complain('it was acknowledged and is still being submitted');
  }
  // A draft that equals a text that had just arrived was no draft any more.
  const isSettled = (id: string): boolean => {
    const known = organizations.find((one) => one.id === id);
    const own = known?.submissions.find((one) => one.save === save);
    return own !== undefined && touchedFields(own.edits).every((field) => own.settled.has(field));
  };
  const missing = [...save.items.keys()].filter((id) => !items.has(id) && !isSettled(id));
  const added = [...items].filter(([id, fields]) => {
    const edits = save.items.get(id);
    return !edits || fields.some((field) => edits[field] === undefined);
  });
  if (missing.length > 0) complain(`it is incomplete: ${missing.join(', ')} missing`);
  if (added.length > 0) {
    complain(`it changes ${added.map(([id]) => id).join(', ')}, which it was not submitted for`);
  }
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
  return complaints;
}

/** Compares the saves with the disk and updates their records. A complaint names an entry, for its history. */
export function judgeSaves(
  saves: SaveRecord[],
  organizations: readonly Known[],
  disk: Disk,
): Complaint[] {
  return [...saves].flatMap((save) => {
    const known = organizations.find(({ id }) => save.items.has(id)) ?? null;
    const isKnown = save.id !== null;
    const found = find(saves, save, disk);
    if (!isKnown) settleItems(save, found, organizations);
    if (!found && !isKnown) saves.splice(saves.indexOf(save), 1);
    const missing = isKnown ? [`save ${save.id}: it is missing`] : [];
    const complaints = found ? judgeSave(save, found, organizations) : missing;
    return complaints.map((text) => ({ known, text }));
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

/** Whether a text that a save submitted cannot have become the person's own: since then they did nothing about it. */
function isStillOfSave({ submissions, decisions, released }: Known, own: Submission): boolean {
  if (own.save === null) return false;
  return (
    !submissions.some(({ at }) => at > own.at) &&
    !decisions.some(({ at }) => at > own.at) &&
    !released.some((at) => at > own.at)
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
      const submission = newestWith(known, field, text);
      if (!submission) return [`${quoted} and was never submitted`];
      return isStillOfSave(known, submission) ? [`${quoted} and no longer its save's`] : [];
    }
    const save = saves.find((one) => one.id === id);
    if (!save) return [`${quoted} for a save that was never submitted`];
    if (save.items.get(known.id)?.[field] !== text) return [`${quoted} and is not its save's`];
    const found = disk.saves.get(id);
    const cancel = lastAction(save, ['cancel']);
    const isOver =
      cancel?.doneAt != null && (found?.stage === 'canceled' || found?.stage === 'discarded');
    const isToBeSent = ['queued', 'waiting', 'paused'].includes(change!.state);
    // A field that was being written or decided about when the save was canceled is left alone.
    if (!isOver || !isToBeSent || touchedFields(change!.attempted).length > 0) return [];
    return wasSentOn(known, save, cancel.at) ? [] : [`${quoted} although its save was canceled`];
  });
}
