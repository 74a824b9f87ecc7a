/**
 * Refreshes the entries that a person selected: a run (run.ts) over just these, with the priority of a check that a
 * person requested, so saves go first. Only one runs at a time; one that is started meanwhile also reads what the
 * first had left. The result stays until it is dismissed. Nothing is kept across a restart of the app: the person can
 * refresh again.
 */
import type { SelectedRefresh as RefreshStatus } from '../../shared/selected';
import type { Outcome } from '../../shared/outcome';
import { untilAborted } from '../lib/promises';
import { RaisablePriority, type Priority } from '../rate-limit';
import { runCheck, type CheckResult, type CheckRunDependencies } from './run';

/** Dependencies of the refresh. */
export interface SelectedRefreshOptions extends Omit<CheckRunDependencies, 'refresh'> {
  /** Reads one profile and stores it. Never rejects. */
  refresh: (organizationId: string, priority: Priority) => Promise<Outcome<null>>;
  /** Called when the status changed. */
  onChange: () => void;
}

/** The refresh of selected entries. */
export interface SelectedRefresh {
  /** Reads these entries, then those that a running refresh has not read yet. */
  start(organizationIds: readonly string[]): void;
  /** Reads those that the last refresh did not read. Does nothing while one is running. */
  retry(): void;
  /** Stops a running refresh, because the person asked for it. */
  stopReading(): void;
  /** Forgets the result of a refresh that has ended. */
  dismiss(): void;
  /** The progress or result; null if there is none. */
  status(): RefreshStatus | null;
  /** Stops, because the app is quitting. */
  stop(): void;
}

interface ActiveRun {
  abort: AbortController;
  ids: readonly string[];
  /** The entries that were read. */
  read: Set<string>;
}

/** Creates the refresh. It reads nothing before `start`. */
export function createSelectedRefresh(options: SelectedRefreshOptions): SelectedRefresh {
  let run: ActiveRun | null = null;
  let status: RefreshStatus | null = null;

  function report(next: RefreshStatus | null): void {
    status = next;
    options.onChange();
  }

  const remaining = (): string[] => run?.ids.filter((id) => !run?.read.has(id)) ?? [];

  function start(ids: readonly string[]): void {
    const rest = status?.isRunning ? remaining() : [];
    run?.abort.abort();
    const abort = new AbortController();
    const current: ActiveRun = { abort, ids: [...new Set([...ids, ...rest])], read: new Set() };
    run = current;
    const total = current.ids.length;
    const initial: RefreshStatus = {
      isRunning: true,
      done: 0,
      total,
      read: 0,
      changed: 0,
      isStopped: false,
      failure: null,
    };
    report(initial);
    const dependencies: CheckRunDependencies = {
      ...options,
      async refresh(id, signal, priority) {
        // A read under way is not aborted, because a check or a page may have joined it.
        const outcome = await untilAborted(options.refresh(id, priority), signal);
        if (outcome.ok) current.read.add(id);
        return outcome;
      },
    };
    void runCheck(dependencies, {
      signal: abort.signal,
      priority: new RaisablePriority('asked'),
      checkLast: new Set(),
      only: current.ids,
      onProgress(done) {
        if (run === current) report({ ...initial, done, read: current.read.size });
      },
    })
      .catch((): CheckResult => ({
        checked: 0,
        changed: [],
        failure: { code: 'app.unexpected' },
        withIssue: new Set(),
      }))
      .then(({ changed, failure }) => {
        if (run !== current) return;
        const read = current.read.size;
        const isStopped = abort.signal.aborted;
        report({
          ...initial,
          isRunning: false,
          done: read,
          read,
          changed: changed.length,
          isStopped,
          failure: isStopped ? null : failure,
        });
      });
  }

  return {
    start,
    retry() {
      if (status !== null && !status.isRunning) start(remaining());
    },
    stopReading: () => run?.abort.abort(),
    dismiss() {
      if (status !== null && !status.isRunning) report(null);
    },
    status: () => status,
    stop: () => run?.abort.abort(),
  };
}
