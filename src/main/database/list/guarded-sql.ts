/** Statements on the read model's own tables: damage met there is not damage of the database. */
import type { Sql } from '../database';
import { isListDamage, ListDamage } from './list-tables';

/** Does what touches only the read model; what means that it is damaged is thrown as `ListDamage`. */
export function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ListDamage || !isListDamage(error)) throw error;
    throw new ListDamage('the list is damaged', { cause: error });
  }
}

/** The same statements, guarded. */
export function guardedSql(sql: Sql): Sql {
  return {
    all: (...statement) => guarded(() => sql.all(...statement)),
    arrays: (...statement) => guarded(() => sql.arrays(...statement)),
    get: (...statement) => guarded(() => sql.get(...statement)),
    run: (...statement) => guarded(() => sql.run(...statement)),
  };
}
