/** Lists the jobs with their progress, from the database and the rate limit. */
import { SMALL_JOB, type BulkJob } from '../../shared/bulk';
import type { Outcome } from '../../shared/outcome';
import { afterCancelOf, type BulkJobRow, type Database, type Tables } from '../database';
import { estimate, type Eta, type EtaOptions } from './eta';

/** Dependencies of the list of jobs. */
export interface JobListOptions {
  database: Database;
  limiter: EtaOptions['limiter'];
  /** Average duration of a send, in ms. */
  sendMs: () => number;
  /** Whether Cloudflare is known to be unreachable. */
  isOffline: () => boolean;
}

/** A job without its estimate. */
type CountedJob = Omit<BulkJob, keyof Eta>;

const UNKNOWN = { timeLeft: null, waitsUntil: null };

/**
 * Whether a job has not ended. Changes that wait for a sign-in or for the person count as failed, but still belong to the
 * job: a paused one with such changes can be resumed or canceled. Of a canceled one, nothing more is sent.
 */
export function isOpen(
  { paused, stage }: BulkJobRow,
  { waiting, failed }: Pick<CountedJob, 'waiting' | 'failed'>,
): boolean {
  return waiting > 0 || (paused && !afterCancelOf(stage) && failed > 0);
}

function countJob(tables: Tables, row: BulkJobRow): CountedJob {
  const { paused, stage, ...job } = row;
  const counts = tables.bulk.counts(job.id);
  const total = counts.done + counts.waiting + counts.failed + counts.canceled;
  const state = !isOpen(row, counts) ? 'ended' : paused ? 'paused' : 'running';
  return { ...job, ...counts, total, state, afterCancel: afterCancelOf(stage) };
}

function estimates(
  tables: Tables,
  jobs: readonly CountedJob[],
  { limiter, sendMs }: JobListOptions,
): Map<string, Eta> {
  const running = jobs
    .filter(({ state }) => state === 'running')
    .map(({ id, total }) => ({ id, isSmall: total <= SMALL_JOB }));
  if (running.length === 0) return new Map();
  const users = new Map(tables.signIns.all().map(({ id, userId }) => [id, userId ?? '']));
  return estimate({
    loads: tables.outbox.loads(),
    // In sending order: small jobs first, then by age.
    running: running.reverse().sort((one, other) => Number(other.isSmall) - Number(one.isSmall)),
    userOf: (id) => users.get(id) ?? '',
    limiter,
    sendMs: sendMs(),
  });
}

/** All jobs that are not dismissed, newest first. */
export function listJobs(options: JobListOptions): Outcome<BulkJob[]> {
  return options.database.read((tables) => {
    const jobs = tables.bulk.all().map((row) => countJob(tables, row));
    const etas = options.isOffline() ? null : estimates(tables, jobs, options);
    return jobs.map((job) => ({ ...job, ...(etas?.get(job.id) ?? UNKNOWN) }));
  });
}
