/**
 * Batches writes that no one is waiting for: each transaction waits for the disk, and a check reads two
 * hundred profiles a second. The caller gets the outcome when it is durable, as with a write of its own.
 */
import { success, type Outcome } from '../../shared/failure';
import type { Store, Tables } from '../database/tables';

/**
 * Writes together with what others write at about the same time; resolves when it is durable, or with
 * the failure. `work` changes nothing but the database: it may be called twice.
 */
export type BatchedWrite = <T>(work: (tables: Tables) => T) => Promise<Outcome<T>>;

interface Waiting {
  /** Writes it, and keeps what came of it for `settle`. */
  work: (tables: Tables) => void;
  /** Says how the transaction ended. */
  settle: (transaction: Outcome<unknown>) => void;
}

/**
 * Makes it.
 * @param later runs a function soon, and not too often
 */
export function createWriteBatch(store: Store, later: (work: () => void) => void): BatchedWrite {
  let waiting: Waiting[] = [];

  const write = (group: readonly Waiting[]): Outcome<unknown> =>
    store.write((tables) => group.forEach(({ work }) => work(tables)));

  function writeAll(): void {
    const group = waiting;
    waiting = [];
    const together = write(group);
    for (const one of group) {
      // Nothing of it was written: whose fault it was shows when each has its own transaction.
      one.settle(together.ok || group.length === 1 ? together : write([one]));
    }
  }

  return <T>(work: (tables: Tables) => T) =>
    new Promise<Outcome<T>>((resolve) => {
      let result: T;
      waiting.push({
        work: (tables) => void (result = work(tables)),
        settle: (transaction) => resolve(transaction.ok ? success(result) : transaction),
      });
      if (waiting.length === 1) later(writeAll);
    });
}
