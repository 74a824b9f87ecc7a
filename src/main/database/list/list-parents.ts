/**
 * The organizations above the entries, with their places in the order of names: a part of the read model
 * (list-tables.ts). They head the groups of the list, are what it can be filtered by, and their names are searched.
 * Rows contain only the id of their group, because thousands of rows may be in one group, which may be renamed.
 */
import {
  PARENTS_LIMIT,
  PATH_LIMIT,
  type ListGroup,
  type ListParents,
  type ListQuery,
} from '../../../shared/list-query';
import { byName, type Named } from '../../../shared/name-order';
import * as columns from '../columns';
import type { Context } from '../context';
import type { Sql } from '../sqlite-file';
import { fold } from '../fold';
import { groupCount } from './list-counts';
import { LAST_PLACE, NO_GROUP } from './list-tables';
import { assignPlaces, PLACE_GAP } from './name-order';
import { sortInSlices } from './sort-in-slices';

/** Parents whose names are read, or that are added, in one step. */
const PARENTS_PER_STEP = 200;

const TABLE = 'organization_parent';

/** SQL for `FROM`: rows in the order of their groups, which is `group_place, group_row`. */
export const GROUPED_ROWS = `(SELECT id AS group_row, place AS group_place, entry_id AS head
  FROM ${TABLE}) CROSS JOIN organization_row ON group_id = head`;

/** SQL condition on rows: the name of their parent contains a folded text. */
export const PARENT_CONTAINS = `parent_id IN (
  SELECT entry_id FROM ${TABLE} WHERE instr(folded_name, ?) > 0)`;

function addParent(sql: Sql, { id, name }: Named, place: number): void {
  sql.run(
    `INSERT INTO ${TABLE} (entry_id, name, folded_name, place) VALUES (?, ?, ?, ?)`,
    id,
    columns.toJson(name),
    fold(name),
    place,
  );
}

/**
 * The name of a parent: its own if it is saved, otherwise the one that Cloudflare listed with the entry below it
 * that was added last.
 */
function nameOf(context: Context, id: string): string {
  const saved = context.sql.get('SELECT name FROM organization WHERE id = ?', id);
  if (saved) return columns.toText(saved['name']);
  const below = context.sql.get(
    `SELECT parent_name AS name FROM organization WHERE parent_id = ? AND id <> parent_id
     ORDER BY rowid DESC LIMIT 1`,
    id,
  );
  return columns.toText(below?.['name']);
}

/** Those of these ids that are the parent of a saved entry. */
export function parentsAmong({ sql }: Context, ids: readonly string[]): Set<string> {
  const found = sql.arrays(
    `SELECT value FROM json_each(?) WHERE EXISTS (
       SELECT 1 FROM organization WHERE parent_id = value AND id <> value)`,
    columns.toJson(ids),
  );
  return new Set(found.map(([id]) => String(id)));
}

/**
 * Adds, renames and removes parents after their rows, or those below them, have changed. Call in the transaction
 * that changed them.
 * @returns whether any of them has changed
 */
export function updateParents(context: Context, sql: Sql, ids: Iterable<string>): boolean {
  const added: Named[] = [];
  let isChanged = false;
  for (const id of ids) {
    const isParent = sql.get('SELECT 1 FROM organization_row WHERE parent_id = ? LIMIT 1', id);
    const stored = sql.get(`SELECT name FROM ${TABLE} WHERE entry_id = ?`, id);
    const name = isParent ? nameOf(context, id) : null;
    if (stored ? columns.toText(stored['name']) === name : name === null) continue;
    isChanged = true;
    sql.run(`DELETE FROM ${TABLE} WHERE entry_id = ?`, id);
    if (name !== null) added.push({ id, name });
  }
  assignPlaces(sql, added, (parent, place) => addParent(sql, parent, place), TABLE);
  return isChanged;
}

/** Adds the parents of all rows, in steps, to a table that has none. */
export function* buildParents(
  context: Context,
  sql: Sql,
  transact: (work: () => unknown) => void,
): Generator<void> {
  const found: Named[] = [];
  for (let last = ''; ;) {
    const ids = sql
      .arrays(
        `SELECT DISTINCT parent_id FROM organization_row WHERE parent_id > ?
         ORDER BY parent_id LIMIT ?`,
        last,
        PARENTS_PER_STEP,
      )
      .map(([id]) => String(id));
    for (const id of ids) found.push({ id, name: nameOf(context, id) });
    last = ids.at(-1) ?? '';
    if (ids.length < PARENTS_PER_STEP) break;
    yield;
  }
  const parents = yield* sortInSlices(found, byName());
  for (let from = 0; from < parents.length; from += PARENTS_PER_STEP) {
    transact(() => {
      for (const [index, parent] of parents.slice(from, from + PARENTS_PER_STEP).entries()) {
        addParent(sql, parent, (from + index) * PLACE_GAP);
      }
    });
    yield;
  }
}

