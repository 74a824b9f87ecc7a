/** How the last look for updates ended, in the database: told in Settings, also after a restart. */
import * as v from 'valibot';
import { failureSchema } from '../../shared/failure';
import type { Store } from '../database/tables';

const SETTING = 'updates';

const recordSchema = v.object({
  /** When the update server last answered, ms since the epoch. */
  lookedAt: v.nullable(v.pipe(v.number(), v.finite())),
  failure: v.nullable(failureSchema),
  /** The version whose banner the person put away. */
  dismissed: v.nullable(v.string()),
});

/** How the last look ended. */
export type UpdateRecord = v.InferOutput<typeof recordSchema>;

/** No look yet. */
export const NEVER: UpdateRecord = { lookedAt: null, failure: null, dismissed: null };

/** The record; one that is missing or unreadable counts as no look yet. */
export function readRecord(store: Store): UpdateRecord {
  const read = store.read((tables) => v.safeParse(recordSchema, tables.settings.get(SETTING)));
  return read.ok && read.value.success ? read.value.output : NEVER;
}

/** Keeps the record. When the database cannot take it, a banner only comes up once more. */
export function keepRecord(store: Store, record: UpdateRecord): void {
  store.write((tables) => tables.settings.put(SETTING, record));
}
