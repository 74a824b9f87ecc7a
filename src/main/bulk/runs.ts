/** How the jobs stand, worked out from the database and the rate limit. */
import type { BulkRun } from '../../shared/bulk';
import type { Outcome } from '../../shared/failure';
import type { BulkRunRow, Store, Tables } from '../store/tables';
import { timesLeft } from './eta';

/** What working it out needs. */
export interface RunsOptions {
  store: Store;
  /** How long (ms) until `n` more requests for bulk work of a Cloudflare user can have been made. */
  timeFor: (userId: string, n: number) => number;
  /** Whether Cloudflare is known not to answer. */
  isOffline: () => boolean;
}

type Counted = Omit<BulkRun, 'timeLeft'>;

function counted(tables: Tables, { paused, ...run }: BulkRunRow): Counted {
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
  timeFor: RunsOptions['timeFor'],
): Map<string, number> {
  const running = runs.filter(({ state }) => state === 'running').map(({ id }) => id);
  if (running.length === 0) return new Map();
  const users = new Map(tables.credentials.all().map(({ id, userId }) => [id, userId ?? '']));
  return timesLeft({
    loads: tables.outbox.loads(),
    // The oldest is sent first.
    running: running.reverse(),
    userOf: (id) => users.get(id) ?? '',
    timeFor,
  });
}

/** The jobs not dismissed, newest first. */
export function listRuns({ store, timeFor, isOffline }: RunsOptions): Outcome<BulkRun[]> {
  return store.read((tables) => {
    const runs = tables.bulk.all().map((run) => counted(tables, run));
    const left = isOffline() ? null : estimates(tables, runs, timeFor);
    return runs.map((run) => ({ ...run, timeLeft: left?.get(run.id) ?? null }));
  });
}
