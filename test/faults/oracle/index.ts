/**
 * The oracle: it knows what the person was told, what was sent and what Cloudflare held, looks at what
 * is on disk, and says what must not be. It never asks the app.
 */
import type { Disk, OnDisk } from '../support/disk';
import { foundAt, type Known } from '../support/record';
import { judgeConflict } from './conflicts';
import { findDraft } from './drafts';
import { judgeEnding } from './ending';
import { judgeGivenUp, judgeSubmissions } from './submissions';
import { judgeWrites } from './writes';

/** What is wrong with one organization; `null` for the database as a whole. */
export interface Complaint {
  known: Known | null;
  text: string;
}

/**
 * Judges what a kill at `killedAt` left. The record of each organization goes on from what was found.
 * @param firstWrites by organization id: how many of its writes were judged before
 */
export function judgeKill(
  organizations: readonly Known[],
  disk: Disk,
  killedAt: number,
  firstWrites: ReadonlyMap<string, number> = new Map(),
): Complaint[] {
  const troubles = disk.troubles.map((text) => ({ known: null, text: `the database: ${text}` }));
  const complaints = organizations.flatMap((known) => {
    const one = disk.organizations.get(known.id);
    const first = firstWrites.get(known.id);
    const texts = one ? judgeOne(known, one, killedAt, first) : ['the organization is gone'];
    return texts.map((text) => ({ known, text }));
  });
  return [...troubles, ...complaints];
}

function judgeOne(known: Known, disk: OnDisk, killedAt: number, first = 0): string[] {
  const draft = findDraft(known, disk, killedAt);
  // First, because it also tells which submissions without an answer happened.
  if ('index' in draft) foundAt(known, draft.index, disk.draft?.base ?? null);
  return [
    ...('complaint' in draft ? [draft.complaint] : []),
    ...judgeSubmissions(known, disk),
    ...judgeGivenUp(known, disk),
    ...judgeConflict(known, disk),
    ...judgeWrites(known, first),
  ];
}

/** Judges what is left after everything has settled online. */
export function judgeSettled(organizations: readonly Known[], disk: Disk): Complaint[] {
  return organizations.flatMap((known) => {
    const one = disk.organizations.get(known.id);
    const texts = one ? judgeEnding(known, one) : ['the organization is gone'];
    return texts.map((text) => ({ known, text }));
  });
}
