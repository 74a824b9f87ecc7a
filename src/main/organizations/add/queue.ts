/**
 * Adds the organizations that a person chose. A few are saved at once. More first become a queue in the
 * database, which is then processed group by group, so main stays responsive and a quit or crash only pauses
 * it until the next start.
 */
import type { Addition } from '../../../shared/additions';
import type { Failure } from '../../../shared/failure';
import { failed, success, type Outcome } from '../../../shared/outcome';
import type { Store, Tables } from '../../database';

/** An organization to add. */
interface Chosen {
  id: string;
  name: string;
}

/** What adding needs. */
export interface AdditionQueueOptions {
  store: Store;
  now: () => number;
  /** Yields to the event loop. */
  yieldToEventLoop: () => Promise<void>;
}

/** Adds chosen organizations. */
export interface AdditionQueue {
  /**
   * Adds these with a sign-in. When it resolves they are saved or durably queued; the value is the id of one
   * that is saved, the first if possible, or null. Organizations that are already saved stay as they are.
   */
  add(signInId: string, chosen: readonly Chosen[]): Promise<Outcome<string | null>>;
  /** The progress of the queue, or of the last one until it is dismissed; else null. */
  status(): Addition | null;
  /** Drops what is still queued. */
  stop(): Outcome<null>;
  /** Continues after a failure. */
  resume(): void;
  /** Forgets the result of the last queue. */
  dismiss(): void;
  /** Continues a queue from an earlier run of the app. */
  start(): void;
  /** Stops the work, because the app is quitting. */
  quit(): void;
}

/** Up to this many are saved while the person waits. */
export const FEW = 200;
/** How many the queue saves in one transaction, which takes some ms. */
const GROUP = 50;
/** How many groups are queued in one transaction, which takes some ms, too. */
const QUEUED_TOGETHER = 16;

/** Whether organizations may use a sign-in: it exists and is not being removed. */
export function isUsable(tables: Tables, signInId: string): boolean {
  return (tables.credentials.get(signInId)?.state ?? 'removing') !== 'removing';
}

/** Saves those that are not saved yet. */
function save(tables: Tables, signInId: string, chosen: readonly Chosen[], at: number): void {
  for (const { id, name } of chosen) {
    if (tables.organizations.get(id)) continue;
    tables.organizations.put({ id, name, credentialId: signInId, addedAt: at, viewedAt: null });
  }
}

/** Runs `work` in one transaction; fails with `sign-in.none` if the sign-in is gone or being removed. */
function withSignIn(store: Store, signInId: string, work: (tables: Tables) => void): Outcome<null> {
  const done = store.write((tables) => {
    if (!isUsable(tables, signInId)) return false;
    work(tables);
    return true;
  });
  if (!done.ok) return done;
  return done.value ? success(null) : failed('sign-in.none');
}

/** Creates it; nothing continues before `start`. */
export function createAdditionQueue({
  store,
  now,
  yieldToEventLoop,
}: AdditionQueueOptions): AdditionQueue {
  let addition: Addition | null = null;
  let isWorking = false;
  /** How many calls are writing to the queue; processing waits meanwhile. */
  let queueing = 0;
  let hasQuit = false;
  /** How often the person stopped it. */
  let stops = 0;

  const isOver = (): boolean => addition === null || addition.state === 'ended';

  function report(next: Addition | null): void {
    addition = next;
    store.changes.publishInMemory((changes) => changes.topic('additions'));
  }

  /** Publishes that `count` more are queued. */
  function grow(count: number): void {
    const { added, total } = isOver() || !addition ? { added: 0, total: 0 } : addition;
    report({ state: 'running', failure: null, added, total: total + count });
  }

  function pause(failure: Failure): void {
    if (addition) report({ ...addition, state: 'paused', failure });
  }

  /** Saves the next group. The value is its size, or null if the queue is empty. */
  function saveGroup(): Outcome<number | null> {
    return store.write((tables) => {
      const { additions } = tables;
      const group = additions.first();
      if (!group) {
        // The rest cannot be read. The person can choose it again.
        if (additions.count() > 0) additions.clear();
        return null;
      }
      additions.remove(group.id);
      if (!isUsable(tables, group.credentialId)) return 0;
      save(tables, group.credentialId, group.organizations, now());
      return group.organizations.length;
    });
  }

  /** Processes one group. Returns whether there may be more. */
  function saveNext(): boolean {
    if (addition?.state !== 'running') return false;
    const saved = saveGroup();
    if (!saved.ok) pause(saved.failure);
    else if (saved.value === null) report({ ...addition, state: 'ended' });
    else report({ ...addition, added: addition.added + saved.value });
    return addition.state === 'running';
  }

  /** Processes the queue in the background until it is empty, paused or stopped. */
  function processQueue(): void {
    if (isWorking) return;
    isWorking = true;
    void (async () => {
      do await yieldToEventLoop();
      while (!hasQuit && queueing === 0 && saveNext());
      isWorking = false;
    })();
  }

  /** Queues all of them in slices, or none. */
  async function enqueue(signInId: string, chosen: readonly Chosen[]): Promise<Outcome<null>> {
    const stopsBefore = stops;
    const groups: number[] = [];
    for (let from = 0; from < chosen.length; from += QUEUED_TOGETHER * GROUP) {
      const slice = chosen.slice(from, from + QUEUED_TOGETHER * GROUP);
      const written: number[] = [];
      const queued = withSignIn(store, signInId, ({ additions }) => {
        for (let at = 0; at < slice.length; at += GROUP) {
          const group = slice.slice(at, at + GROUP).map(({ id, name }) => ({ id, name }));
          written.push(additions.put(signInId, group));
        }
      });
      if (!queued.ok) {
        rollBack(groups, from, queued.failure);
        return queued;
      }
      groups.push(...written);
      await yieldToEventLoop();
      if (stops !== stopsBefore) return success(null);
    }
    grow(chosen.length);
    return success(null);
  }

  /** Removes the groups (`count` organizations) of a call that could not queue everything. */
  function rollBack(groups: readonly number[], count: number, failure: Failure): void {
    if (groups.length === 0) return;
    const removed = store.write(({ additions }) => groups.forEach((id) => additions.remove(id)));
    if (removed.ok) return;
    // The next start would add them anyway, so show them now.
    grow(count);
    pause(failure);
  }

  return {
    async add(signInId, chosen) {
      const [first] = chosen;
      if (!first) return success(null);
      if (chosen.length <= FEW) {
        const saved = withSignIn(store, signInId, (tables) =>
          save(tables, signInId, chosen, now()),
        );
        return saved.ok ? success(first.id) : saved;
      }
      const isFirstQueue = isOver();
      queueing += 1;
      const queued = await enqueue(signInId, chosen);
      queueing -= 1;
      // The window opens the page of the first one next.
      const isFirstSaved = queued.ok && isFirstQueue && saveNext();
      processQueue();
      return queued.ok ? success(isFirstSaved ? first.id : null) : queued;
    },
    status: () => addition,
    stop() {
      const cleared = store.write(({ additions }) => additions.clear());
      if (!cleared.ok) return cleared;
      stops += 1;
      if (addition) report({ ...addition, state: 'ended', failure: null });
      return success(null);
    },
    resume() {
      if (addition?.state !== 'paused') return;
      report({ ...addition, state: 'running', failure: null });
      processQueue();
    },
    dismiss() {
      if (addition?.state === 'ended') report(null);
    },
    start() {
      const left = store.read(({ additions }) => additions.count());
      if (!left.ok || left.value === 0) return;
      grow(left.value);
      processQueue();
    },
    quit() {
      hasQuit = true;
    },
  };
}
