/**
 * The oracle: from the record of actions, answers, requests and Cloudflare's texts it judges what is on disk, and
 * complains about what must not be. It never asks the app.
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

/** A complaint about one organization; `null`: about the database as a whole. */
export interface Complaint {
  known: Known | null;
  text: string;
}

/** The record of what happened, known from outside the app. */
export interface Records {
  organizations: readonly Known[];
  jobs: JobRecord[];
}

/**
 * Judges the state after a kill at `killedAt`. The records continue from what was found.
 * @param firstWrites by organization id: how many of its writes were judged before
 */
export function judgeKill(
  { organizations, jobs }: Records,
  disk: Disk,
  killedAt: number,
  firstWrites: ReadonlyMap<string, number> = new Map(),
): Complaint[] {
  const whole = [
    ...disk.problems.map((text) => `the database: ${text}`),
    // First, because it determines which items of jobs were applied.
    ...judgeJobs(jobs, organizations, disk),
  ].map((text) => ({ known: null, text }));
  const complaints = organizations.flatMap((known) => {
    const one = disk.organizations.get(known.id);
    if (!one) return [{ known, text: 'the organization is missing' }];
    const draft = findDraft(known, one, killedAt);
    // It also determines which unanswered submissions happened.
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

/** Judges the state after everything has settled online. */
export function judgeSettled(organizations: readonly Known[], disk: Disk): Complaint[] {
  return organizations.flatMap((known) => {
    const one = disk.organizations.get(known.id);
    const texts = one ? judgeEnding(known, one) : ['the organization is missing'];
    return texts.map((text) => ({ known, text }));
  });
}
