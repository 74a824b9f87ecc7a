/**
 * The oracle: it knows what the person was answered, what was sent and what Cloudflare held, looks at what
 * is on disk, and says what must not be. It never asks the app.
 */
import type { Disk, OnDisk } from '../support/disk';
import type { JobRecord } from '../support/job-record';
import { foundAt, type Known } from '../support/record';
import { findDraft } from './drafts';
import { judgeEnding } from './ending';
import { judgeJobs, judgeOwnFields } from './jobs';
import { judgeSubmissions } from './submissions';
import { judgeWaiting } from './waiting';
import { judgeWrites } from './writes';

/** What is wrong with one organization; `null` for the database as a whole. */
export interface Complaint {
  known: Known | null;
  text: string;
}

/** What the people did, as it is known from outside. */
export interface Records {
  organizations: readonly Known[];
  jobs: JobRecord[];
}

/**
 * Judges what a kill at `killedAt` left. The records continue from what was found.
 * @param firstWrites by organization id: how many of its writes were judged before
 */
export function judgeKill(
  { organizations, jobs }: Records,
  disk: Disk,
  killedAt: number,
  firstWrites: ReadonlyMap<string, number> = new Map(),
): Complaint[] {
  const whole = [
    ...disk.troubles.map((text) => `the database: ${text}`),
    // First, because it tells which items of jobs were applied.
    ...judgeJobs(jobs, organizations, disk),
  ].map((text) => ({ known: null, text }));
  const complaints = organizations.flatMap((known) => {
    const one = disk.organizations.get(known.id);
    if (!one) return [{ known, text: 'the organization is gone' }];
    const draft = findDraft(known, one, killedAt);
    // It also tells which submissions without an answer happened.
    if ('index' in draft) foundAt(known, draft.index, one);
    const texts = [
      ...('complaint' in draft ? [draft.complaint] : []),
      ...judgeOne(known, one, firstWrites.get(known.id)),
      ...judgeOwnFields(known, jobs, one, disk),
    ];
    return texts.map((text) => ({ known, text }));
  });
  return [...whole, ...complaints];
}

function judgeOne(known: Known, disk: OnDisk, first = 0): string[] {
  return [
    ...known.complaints.splice(0),
    ...judgeSubmissions(known, disk),
    ...judgeWaiting(known, disk),
    ...judgeWrites(known, disk, first),
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
