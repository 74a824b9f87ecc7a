/** How the last background check ended, in the database: the next one is counted from it. */
import * as v from 'valibot';
import { failureSchema } from '../../shared/failure';
import type { Store } from '../store/tables';

const SETTING = 'background-check';

const recordSchema = v.object({
  endedAt: v.nullable(v.pipe(v.number(), v.finite())),
  changed: v.number(),
  failure: v.nullable(failureSchema),
});

/** How the last check ended. */
export type CheckRecord = v.InferOutput<typeof recordSchema>;

const NEVER: CheckRecord = { endedAt: null, changed: 0, failure: null };

/** The record; one that is missing or unreadable counts as no check yet. */
export function readRecord(store: Store): CheckRecord {
  const read = store.read((tables) => v.safeParse(recordSchema, tables.settings.get(SETTING)));
  return read.ok && read.value.success ? read.value.output : NEVER;
}

/** Keeps the record. When the database cannot take it, a restart only checks sooner. */
export function keepRecord(store: Store, record: CheckRecord): void {
  store.write((tables) => tables.settings.put(SETTING, record));
}
