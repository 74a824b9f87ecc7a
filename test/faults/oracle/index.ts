/**
 * The oracle decides whether the app's database is right after a kill. It compares the disk with a record that was
 * made outside the app: what the person did, what the app answered, which requests arrived, and which texts
 * Cloudflare held. It returns complaints and never asks the app.
 */
import { touchedFields } from '../../../src/shared/patch';
import type { Disk, OnDisk } from '../support/disk';
import type { SaveRecord } from '../support/save-record';
import { forget, foundAt, type Known } from '../support/record';
import { now } from '../support/time';
import { findDraft, judgeRemembered } from './drafts';
import { judgeEnding } from './ending';
import { judgeMark } from './marks';
import { judgeSaves, judgeOwnFields } from './saves';
import { judgeSubmissions } from './submissions';
import { judgeWaiting } from './waiting';
import { judgeWrites } from './writes';

/** A violated guarantee. `known` is the organization; `null`: the complaint is about the whole database. */
export interface Complaint {
  known: Known | null;
  text: string;
}

/** The record of what happened, made outside the app. */
export interface Records {
  organizations: readonly Known[];
  saves: SaveRecord[];
}

/**
 * Judges the state on disk after a kill at `killedAt`. Updates the records with what was found there: which
 * unanswered actions happened.
 * @param firstWrites by organization id: the number of writes that were judged before
 */
export function judgeKill(
  { organizations, saves }: Records,
  disk: Disk,
  killedAt: number,
  firstWrites: ReadonlyMap<string, number> = new Map(),
): Complaint[] {
  const presence = organizations.flatMap((known) => {
    const text = judgePresence(known, saves, disk, firstWrites.get(known.id));
    return text === null ? [] : [{ known, text }];
  });
  const whole = [
    ...presence,
    ...disk.problems.map((text) => ({ known: null, text: `the database: ${text}` })),
    // Before the organizations, because this determines what an unanswered save submitted.
    ...judgeSaves(saves, organizations, disk),
  ];
  const complaints = organizations.flatMap((known) => {
    const one = disk.organizations.get(known.id);
    if (!one) return known.complaints.splice(0).map((text) => ({ known, text }));
    const draft = findDraft(known, one, killedAt);
    // The state of the draft shows which unanswered submissions happened.
    if ('index' in draft) foundAt(known, draft.index, one);
    const texts = [
      ...('complaint' in draft ? [draft.complaint] : []),
      ...judgeOne(known, one, firstWrites.get(known.id)),
      ...judgeOwnFields(known, saves, one, disk),
    ];
    return texts.map((text) => ({ known, text }));
  });
  return [...whole, ...complaints];
}

/** The complaint about an entry that is on disk or not, or null. Updates the record of one that was being removed or added. */
function judgePresence(
  known: Known,
  saves: readonly SaveRecord[],
  disk: Disk,
  first = 0,
): string | null {
  const { presence } = known;
  if (disk.organizations.has(known.id)) {
    known.presence = 'there';
    return presence === 'removed' ? 'it was removed and is on disk again' : null;
  }
  if (presence === 'there') return 'the organization is missing';
  if (presence === 'being removed') {
    judgeBeforeRemoval(known, first);
    forget(known, saves);
  }
  known.presence = 'removed';
  return null;
}

/** Judges what was written of an entry before it was removed. Its history is gone by then. */
export function judgeBeforeRemoval(known: Known, first = 0): void {
  const nothing: OnDisk = { profile: null, draft: null, change: null, revisions: [] };
  known.complaints.push(...judgeWrites(known, nothing, first));
}

function judgeOne(known: Known, disk: OnDisk, first = 0): string[] {
  const complaints = [
    ...known.complaints.splice(0),
    ...judgeRemembered(known, disk),
    ...judgeSubmissions(known, disk),
    ...judgeWaiting(known, disk),
    ...judgeMark(known, disk),
    ...judgeWrites(known, disk, first),
  ];
  known.judged = {
    at: now(),
    marked: disk.profile?.changedElsewhere ?? false,
    saved: disk.profile?.fields ?? null,
    pending: touchedFields(disk.change?.patch ?? {}),
    reads: known.reads.length,
  };
  return complaints;
}

/** Judges the state after everything has settled online. */
export function judgeSettled(organizations: readonly Known[], disk: Disk): Complaint[] {
  return organizations.flatMap((known) => {
    const one = disk.organizations.get(known.id);
    const texts = one ? judgeEnding(known, one) : ['the organization is missing'];
    return texts.map((text) => ({ known, text }));
  });
}
