/**
 * Updates rows of the read model (list-tables.ts), in the transaction that touched their entries. Writes to the
 * full-text indexes only if a text changed, because that takes much longer than everything else.
 */
import type { Named } from '../../../shared/name-order';
import { chunks } from '../../lib/slices';
import * as columns from '../columns';
import type { Context } from '../context';
import type { Sql, Value } from '../sqlite-file';
import { listEntries } from '../entries';
import { addName, addTexts, removeName, removeTexts } from './full-text';
import { CountChanges } from './list-counts';
import { parentsAmong, updateParents } from './list-parents';
import { assignPlaces } from './name-order';
import { columnsOf, type RowColumns } from './row-columns';

/** Entries read at a time. */
const CHUNK_SIZE = 200;

/** A row to write, without its place. */
export interface NewRow extends Named {
  /** All other columns by name. */
  values: Record<string, Value>;
  foldedName: string;
  texts: string;
}

/** A stored row. */
interface StoredRow extends NewRow {
  /** Row id. */
  row: number;
}

/** What an update changed besides the rows. */
export interface OtherChanges {
  /** Whether texts were added, changed or removed. */
  texts: boolean;
  /** Whether an entry was removed, whose texts must be erased. */
  removed: boolean;
  /** Whether a parent was added, renamed or removed. */
  parents: boolean;
  /** Whether an entry got or lost a label. */
  labels: boolean;
}

const STORED = `SELECT organization_row.id AS row, entry_id AS id, name, folded_name,
    folded AS texts, changed_at, attention, draft, waiting, changed, unviewed, unread, sign_in_id, account,
    parent_id, group_id, member, labels
  FROM organization_row JOIN organization_text ON organization_text.id = organization_row.id
  WHERE entry_id IN (SELECT value FROM json_each(?))`;

function valuesOf(row: RowColumns): Record<string, Value> {
  return {
    changed_at: row.changedAt,
    attention: row.attention,
    draft: Number(row.draft),
    waiting: Number(row.waiting),
    changed: Number(row.changed),
    unviewed: Number(row.unviewed),
    unread: Number(row.unread),
    sign_in_id: row.signInId,
    account: Number(row.account),
    parent_id: row.parentId,
    group_id: row.groupId,
    member: Number(row.member),
    labels: row.labels,
  };
}

/** Computes the rows that these entries should have, by id. Removed entries have none. */
export function rowsOf(context: Context, ids: readonly string[]): Map<string, NewRow> {
  const parents = parentsAmong(context, ids);
  return new Map(
    listEntries(context, ids).map((entry) => {
      const { id } = entry.organization;
      const row = columnsOf(entry, parents.has(id));
      const { name, foldedName, foldedTexts: texts } = row;
      return [id, { id, name, values: valuesOf(row), foldedName, texts }];
    }),
  );
}

function storedRows(sql: Sql, ids: readonly string[]): Map<string, StoredRow> {
  const stored = sql
    .all(STORED, columns.toJson(ids))
    .map(({ row, id, name, folded_name, texts, ...values }): StoredRow => ({
      row: Number(row),
      id: String(id),
      name: columns.toText(name),
      foldedName: String(folded_name),
      texts: String(texts),
      values: values as Record<string, Value>,
    }));
  return new Map(stored.map((one) => [one.id, one]));
}

/** Adds a row with its texts, and counts it in `counts`. */
export function addRow(
  sql: Sql,
  counts: CountChanges,
  { id, name, values, foldedName, texts }: NewRow,
  place: number,
): void {
  const names = ['entry_id', 'name', 'folded_name', 'place', ...Object.keys(values)];
  sql.run(
    `INSERT INTO organization_row (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    id,
    columns.toJson(name),
    foldedName,
    place,
    ...Object.values(values),
  );
  const row = columns.toNumber(sql.get('SELECT last_insert_rowid() AS row')?.['row']);
  sql.run('INSERT INTO organization_text (id, folded) VALUES (?, ?)', row, texts);
  addName(sql, row, foldedName, id);
  addTexts(sql, row, texts);
  counts.count(values, 1);
}

function removeRow(sql: Sql, { row, id, foldedName, texts }: StoredRow): void {
  removeName(sql, row, foldedName, id);
  removeTexts(sql, row, texts);
  sql.run('DELETE FROM organization_row WHERE id = ?', row);
  sql.run('DELETE FROM organization_text WHERE id = ?', row);
}

/**
 * Changes a row. Writes only the columns that differ, because writing one also updates the indexes with it.
 * @returns whether the texts differ
 */
function changeRow(sql: Sql, stored: StoredRow, desired: NewRow): boolean {
  const { row, texts } = stored;
  const { values } = desired;
  const names = Object.keys(values).filter((name) => values[name] !== stored.values[name]);
  if (names.length > 0) {
    sql.run(
      `UPDATE organization_row SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`,
      ...names.map((name) => values[name] ?? null),
      row,
    );
  }
  if (desired.texts === texts) return false;
  removeTexts(sql, row, texts);
  sql.run('UPDATE organization_text SET folded = ? WHERE id = ?', desired.texts, row);
  addTexts(sql, row, desired.texts);
  return true;
}

/**
 * Updates the rows of these entries. Call inside a write transaction.
 * @param context for the tables that the read model is derived from
 * @param sql for the tables of the read model
 */
export function updateRows(context: Context, sql: Sql, ids: readonly string[]): OtherChanges {
  const updated = { texts: false, removed: false, parents: false, labels: false };
  /** Organizations that are a parent, or were one, and whose name may have changed. */
  const parents = new Set<string>();
  const counts = new CountChanges();
  const added: NewRow[] = [];
  for (const chunk of chunks(ids, CHUNK_SIZE)) {
    const desiredById = rowsOf(context, chunk);
    const storedById = storedRows(sql, chunk);
    // Those that are stored by their row ids: FTS5 writes out all it has for each row id that is lower than the one before.
    const rowOf = (id: string): number => storedById.get(id)?.row ?? Infinity;
    for (const id of chunk.toSorted((one, other) => rowOf(one) - rowOf(other))) {
      const [stored, desired] = [storedById.get(id), desiredById.get(id)];
      if ((stored?.values['labels'] ?? '') !== (desired?.values['labels'] ?? '')) {
        updated.labels = true;
      }
      for (const values of [stored?.values, desired?.values]) {
        if (typeof values?.['parent_id'] === 'string') parents.add(values['parent_id']);
        if (values?.['member'] === 0) parents.add(id);
      }
      if (stored && desired?.name === stored.name) {
        counts.count(stored.values, -1);
        counts.count(desired.values, 1);
        if (changeRow(sql, stored, desired)) updated.texts = true;
        continue;
      }
      // A new name needs a new place, so the row is removed and added again.
      if (stored) {
        removeRow(sql, stored);
        counts.count(stored.values, -1);
        updated.texts = true;
        updated.removed ||= !desired;
      }
      if (desired) added.push(desired);
    }
  }
  assignPlaces(sql, added, (row, place) => addRow(sql, counts, row, place));
  counts.write(sql);
  updated.parents = updateParents(context, sql, parents);
  updated.texts ||= added.length > 0;
  return updated;
}
