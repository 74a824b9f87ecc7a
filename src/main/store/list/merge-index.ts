/**
 * Merges the full-text indexes in small steps. Every transaction that changes texts adds a segment, and what
 * was removed stays in the older ones until they are merged.
 */
import type { Sql } from '../database';
import { NAME_SEARCH, TEXT_SEARCH } from './list-tables';

/** Pages merged in one step, some 3 ms. */
const PAGES = 64;

const merge = (table: string): string =>
  `INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`;

/**
 * Merges what is worth it.
 * @param all merges everything into one segment, after which nothing is left of removed texts
 */
export function* mergeIndex(
  sql: Sql,
  transact: (work: () => unknown) => void,
  all = false,
): Generator<void> {
  const changes = (): number => Number(sql.get('SELECT total_changes() AS n')?.['n']);
  for (const table of [NAME_SEARCH, TEXT_SEARCH]) {
    for (let pages = all ? -PAGES : PAGES; ; pages = PAGES) {
      const before = changes();
      transact(() => sql.run(merge(table), pages));
      // The statement itself counts as one.
      if (changes() - before < 2) break;
      yield;
    }
  }
}
