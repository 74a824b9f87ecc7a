/**
 * Adds the organizations a person chose from a list. A few are saved at once. More become a queue in the
 * database first, which is then worked off group by group: main keeps answering, and what a quit or a crash
 * interrupts is continued at the next start.
 */
import type { Addition } from '../../../shared/additions';
import { failed, success, type Failure, type Outcome } from '../../../shared/failure';
import type { Store, Tables } from '../../database/tables';

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

/** Adds organizations. */
export interface AdditionQueue {
  /**
   * Adds these with a sign-in; they are saved or durably queued when it resolves. Answers one that is saved
   * by then, the first if possible. Those saved already stay as they are.
   */
  add(signInId: string, chosen: readonly Chosen[]): Promise<Outcome<string | null>>;
  /** How far the queue is; null: there is none, and nothing to say about the last one. */
  status(): Addition | null;
  /** Drops what is not added yet. */
  stop(): Outcome<null>;
  /** Continues after a failure. */
  resume(): void;
  /** Forgets how the last queue ended. */
  dismiss(): void;
  /** Continues what was interrupted. */
  start(): void;
  /** Ends the work: the app is quitting. */
  quit(): void;
}

/** Up to so many are saved while the person waits. */
export const FEW = 200;
/** So many are saved in one transaction of the queue: some milliseconds. */
const GROUP = 50;
/** Groups that are queued in one transaction: some milliseconds, too. */
const QUEUED_TOGETHER = 16;

/** Whether a sign-in may be given to an organization: it is there, and not on its way out. */
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

/** Does something with a sign-in in one transaction; `sign-in.none` when it is gone or going. */
function withSignIn(store: Store, signInId: string, work: (tables: Tables) => void): Outcome<null> {
  const done = store.write((tables) => {
    if (!isUsable(tables, signInId)) return false;
    work(tables);
    return true;
  });
  if (!done.ok) return done;
  return done.value ? success(null) : failed('sign-in.none');
}

/** Makes it; nothing is continued before `start`. */
export function createAdditionQueue({
  store,
  now,
  yieldToEventLoop,
}: AdditionQueueOptions): AdditionQueue {
  let addition: Addition | null = null;
  let isWorking = false;
  /** How many lists are being queued; the work on the queue rests meanwhile. */
  let queueing = 0;
  let hasQuit = false;
  /** Counts how often the person stopped it. */
  let stops = 0;

  const isOver = (): boolean => addition === null || addition.state === 'ended';

  function report(next: Addition | null): void {
    addition = next;
    store.changes.memory((changes) => changes.topic('additions'));
  }

  /** So many more are queued, and work on them begins. */
  function grow(count: number): void {
    const { added, total } = isOver() || !addition ? { added: 0, total: 0 } : addition;
    report({ state: 'running', failure: null, added, total: total + count });
  }

  function pause(failure: Failure): void {
    if (addition) report({ ...addition, state: 'paused', failure });
  }

  /** Saves a group of the queue and says how many that were; null when there is none left. */
  function saveGroup(): Outcome<number | null> {
    return store.write((tables) => {
      const { additions } = tables;
      const group = additions.first();
      if (!group) {
        // What is left cannot be read; it can be chosen again.
        if (additions.count() > 0) additions.clear();
        return null;
      }
      additions.remove(group.id);
      if (!isUsable(tables, group.credentialId)) return 0;
      save(tables, group.credentialId, group.organizations, now());
      return group.organizations.length;
    });
  }

  /** Works on one group; says whether there may be more. */
  function work(): boolean {
    if (addition?.state !== 'running') return false;
    const saved = saveGroup();
    if (!saved.ok) pause(saved.failure);
    else if (saved.value === null) report({ ...addition, state: 'ended' });
    else report({ ...addition, added: addition.added + saved.value });
    return addition.state === 'running';
  }

  function wake(): void {
    if (isWorking) return;
    isWorking = true;
    void (async () => {
      do await yieldToEventLoop();
      while (!hasQuit && queueing === 0 && work());
      isWorking = false;
    })();
  }

  /** Queues all of them, slice by slice, or none. */
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
        takeBack(groups, from, queued.failure);
        return queued;
      }
      groups.push(...written);
      await yieldToEventLoop();
      if (stops !== stopsBefore) return success(null);
    }
    grow(chosen.length);
    return success(null);
  }

  /** Drops the groups, of `count` organizations, of a list that could not be queued as a whole. */
  function takeBack(groups: readonly number[], count: number, failure: Failure): void {
    if (groups.length === 0) return;
    const removed = store.write(({ additions }) => groups.forEach((id) => additions.remove(id)));
    if (removed.ok) return;
    // They would be added all the same, at the next start at the latest: better to show them now.
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
      // The page of the first one is opened next.
      const isFirstSaved = queued.ok && isFirstQueue && work();
      wake();
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
      wake();
    },
    dismiss() {
      if (addition?.state === 'ended') report(null);
    },
    start() {
      const left = store.read(({ additions }) => additions.count());
      if (!left.ok || left.value === 0) return;
      grow(left.value);
      wake();
    },
    quit() {
      hasQuit = true;
    },
  };
}
