/**
 * Brings rows of the read model up to date, in the transaction that touched their entries. The full-text
 * index is touched only where a text changed: that takes much longer than everything else.
 */
import type { Named } from '../../../shared/name-order';
import * as columns from '../columns';
import type { Context } from '../context';
import type { Sql, Value } from '../database';
import { listEntries } from '../entries';
import { addName, addTexts, removeName, removeTexts } from './full-text';
import { CountChanges } from './list-counts';
import { givePlaces } from './name-order';
import { columnsOf, type RowColumns } from './row-columns';

/** Entries that are read together. */
const AT_ONCE = 200;

/** A row, without its place. */
export interface NewRow extends Named {
  /** The columns that are compared and written, but for name and texts. */
  values: Record<string, Value>;
  foldedName: string;
  texts: string;
}

/** A row as it is stored. */
interface StoredRow extends NewRow {
  row: number;
}

/** What bringing rows up to date did to the full-text index. */
export interface Updated {
  /** Whether a text changed. */
  texts: boolean;
  /** Whether a text is gone for good. */
  removed: boolean;
}

const STORED = `SELECT organization_row.id AS row, organization_id AS id, name, folded_name,
    folded AS texts, changed_at, attention, draft, waiting, to_see, unread, credential_id
  FROM organization_row JOIN organization_text ON organization_text.id = organization_row.id
  WHERE organization_id IN (SELECT value FROM json_each(?))`;

function valuesOf(row: RowColumns): Record<string, Value> {
  return {
    changed_at: row.changedAt,
    attention: row.attention,
    draft: Number(row.draft),
    waiting: Number(row.waiting),
    to_see: Number(row.unviewed),
    unread: Number(row.unread),
    credential_id: row.credentialId,
  };
}

/** The rows of these entries as they should be, by id; entries that are gone have none. */
export function rowsOf(context: Context, ids: readonly string[]): Map<string, NewRow> {
  return new Map(
    listEntries(context, ids).map((entry) => {
      const { id, name } = entry.organization;
      const row = columnsOf(entry);
      const { foldedName, foldedTexts: texts } = row;
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

/** Adds a row with its texts, and counts it. */
export function addRow(
  sql: Sql,
  counts: CountChanges,
  { id, name, values, foldedName, texts }: NewRow,
  place: number,
): void {
  const names = ['organization_id', 'name', 'folded_name', 'place', ...Object.keys(values)];
  sql.run(
    `INSERT INTO organization_row (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    ...[id, columns.toJson(name), foldedName, place, ...Object.values(values)],
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

/** Writes the columns that differ, and no others: each costs the indexes over it. Says whether texts do. */
function changeRow(sql: Sql, { row, values: is, texts }: StoredRow, should: NewRow): boolean {
  const { values } = should;
  const names = Object.keys(values).filter((name) => values[name] !== is[name]);
  if (names.length > 0) {
    sql.run(
      `UPDATE organization_row SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`,
      ...[...names.map((name) => values[name] ?? null), row],
    );
  }
  if (should.texts === texts) return false;
  removeTexts(sql, row, texts);
  sql.run('UPDATE organization_text SET folded = ? WHERE id = ?', should.texts, row);
  addTexts(sql, row, should.texts);
  return true;
}

/**
 * Brings the rows of these entries up to date. Call inside a transaction that may write.
 * @param sql for the tables of the read model; `context` is for those it comes from
 */
export function updateRows(context: Context, sql: Sql, ids: readonly string[]): Updated {
  const updated = { texts: false, removed: false };
  const counts = new CountChanges();
  const added: NewRow[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    const wanted = rowsOf(context, some);
    const stored = storedRows(sql, some);
    for (const id of some) {
      const [is, should] = [stored.get(id), wanted.get(id)];
      if (is && should?.name === is.name) {
        counts.count(is.values, -1);
        counts.count(should.values, 1);
        if (changeRow(sql, is, should)) updated.texts = true;
        continue;
      }
      if (is) {
        removeRow(sql, is);
        counts.count(is.values, -1);
        updated.texts = true;
        updated.removed ||= !should;
      }
      if (should) added.push(should);
    }
  }
  givePlaces(sql, added, (row, place) => addRow(sql, counts, row, place));
  counts.write(sql);
  updated.texts ||= added.length > 0;
  return updated;
}
