/** Cancelling a job: what was not sent is given up, each text kept in the history of its organization. */
import { discardIn } from '../profiles/ending';
import type { QueueEntry, Tables } from '../store/tables';

/**
 * Gives up what still waits of a job. What is being written goes on to its end, what is in conflict or
 * refused stays on its page to be decided. Call inside `Store.write`.
 *
 * @param isWritten whether a change is being written or read back right now
 * @returns the organizations whose change was given up
 */
export function cancelIn(
  tables: Tables,
  runId: string,
  isWritten: (organizationId: string) => boolean,
  now: number,
): string[] {
  const isUnsent = ({ organizationId, state }: QueueEntry): boolean =>
    state !== 'conflict' && state !== 'refused' && !isWritten(organizationId);
  const ids = tables.outbox.ofRun(runId).filter(isUnsent);
  for (const { organizationId } of ids) discardIn(tables, organizationId, now);
  // What is being written may fail for a reason that heals: then it goes on, paused or not before.
  tables.bulk.setPaused(runId, false);
  return ids.map(({ organizationId }) => organizationId);
}
