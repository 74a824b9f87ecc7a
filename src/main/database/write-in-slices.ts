/** Writes to many entries in slices, each in one transaction, so that main stays responsive. */
import type { Result } from '../../shared/result';
import { DRAFT_SLICE_MS, processSlice } from '../lib/slices';
import type { Database, Tables } from './tables';

/**
 * Processes items in slices, and makes the result durable, also of the slices before one that fails, because the window
 * already shows them.
 * @param work processes an item; returns what `onCommitted` needs, or null for nothing
 * @param onCommitted called after the commit of each slice with what `work` returned. A slice is written as a whole or not at
 *   all, so `work` itself must not pass anything on
 */
export async function writeInSlices<Item, Done>(
  database: Pick<Database, 'writeSlice' | 'flush'>,
  items: readonly Item[],
  work: (tables: Tables, item: Item) => Done | null,
  onCommitted: (done: readonly Done[]) => void,
  yieldToEventLoop: () => Promise<void>,
): Promise<Result<null>> {
  for (let rest = items; rest.length > 0;) {
    const slice = database.writeSlice((tables) => {
      const done: Done[] = [];
      const each = (item: Item): void => {
        const one = work(tables, item);
        if (one !== null) done.push(one);
      };
      return { next: processSlice(rest, each, DRAFT_SLICE_MS), done };
    });
    if (!slice.ok) {
      database.flush();
      return slice;
    }
    onCommitted(slice.value.done);
    rest = slice.value.next;
    await yieldToEventLoop();
  }
  return database.flush();
}
