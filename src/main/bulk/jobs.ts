/** How the jobs stand, worked out from the database and the rate limit. */
import { SMALL_JOB, type BulkJob } from '../../shared/bulk';
import type { Outcome } from '../../shared/failure';
import type { BulkJobRow, Store, Tables } from '../database/tables';
import { estimate, type Eta, type EtaOptions } from './eta';

/** What working it out needs. */
export interface JobsOptions {
  store: Store;
  limiter: EtaOptions['limiter'];
  /** How long one send takes at present, in ms. */
  sendMs: () => number;
  /** Whether Cloudflare is known not to answer. */
  isOffline: () => boolean;
}

type Counted = Omit<BulkJob, keyof Eta>;

const UNKNOWN = { timeLeft: null, waitsUntil: null };

function counted(tables: Tables, { paused, ...run }: BulkJobRow): Counted {
  const counts = tables.bulk.counts(run.id);
  const total = counts.done + counts.waiting + counts.failed + counts.cancelled;
  // What waits for its sign-in or the person is still the job's: paused, it can be resumed or cancelled.
  const isOpen = counts.waiting > 0 || (paused && counts.failed > 0);
  const state = !isOpen ? 'ended' : paused ? 'paused' : 'running';
  return { ...run, ...counts, total, state };
}

function estimates(
  tables: Tables,
  runs: readonly Counted[],
  { limiter, sendMs }: JobsOptions,
): Map<string, Eta> {
  const running = runs
    .filter(({ state }) => state === 'running')
    .map(({ id, total }) => ({ id, isSmall: total <= SMALL_JOB }));
  if (running.length === 0) return new Map();
  const users = new Map(tables.credentials.all().map(({ id, userId }) => [id, userId ?? '']));
  return estimate({
    loads: tables.outbox.loads(),
    // Small ones are sent first, and the oldest of them.
    running: running.reverse().sort((one, other) => Number(other.isSmall) - Number(one.isSmall)),
    userOf: (id) => users.get(id) ?? '',
    limiter,
    sendMs: sendMs(),
  });
}

/** The jobs not dismissed, newest first. */
export function listJobs(options: JobsOptions): Outcome<BulkJob[]> {
  return options.store.read((tables) => {
    const runs = tables.bulk.all().map((run) => counted(tables, run));
    const etas = options.isOffline() ? null : estimates(tables, runs, options);
    return runs.map((run) => ({ ...run, ...(etas?.get(run.id) ?? UNKNOWN) }));
  });
}
