/**
 * The tables of the read model, from which the list is queried: one row per entry, and full-text indexes of the
 * texts. They are derived from the other tables and not part of the schema, and have a version of their own. If
 * they have a different version, are incomplete or are damaged, they are dropped and rebuilt.
 */
import type { SqliteFile, Sql } from '../sqlite-file';
import { isDamage, resultCode } from '../failures';
import { CREATE_INDEXES, NAME_SEARCH, TEXT_SEARCH } from './full-text';
import { CREATE_COUNTS } from './list-counts';
import { definition, definitionsOf } from '../schema';

/** The version of these tables. Increase it when the tables or the meaning of their columns change. */
const LIST_VERSION = 7;

/** The id of the group of entries that have no parent and are no parent. */
export const NO_GROUP = '';

/** A row at this place stays the last one, whatever its name. No name is compared with it. */
export const LAST_PLACE = Number.MAX_VALUE;

/**
 * Texts are folded (fold.ts). A flag is set if it is not 0; `attention` has one bit for the profile and one for
 * the change (row-columns.ts). A row contains only the id of its sign-in, because thousands of rows may have the
 * same sign-in. Texts have a table of their own, to keep rows small. Names have a full-text index of their own,
 * because matches in names come first. Organizations above the entries have a table of their own, too: thousands of
 * rows may be below one, which may be renamed.
 */
const TABLES = `
CREATE TABLE list_state (
  version REAL NOT NULL,
  formats TEXT NOT NULL,        -- BCP 47 tag of the language that places are sorted in
  is_built REAL NOT NULL,
  has_removed REAL NOT NULL     -- whether the full-text indexes still contain removed texts
) STRICT;

CREATE TABLE organization_row (
  id INTEGER PRIMARY KEY,
  entry_id TEXT NOT NULL,
  name TEXT NOT NULL,           -- JSON text: the name that its place is based on
  place REAL NOT NULL,          -- position in the order of names, with gaps
  changed_at REAL NOT NULL,
  attention REAL NOT NULL,
  draft REAL NOT NULL,
  waiting REAL NOT NULL,
  changed REAL NOT NULL,
  unviewed REAL NOT NULL,
  unread REAL NOT NULL,
  sign_in_id TEXT,
  account REAL NOT NULL,
  parent_id TEXT,
  group_id TEXT NOT NULL,       -- organization that heads its group; empty: none
  member REAL NOT NULL,         -- 0: it heads its group
  labels TEXT NOT NULL,         -- keys of its labels (row-labels.ts)
  folded_name TEXT NOT NULL
) STRICT;

CREATE TABLE organization_text (
  id INTEGER PRIMARY KEY,       -- id of its row
  folded TEXT NOT NULL          -- one line per text
) STRICT;

CREATE TABLE organization_parent (
  id INTEGER PRIMARY KEY,
  entry_id TEXT NOT NULL, -- empty: the group of entries without a parent, which is the last one
  name TEXT NOT NULL,           -- JSON text: the name that its place is based on
  folded_name TEXT NOT NULL,
  place REAL NOT NULL           -- position in the order of names, with gaps
) STRICT;

${CREATE_COUNTS}
${CREATE_INDEXES}`;

/**
 * The indexes are created after the rows. This takes about 50 ms each for 100,000 rows, is faster than adding
 * row by row, and gives smaller indexes. The index of a flag contains only the rows with this flag, so that
 * flagging thousands of rows is fast. It includes the sign-in and the parent, for queries with a flag and one of
 * them. The indexes of groups include all that a query may also ask for, instead of one index for each.
 */
