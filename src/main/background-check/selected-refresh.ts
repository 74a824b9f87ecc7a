/**
 * Refreshes the entries that a person selected: a run (run.ts) over just these, with the priority of a check that a
 * person requested, so saves go first. Only one runs at a time; one that is started meanwhile also reads what the
 * first had left. The result stays until it is dismissed. Nothing is kept across a restart of the app: the person can
 * refresh again.
 */
import type { SelectedRefreshStatus } from '../../shared/selection-actions';
import type { Outcome } from '../../shared/outcome';
import { untilAborted } from '../lib/promises';
import { RaisablePriority, type Priority } from '../rate-limit';
import { runCheck, type CheckRunDependencies } from './run';

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
  /**
   * Reads those that the last refresh could have read and did not. Does nothing while one is running. The result is
   * forgotten if all of them were removed meanwhile.
   */
  retry(): void;
  /** Stops a running refresh. */
  stop(): void;
  /** Forgets the result of a refresh that has ended. */
  dismiss(): void;
  /** The progress or result; null if there is none. */
  status(): SelectedRefreshStatus | null;
}

interface ActiveRun {
  abort: AbortController;
  ids: readonly string[];
  /** The entries that were read, also by a run that this one joined. */
  read: Set<string>;
  /** The entries that had changed. Shared with the runs that this one joined, because they report theirs later. */
  changed: Set<string>;
  /** The entries that no further try can read: without a sign-in, or removed. */
  unreadable: ReadonlySet<string>;
}

/** Creates the refresh. It reads nothing before `start`. */
export function createSelectedRefresh(options: SelectedRefreshOptions): SelectedRefresh {
  let run: ActiveRun | null = null;
  let status: SelectedRefreshStatus | null = null;

  function report(next: SelectedRefreshStatus | null): void {
    status = next;
    options.onChange();
  }

  const remaining = (): string[] =>
    run?.ids.filter((id) => !run?.read.has(id) && !run?.unreadable.has(id)) ?? [];

  function start(ids: readonly string[]): void {
    const joined = status?.isRunning ? run : null;
    const toRead = [...new Set([...ids, ...(joined ? remaining() : [])])];
    // Those that are read again do not count as read yet.
    const done = new Set(joined?.read);
    for (const id of toRead) done.delete(id);
    run?.abort.abort();
    const abort = new AbortController();
    const current: ActiveRun = {
      abort,
      ids: [...toRead, ...done],
      read: new Set(done),
      changed: joined?.changed ?? new Set(),
      unreadable: new Set(),
    };
    run = current;
    const count = current.ids.length;
    const initial: SelectedRefreshStatus = {
      isRunning: true,
      done: done.size,
      total: count,
      read: done.size,
      changed: 0,
      withoutSignIn: 0,
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
      only: toRead,
      onProgress(now, total) {
        if (run !== current) return;
        const before = done.size;
        report({ ...initial, done: before + now, total: before + total, read: current.read.size });
      },
    })
      .catch(() => ({
        changed: [],
        failure: { code: 'app.unexpected' } as const,
        withoutSignIn: new Set<string>(),
        removed: new Set<string>(),
      }))
      .then(({ changed, failure, withoutSignIn, removed }) => {
        for (const id of changed) current.changed.add(id);
        if (run !== current) return;
        current.unreadable = new Set([...withoutSignIn, ...removed]);
        const total = count - removed.size;
        if (total === 0) return report(null);
        const read = current.read.size;
        const isStopped = abort.signal.aborted;
        report({
          ...initial,
          isRunning: false,
          done: read,
          total,
          read,
          changed: current.changed.size,
          withoutSignIn: withoutSignIn.size,
          isStopped,
          failure: isStopped ? null : failure,
        });
      });
  }

  return {
    start,
    retry() {
      if (status === null || status.isRunning) return;
      const ids = remaining();
      if (ids.length > 0) start(ids);
    },
    stop: () => run?.abort.abort(),
    dismiss() {
      if (status !== null && !status.isRunning) report(null);
    },
    status: () => status,
  };
}
