/**
 * Adds the organizations that a person chose. Up to `MAX_SAVED_IMMEDIATELY` are saved immediately. Larger selections are first
 * written to a queue in the database, which is then processed in groups. So main stays responsive, and after a
 * quit or crash the queue continues at the next launch.
 */
import type { ListedEntry } from '../../../shared/organization';
import type { Addition } from '../../../shared/additions';
import type { Failure } from '../../../shared/failure';
import { failed, success, type Result } from '../../../shared/result';
import { chunks } from '../../lib/slices';
import { wakeable } from '../../lib/wakeable';
import type { Database, Tables } from '../../database';

/** Dependencies of the queue. */
export interface AdditionQueueOptions {
  database: Database;
  /** Now, ms since the epoch. */
  now: () => number;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

/** Up to this many organizations are saved immediately, in one transaction. */
export const MAX_SAVED_IMMEDIATELY = 200;
/** Organizations per group. A group is saved in one transaction, which takes some ms. */
const GROUP = 50;
/** How many groups are written to the queue in one transaction, which takes some ms, too. */
const QUEUED_TOGETHER = 16;

/** Whether organizations may use a sign-in: it exists and is not being removed. */
export function isUsable(tables: Tables, signInId: string): boolean {
  return (tables.signIns.get(signInId)?.state ?? 'removing') !== 'removing';
}

/** Saves the organizations that are not saved yet. */
function save(
  tables: Tables,
  signInId: string,
  chosen: readonly ListedEntry[],
  addedAt: number,
): void {
  for (const listed of chosen) {
    if (tables.organizations.get(listed.id)) continue;
    tables.organizations.put({ ...listed, signInId, addedAt, viewedAt: null });
  }
}

/** Runs `work` in one transaction; fails with `sign-in.not-found` if the sign-in is gone or being removed. */
function withSignIn(
  database: Database,
  signInId: string,
  work: (tables: Tables) => void,
): Result<null> {
  const done = database.write((tables) => {
    if (!isUsable(tables, signInId)) return false;
    work(tables);
    return true;
  });
  if (!done.ok) return done;
  return done.value ? success(null) : failed('sign-in.not-found');
}

/** Creates the queue. Work left from an earlier run continues only after `start`. */
export function createAdditionQueue({ database, now, yieldToEventLoop }: AdditionQueueOptions) {
  let addition: Addition | null = null;
  /** Number of calls of `add` that are writing to the queue. The queue is not processed until this is 0. */
  let queueing = 0;
  let hasQuit = false;
  /** How many times `stop` was called. A running `enqueue` compares it to notice that its groups were dropped. */
  let stopCount = 0;

  const isOver = (): boolean => addition === null || addition.state === 'ended';

  function report(next: Addition | null): void {
    addition = next;
    database.changes.publishInMemory((changes) => changes.topic('additions'));
  }

  /** Publishes that `count` more organizations are queued. The counts start over if the last queue has ended. */
  function grow(count: number): void {
    const { added, total } = isOver() || !addition ? { added: 0, total: 0 } : addition;
    report({ state: 'running', failure: null, added, total: total + count });
  }

  function pause(failure: Failure): void {
    if (addition) report({ ...addition, state: 'paused', failure });
  }

  /** Saves the next group. The value is its size (0 if its sign-in is gone), or null if the queue is empty. */
  function saveGroup(): Result<number | null> {
    return database.write((tables) => {
      const { additions } = tables;
      const group = additions.first();
      if (!group) {
        // The remaining groups cannot be read. The person can choose their organizations again.
        if (additions.count() > 0) additions.clear();
        return null;
      }
      additions.remove(group.id);
      if (!isUsable(tables, group.signInId)) return 0;
      save(tables, group.signInId, group.organizations, now());
      return group.organizations.length;
    });
  }

  /** Processes one group. Returns whether that worked and there may be more groups. */
  function saveNext(): boolean {
    if (addition?.state !== 'running') return false;
    const saved = saveGroup();
    if (!saved.ok) pause(saved.failure);
    else if (saved.value === null) report({ ...addition, state: 'ended' });
    else report({ ...addition, added: addition.added + saved.value });
    return addition.state === 'running';
  }

  /** Processes the queue in the background until it is empty, paused or stopped. */
  const processQueue = wakeable(async () => {
    do await yieldToEventLoop();
    while (!hasQuit && queueing === 0 && saveNext());
  });

  /** Writes all organizations to the queue, in chunks. If one fails, removes the earlier ones. */
  async function enqueue(signInId: string, chosen: readonly ListedEntry[]): Promise<Result<null>> {
    const stopCountBefore = stopCount;
    const groups: number[] = [];
    let count = 0;
    for (const chunk of chunks(chosen, QUEUED_TOGETHER * GROUP)) {
      const written: number[] = [];
      const queued = withSignIn(database, signInId, ({ additions }) => {
        for (const group of chunks(chunk, GROUP)) written.push(additions.put(signInId, group));
      });
      if (!queued.ok) {
        rollBack(groups, count, queued.failure);
        return queued;
      }
      groups.push(...written);
      count += chunk.length;
      await yieldToEventLoop();
      if (stopCount !== stopCountBefore) return success(null);
    }
    grow(chosen.length);
    return success(null);
  }

  /**
   * Removes the groups of a call that could not queue everything.
   * @param count number of organizations in these groups
   */
  function rollBack(groups: readonly number[], count: number, failure: Failure): void {
    if (groups.length === 0) return;
    const removed = database.write(({ additions }) => groups.forEach((id) => additions.remove(id)));
    if (removed.ok) return;
    // These groups stay in the database and would be added after the next launch, so show them now.
    grow(count);
    pause(failure);
  }

  return {
    /**
     * Adds organizations and assigns the sign-in to them. When this resolves, all of them are saved or queued in
     * the database. Organizations that are already saved stay as they are.
     * @returns the id of the first one if it is saved; null if it is still queued or nothing was chosen. Fails with
     *   `sign-in.not-found` or `database.*`.
     */
    async add(signInId: string, chosen: readonly ListedEntry[]): Promise<Result<string | null>> {
      const [first] = chosen;
      if (!first) return success(null);
      if (chosen.length <= MAX_SAVED_IMMEDIATELY) {
        const saved = withSignIn(database, signInId, (tables) =>
          save(tables, signInId, chosen, now()),
        );
        return saved.ok ? success(first.id) : saved;
      }
      const isFirstQueue = isOver();
      queueing += 1;
      const queued = await enqueue(signInId, chosen);
      queueing -= 1;
      // Save the first group now, because the window opens the page of the first organization next.
      const isFirstSaved = queued.ok && isFirstQueue && saveNext();
      processQueue();
      return queued.ok ? success(isFirstSaved ? first.id : null) : queued;
    },
    /** The progress of the queue. Stays after its end until `dismiss`; null if there is nothing to show. */
    status: (): Addition | null => addition,
    /** Drops the organizations that are still queued. */
    stop(): Result<null> {
      const cleared = database.write(({ additions }) => additions.clear());
      if (!cleared.ok) return cleared;
      stopCount += 1;
      if (addition) report({ ...addition, state: 'ended', failure: null });
      return success(null);
    },
    /** Continues after a failure. */
    resume(): void {
      if (addition?.state !== 'paused') return;
      report({ ...addition, state: 'running', failure: null });
      processQueue();
    },
    /** Forgets the progress of a queue that has ended. */
    dismiss(): void {
      if (addition?.state === 'ended') report(null);
    },
    /** Continues a queue from an earlier run of the app. */
    start(): void {
      const queuedCount = database.read(({ additions }) => additions.count());
      if (!queuedCount.ok || queuedCount.value === 0) return;
      grow(queuedCount.value);
      processQueue();
    },
    /** Stops the work, because the app is quitting. */
    quit(): void {
      hasQuit = true;
    },
  };
}