const INDEXES = [
  'CREATE UNIQUE INDEX row_by_entry ON organization_row (entry_id)',
  'CREATE INDEX row_by_place ON organization_row (place)',
  'CREATE INDEX row_by_change ON organization_row (changed_at DESC, place)',
  'CREATE INDEX sign_in_by_place ON organization_row (sign_in_id, place)',
  'CREATE INDEX sign_in_by_change ON organization_row (sign_in_id, changed_at DESC, place)',
  ...['attention', 'changed'].flatMap((flag) => [
    `CREATE INDEX ${flag}_by_place ON organization_row (place, sign_in_id, parent_id)
       WHERE ${flag} <> 0`,
    `CREATE INDEX ${flag}_by_change ON organization_row (changed_at DESC, place, sign_in_id,
       parent_id) WHERE ${flag} <> 0`,
  ]),
  `CREATE INDEX parent_by_place ON organization_row (parent_id, place, sign_in_id)
     WHERE parent_id IS NOT NULL`,
  `CREATE INDEX parent_by_change ON organization_row (parent_id, changed_at DESC, place, sign_in_id)
     WHERE parent_id IS NOT NULL`,
  `CREATE INDEX labelled_by_place ON organization_row (place, labels, sign_in_id, parent_id, attention, changed)
     WHERE labels <> ''`,
  `CREATE INDEX labelled_by_change ON organization_row (changed_at DESC, place, labels, sign_in_id, parent_id,
     attention, changed) WHERE labels <> ''`,
  `CREATE INDEX group_by_place ON organization_row (group_id, member, place, attention, changed, sign_in_id)`,
  `CREATE INDEX group_by_change ON organization_row (group_id, member, changed_at DESC, place, attention, changed,
     sign_in_id)`,
  'CREATE INDEX row_by_folded_name ON organization_row (folded_name)',
  'CREATE INDEX unviewed_row ON organization_row (entry_id) WHERE unviewed <> 0',
  'CREATE UNIQUE INDEX parent_by_entry ON organization_parent (entry_id)',
  'CREATE INDEX parent_in_order ON organization_parent (place)',
] as const;

/** SQL condition on `sqlite_schema`: tables and indexes of the read model, including those FTS5 creates. */
const IS_OURS = `tbl_name IN ('list_state', 'list_count', 'organization_row', 'organization_text',
    'organization_parent')
  OR tbl_name GLOB '${NAME_SEARCH}*' OR tbl_name GLOB '${TEXT_SEARCH}*'`;
/** The tables in the order to drop them: the full-text indexes before the tables they refer to. */
const OWN_TABLES = [
  NAME_SEARCH,
  TEXT_SEARCH,
  'organization_row',
  'organization_text',
  'organization_parent',
  'list_count',
  'list_state',
];
/** Expected entries in `sqlite_schema`: five tables, four per full-text index, and the indexes. */
const SCHEMA_ENTRIES = 5 + 2 * 4 + INDEXES.length;

/** The tables that FTS5 creates for an index, and the index of one of them. */
const shadowDefinitions = (index: string): string[] => [
  definition(
    'table',
    `${index}_data`,
    `${index}_data`,
    `CREATE TABLE '${index}_data'(id INTEGER PRIMARY KEY, block BLOB)`,
  ),
  definition(
    'table',
    `${index}_idx`,
    `${index}_idx`,
    `CREATE TABLE '${index}_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID`,
  ),
  definition(
    'table',
    `${index}_config`,
    `${index}_config`,
    `CREATE TABLE '${index}_config'(k PRIMARY KEY, v) WITHOUT ROWID`,
  ),
];

/** The definitions of the read model and the names of its tables, for `compareSchema`. */
export const LIST_SCHEMA = {
  definitions: new Set([
    ...definitionsOf(TABLES),
    ...INDEXES.flatMap(definitionsOf),
    ...[NAME_SEARCH, TEXT_SEARCH].flatMap(shadowDefinitions),
  ]),
  tables: new Set([
    ...OWN_TABLES,
    ...[NAME_SEARCH, TEXT_SEARCH].flatMap((index) =>
      ['data', 'idx', 'config', 'content', 'docsize'].map((part) => `${index}_${part}`),
    ),
  ]),
};

/** Thrown if the read model cannot be used and must be rebuilt. Does not mean that the database is damaged. */
export class ListDamage extends Error {}

/** SQLite's generic error: a table is missing, or FTS5 cannot read its own tables. */
const SQLITE_ERROR = 1;
/** A constraint failed: the tables contradict each other. */
const SQLITE_CONSTRAINT = 19;

