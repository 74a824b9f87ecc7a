/** Writes to many entries in slices, each in one transaction, so that main stays responsive. */
import type { Outcome } from '../../shared/outcome';
import { DRAFT_SLICE_MS, processSlice } from '../lib/slices';
import type { Database, Tables } from './tables';

/**
 * Processes items in slices, and makes them durable. After a failure, too: what was done until then is shown already.
 * @param work processes an item; returns what it did, or null for nothing
 * @param onCommitted called after each commit with what `work` did, because the transaction of a slice may fail as a whole
 */
export async function writeInSlices<Item, Done>(
  database: Pick<Database, 'writeSlice' | 'flush'>,
  items: readonly Item[],
  work: (tables: Tables, item: Item) => Done | null,
  onCommitted: (done: readonly Done[]) => void,
  yieldToEventLoop: () => Promise<void>,
): Promise<Outcome<null>> {
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
