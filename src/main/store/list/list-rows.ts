/**
 * Brings rows of the read model up to date, in the transaction that touched their entries. The full-text
 * index is touched only where a text changed: that takes much longer than everything else.
 */
import type { Named } from '../../../shared/name-order';
import * as columns from '../columns';
import type { Context } from '../context';
import type { Row, Sql, Value } from '../database';
import { listEntries } from '../entries';
import { SEARCH } from './list-tables';
import { givePlaces } from './places';
import { columnsOf, type RowColumns } from './row-columns';

/** Entries that are read together. */
const AT_ONCE = 200;

/** A row as it is stored. */
interface StoredRow extends Named {
  row: number;
  values: Record<string, Value>;
}

/** A row that is to be added. */
export interface NewRow extends Named {
  values: Record<string, Value>;
}

/** What bringing rows up to date did to the full-text index. */
export interface Updated {
  /** Whether a text changed. */
  texts: boolean;
  /** Whether a text is gone for good. */
  removed: boolean;
}

const STORED = `SELECT id, organization_id, name, changed_at, attention, draft, waiting, to_see, unread,
    credential_id, folded_name, folded_texts
  FROM organization_row WHERE organization_id IN (SELECT value FROM json_each(?))`;

const TO_INDEX = `INSERT INTO ${SEARCH} (rowid, folded_name, folded_texts, organization_id)
  VALUES (?, ?, ?, ?)`;
const FROM_INDEX = `INSERT INTO ${SEARCH}
    (${SEARCH}, rowid, folded_name, folded_texts, organization_id)
  VALUES ('delete', ?, ?, ?, ?)`;

/** The columns that are compared and written, but for name and place. */
function valuesOf(row: RowColumns): Record<string, Value> {
  return {
    changed_at: row.changedAt,
    attention: row.attention,
    draft: Number(row.draft),
    waiting: Number(row.waiting),
    to_see: Number(row.toSee),
    unread: Number(row.unread),
    credential_id: row.credentialId,
    folded_name: row.foldedName,
    folded_texts: row.foldedTexts,
  };
}

/** The rows of these entries as they should be, by id; entries that are gone have none. */
export function rowsOf(context: Context, ids: readonly string[]): Map<string, NewRow> {
  return new Map(
    listEntries(context, ids).map((entry) => {
      const { id, name } = entry.organization;
      return [id, { id, name, values: valuesOf(columnsOf(entry)) }];
    }),
  );
}

function storedRows(sql: Sql, ids: readonly string[]): Map<string, StoredRow> {
  const stored = sql
    .all(STORED, columns.toJson(ids))
    .map(({ id: row, organization_id: id, name, ...values }: Row): StoredRow => ({
      row: Number(row),
      id: String(id),
      name: columns.toText(name),
      values: values as Record<string, Value>,
    }));
  return new Map(stored.map((one) => [one.id, one]));
}

/** What the full-text index holds of a row, in the order of its columns. */
function indexed({ id, values }: NewRow): Value[] {
  return [values['folded_name'] ?? '', values['folded_texts'] ?? '', id];
}

/** Adds a row with its texts. */
export function addRow(sql: Sql, { id, name, values }: NewRow, place: number): void {
  const names = ['organization_id', 'name', 'place', ...Object.keys(values)];
  sql.run(
    `INSERT INTO organization_row (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    ...[id, columns.toJson(name), place, ...Object.values(values)],
  );
  const row = columns.toNumber(sql.get('SELECT last_insert_rowid() AS row')?.['row']);
  sql.run(TO_INDEX, row, ...indexed({ id, name, values }));
}

function removeRow(sql: Sql, stored: StoredRow): void {
  sql.run(FROM_INDEX, stored.row, ...indexed(stored));
  sql.run('DELETE FROM organization_row WHERE id = ?', stored.row);
}

/** Writes the columns that differ, and no others: each costs the indexes over it. Says whether texts do. */
function changeRow(sql: Sql, stored: StoredRow, { values }: NewRow): boolean {
  const names = Object.keys(values).filter((name) => values[name] !== stored.values[name]);
  if (names.length === 0) return false;
  const hasTexts = names.includes('folded_texts') || names.includes('folded_name');
  if (hasTexts) sql.run(FROM_INDEX, stored.row, ...indexed(stored));
  sql.run(
    `UPDATE organization_row SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`,
    ...[...names.map((name) => values[name] ?? null), stored.row],
  );
  if (hasTexts) sql.run(TO_INDEX, stored.row, ...indexed({ ...stored, values }));
  return hasTexts;
}

/**
 * Brings the rows of these entries up to date. Call inside a transaction that may write.
 * @param sql for the tables of the read model; `context` is for those it comes from
 */
export function updateRows(context: Context, sql: Sql, ids: readonly string[]): Updated {
  const updated = { texts: false, removed: false };
  const added: NewRow[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    const wanted = rowsOf(context, some);
    const stored = storedRows(sql, some);
    for (const id of some) {
      const [is, should] = [stored.get(id), wanted.get(id)];
      if (is && should?.name === is.name) {
        if (changeRow(sql, is, should)) updated.texts = true;
        continue;
      }
      if (is) {
        removeRow(sql, is);
        updated.texts = true;
        updated.removed ||= !should;
      }
      if (should) added.push(should);
    }
  }
  givePlaces(sql, added, (row, place) => addRow(sql, row, place));
  updated.texts ||= added.length > 0;
  return updated;
}