/** Whether an error of a statement on the read model's own tables means that they must be rebuilt. */
function isListDamage(error: unknown): boolean {
  const code = resultCode(error);
  return isDamage(error) || code === SQLITE_ERROR || code === SQLITE_CONSTRAINT;
}

/** Runs work on the read model's own tables only. Throws `ListDamage` for errors that mean damage. */
export function reportingListDamage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ListDamage || !isListDamage(error)) throw error;
    throw new ListDamage('the list is damaged', { cause: error });
  }
}

/** Wraps the methods of `sql` in `reportingListDamage`. */
export function sqlReportingListDamage(sql: Sql): Sql {
  return {
    all: (...statement) => reportingListDamage(() => sql.all(...statement)),
    arrays: (...statement) => reportingListDamage(() => sql.arrays(...statement)),
    each: (...statement) => reportingListDamage(() => sql.arrays(...statement)),
    get: (...statement) => reportingListDamage(() => sql.get(...statement)),
    run: (...statement) => reportingListDamage(() => sql.run(...statement)),
  };
}

/** The stored state of complete tables. */
export interface ListState {
  formats: string;
  hasRemoved: boolean;
}

/**
 * Whether the stored totals can be true. Looks only for what no list of ours could contain, because counting the
 * entries would take time at every launch: no number, or an empty list although there are organizations.
 */
function areTotalsPossible(file: SqliteFile): boolean {
  const found = file.get(
    `SELECT (SELECT coalesce(sum(total), 0) FROM list_count WHERE scope = '') AS total,
      EXISTS (SELECT 1 FROM organization) AS has_entries`,
  );
  const total = found?.['total'];
  return Number.isSafeInteger(total) && (total !== 0) === (found?.['has_entries'] === 1);
}

/** The stored state, or null if the tables are missing, incomplete, contradictory or of a different version. */
export function readState(file: SqliteFile): ListState | null {
  const found = file.get(`SELECT count(*) AS n FROM sqlite_schema WHERE ${IS_OURS}`);
  if (found?.['n'] !== SCHEMA_ENTRIES) return null;
  const row = file.get('SELECT * FROM list_state');
  if (row?.['version'] !== LIST_VERSION || row['is_built'] !== 1) return null;
  if (!areTotalsPossible(file)) return null;
  return { formats: String(row['formats']), hasRemoved: row['has_removed'] !== 0 };
}

/** Creates empty tables, which are incomplete until `finishTables`. Call inside a transaction. */
export function createTables(file: SqliteFile): void {
  file.script(TABLES);
  file.run(`INSERT INTO list_state VALUES (?, '', 0, 0)`, LIST_VERSION);
  file.run(
    `INSERT INTO organization_parent (entry_id, name, folded_name, place)
     VALUES (?, '""', '', ?)`,
    NO_GROUP,
    LAST_PLACE,
  );
}

/** Functions that each create one index. Call each inside a transaction. */
export function createIndexes(file: SqliteFile): (() => void)[] {
  return INDEXES.map((index) => () => file.script(index));
}

/** Marks the tables as complete. Call inside a transaction. */
export function finishTables(file: SqliteFile, formats: string): void {
  file.run('UPDATE list_state SET is_built = 1, formats = ?', formats);
}

/**
 * Drops the tables, as far as they exist.
 * @returns true if they were too damaged to drop. They are forgotten then, and only `VACUUM` frees their pages
 */
export function dropTables(file: SqliteFile): boolean {
  // Do not overwrite deleted rows: it would take half a second for 100,000 entries, and most are built again.
  file.script('PRAGMA secure_delete = OFF');
  try {
    file.transaction('BEGIN IMMEDIATE', () => {
      for (const table of OWN_TABLES) {
        file.script(`DROP TABLE IF EXISTS ${table}`);
      }
    });
    return false;
  } catch (error) {
    if (!isListDamage(error)) throw error;
    file.forgetTables(IS_OURS);
    return true;
  } finally {
    file.script('PRAGMA secure_delete = ON');
  }
}
