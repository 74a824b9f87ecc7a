/** The labels of entries: a person's own words. Nothing that is sent depends on them, so they have no MAC. */
import * as v from 'valibot';
import {
  cleanLabel,
  labelKey,
  LABELS_LIMIT,
  labelTextSchema,
  MAX_LABELS,
} from '../../shared/labels';
import * as columns from './columns';
import { hasEntry, markEntry, type Context } from './context';
import type { Row } from './sqlite-file';
import { readRow, type Table } from './table';

/** A label of an entry. */
export interface LabelRow {
  entryId: string;
  label: string;
}

/** Parses a row. Null if its label cannot be read. */
function toLabel(row: Row): LabelRow | null {
  const entryId = columns.toEntryId(row['entry_id']);
  const label = columns.fromJson(row['label']);
  const isLabel = v.is(labelTextSchema, label) && labelKey(label) === row['folded'];
  return entryId === null || !isLabel ? null : { entryId, label };
}

/** The table of labels. */
export const LABEL: Table<LabelRow> = {
  name: 'label',
  parse: toLabel,
  recover(context, { entryId, label }) {
    if (hasEntry(context, entryId)) labels(context).change(entryId, [label], []);
    return true;
  },
};

const OF = 'SELECT * FROM label WHERE entry_id IN (SELECT value FROM json_each(?)) ORDER BY folded';

/** The repository of labels. */
export function labels(context: Context) {
  const { sql } = context;
  /** The labels of these entries, in the order of their letters. */
  const of = (ids: readonly string[]): LabelRow[] =>
    sql.all(OF, columns.toJson(ids)).map((row) => readRow(LABEL, row));
  /** A label as it is written where it is there already. */
  function asWritten(label: string): string {
    const found = sql.get('SELECT * FROM label WHERE folded = ? LIMIT 1', labelKey(label));
    return (found && toLabel(found)?.label) ?? label;
  }
  return {
    of,
    /** The first `LABELS_LIMIT` different labels and one more if there are more, in the order of their letters. */
    all(): string[] {
      const all: string[] = [];
      // One step of the index for each, however many entries have it.
      for (let last = ''; all.length <= LABELS_LIMIT;) {
        const row = sql.get('SELECT * FROM label WHERE folded > ? ORDER BY folded LIMIT 1', last);
        if (!row) break;
        last = String(row['folded']);
        all.push(readRow(LABEL, row).label);
      }
      return all;
    },
    /**
     * Adds labels to an entry and removes others.
     * @returns false if it would have too many; then nothing has changed
     */
    change(entryId: string, add: readonly string[], remove: readonly string[]): boolean {
      const before = new Set(of([entryId]).map(({ label }) => labelKey(label)));
      const removed = new Set(remove.map(labelKey).filter((key) => before.has(key)));
      const labels = add.map(cleanLabel).filter((label) => v.is(labelTextSchema, label));
      const added = new Map(labels.map((label) => [labelKey(label), label]));
      for (const key of before) added.delete(key);
      if (added.size === 0 && removed.size === 0) return true;
      if (before.size - removed.size + added.size > MAX_LABELS) return false;
      for (const key of removed) {
        sql.run('DELETE FROM label WHERE entry_id = ? AND folded = ?', entryId, key);
      }
      for (const [key, label] of added) {
        sql.run(
          'INSERT INTO label (entry_id, folded, label) VALUES (?, ?, ?)',
          entryId,
          key,
          columns.toJson(asWritten(label)),
        );
      }
      markEntry(context, entryId);
      return true;
    },
  };
}
