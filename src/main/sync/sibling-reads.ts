/**
 * Reads the entries that show the same record as one whose change was just confirmed, so that they show it, too.
 * Waits until no more changes are confirmed: a save may write many entries of one record.
 */
import type { Database } from '../database';
import type { Timers } from '../lib/timers';

/** How long no change must have been confirmed, in ms. */
const QUIET_MS = 2_000;
/** The most entries that are read for one change. The background check reads the others. */
const MAX_SIBLINGS = 20;

/** Creates the reader. `refresh` reads one profile and stores it, and never rejects. */
export function createSiblingReads({
  database,
  timers,
  refresh,
}: {
  database: Database;
  timers: Timers;
  refresh: (entryId: string) => Promise<unknown>;
}) {
  const waiting = new Set<string>();
  let timer: unknown = null;
  let stopped = false;

  async function readAll(): Promise<void> {
    const ids = [...waiting];
    waiting.clear();
    for (const id of ids) {
      if (stopped) return;
      // A pending change is read before it is written.
      const hasChange = database.read(({ outbox }) => outbox.get(id) !== null);
      if (hasChange.ok && !hasChange.value) await refresh(id);
    }
  }

  return {
    /** Call after the change of an entry was confirmed. */
    confirmed(entryId: string): void {
      const siblings = database.read(({ organizations }) =>
        organizations.siblings(entryId, MAX_SIBLINGS),
      );
      if (!siblings.ok || siblings.value.length === 0) return;
      for (const id of siblings.value) waiting.add(id);
      waiting.delete(entryId);
      timers.clear(timer);
      timer = timers.set(() => void readAll(), QUIET_MS);
    },
    stop(): void {
      stopped = true;
      timers.clear(timer);
    },
  };
}

/** Reads the siblings of entries. */
export type SiblingReads = ReturnType<typeof createSiblingReads>;