/** Whether any entry has a parent. */
export function hasParents(sql: Sql): boolean {
  return sql.get(`SELECT 1 FROM ${TABLE} WHERE entry_id > ? LIMIT 1`, NO_GROUP) !== null;
}

/** The parents in the order of their names, at most `PARENTS_LIMIT`. */
export function listParents(sql: Sql): ListParents {
  const rows = sql.all(
    `SELECT p.entry_id AS id, p.name, above.name AS above FROM ${TABLE} AS p
     LEFT JOIN organization_row AS own ON own.entry_id = p.entry_id
     LEFT JOIN ${TABLE} AS above ON above.entry_id = own.parent_id
     WHERE p.place < ? ORDER BY p.place LIMIT ?`,
    LAST_PLACE,
    PARENTS_LIMIT + 1,
  );
  const parents = rows.slice(0, PARENTS_LIMIT).flatMap(({ id, name, above }) => {
    const parent = columns.toEntryId(id);
    if (parent === null) return [];
    const aboveName = above === null ? null : columns.toText(above);
    return [{ id: parent, name: columns.toText(name), above: aboveName }];
  });
  return { parents, hasMore: rows.length > PARENTS_LIMIT };
}

/** The names of the parents of these entries, by the id of the entry. */
export function parentNames(sql: Sql, ids: readonly string[]): Map<string, string> {
  const rows = sql.all(
    `SELECT own.entry_id AS id, p.name FROM organization_row AS own
     JOIN ${TABLE} AS p ON p.entry_id = own.parent_id
     WHERE own.entry_id IN (SELECT value FROM json_each(?))`,
    columns.toJson(ids),
  );
  return new Map(rows.map(({ id, name }) => [String(id), columns.toText(name)]));
}

/** A group that a query shows. */
export interface GroupStart {
  /** The organization whose group it is, or `NO_GROUP`. */
  id: string;
  /** The index of its first row. */
  start: number;
}

/** The groups with rows of a query, in order. Their rows are not counted; see list-counts.ts. */
export function groupsOf(sql: Sql, query: Pick<ListQuery, 'filter' | 'signIn'>): GroupStart[] {
  const { expression, values } = groupCount('entry_id', query);
  // As one text, because the driver is slow with thousands of rows.
  const text = sql.get(
    `SELECT group_concat(entry_id || ' ' || size) AS sizes FROM (
       SELECT entry_id, ${expression} AS size FROM ${TABLE} ORDER BY place)`,
    ...values,
  )?.['sizes'];
  const groups: GroupStart[] = [];
  let start = 0;
  for (const group of typeof text === 'string' ? text.split(',') : []) {
    const [id = NO_GROUP, size] = group.split(' ');
    if (Number(size) > 0) groups.push({ id, start });
    start += Number(size);
  }
  return groups;
}

/** The group of each of these entries, by the id of the entry. */
export function groupsOfEntries(sql: Sql, ids: readonly string[]): Map<string, ListGroup> {
  const rows = sql.all(
    `SELECT entry_id AS id, group_id FROM organization_row
     WHERE entry_id IN (SELECT value FROM json_each(?))`,
    columns.toJson(ids),
  );
  const groups = groupsOfHeads(sql, new Set(rows.map(({ group_id }) => String(group_id))));
  return new Map(
    rows.map(({ id, group_id }) => [String(id), groups.get(String(group_id)) ?? NONE]),
  );
}

/** The group of entries without a parent. */
const NONE: ListGroup = { id: null, path: [] };

/** The groups of these organizations, by id; `NO_GROUP` is the group of entries without a parent. */
export function groupsOfHeads(sql: Sql, heads: ReadonlySet<string>): Map<string, ListGroup> {
  const paths = pathsOf(sql, heads);
  return new Map([...heads].map((head) => [head, paths.get(head) ?? NONE]));
}

/** Groups with their paths. A path ends where the organization above is not known, or is in the path already. */
function pathsOf(sql: Sql, ids: ReadonlySet<string>): Map<string, ListGroup> {
  const steps = sql.all(
    `WITH RECURSIVE step (head, level, id) AS (
       SELECT value, 1, value FROM json_each(?)
       UNION ALL
       SELECT head, level + 1, parent_id FROM step
       JOIN organization_row ON organization_row.entry_id = step.id
       WHERE level < ? AND parent_id IS NOT NULL
     )
     SELECT head, step.id AS above, name FROM step
     JOIN ${TABLE} ON ${TABLE}.entry_id = step.id WHERE step.id <> ?
     ORDER BY head, level`,
    columns.toJson([...ids]),
    PATH_LIMIT,
    NO_GROUP,
  );
  const groups = new Map<string, ListGroup>();
  const seen = new Set<string>();
  for (const { head, above, name } of steps) {
    const group = String(head);
    const known = groups.get(group);
    // A circle repeats its organizations up to the limit.
    const step = `${group} ${String(above)}`;
    if (seen.has(step)) continue;
    seen.add(step);
    const path = [columns.toText(name), ...(known?.path ?? [])];
    groups.set(group, { id: columns.toEntryId(group), path });
  }
  return groups;
}
