/**
 * Batches writes that no one is waiting for, because each transaction waits for the disk, and a check stores up
 * to two hundred profiles a second. For a caller, it is like a transaction of its own: the promise resolves with
 * the result once the write is durable.
 */
import { success, type Result } from '../../shared/result';
import type { Database, Tables } from '../database';

/**
 * Runs `work` in one transaction together with other writes of about the same time. Resolves once the write is
 * durable, or with the failure. `work` may run twice, so it must have no effects outside of the database.
 */
export type BatchedWrite = <T>(work: (tables: Tables) => T) => Promise<Result<T>>;

interface BatchedItem {
  /** Runs the caller's work and keeps its result for `finish`. */
  work: (tables: Tables) => void;
  /** Resolves the caller's promise with the result of the transaction. */
  finish: (transaction: Result<unknown>) => void;
}

/**
 * Creates the batching write.
 * @param later runs a function soon but not too often
 */
export function createWriteBatch(
  database: Database,
  later: (work: () => void) => void,
): BatchedWrite {
  let waiting: BatchedItem[] = [];

  const write = (batch: readonly BatchedItem[]): Result<unknown> =>
    database.write((tables) => batch.forEach(({ work }) => work(tables)));

  function writeAll(): void {
    const batch = waiting;
    waiting = [];
    const written = write(batch);
    for (const item of batch) {
      // A failed batch wrote nothing. One transaction per item then shows which of them fails.
      item.finish(written.ok || batch.length === 1 ? written : write([item]));
    }
  }

  return <T>(work: (tables: Tables) => T) =>
    new Promise<Result<T>>((resolve) => {
      let result: T;
      waiting.push({
        work: (tables) => void (result = work(tables)),
        finish: (transaction) => resolve(transaction.ok ? success(result) : transaction),
      });
      if (waiting.length === 1) later(writeAll);
    });
}
