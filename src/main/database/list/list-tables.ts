/**
 * The tables of the read model: one row per entry, and full-text indexes over its texts. Nothing in them is
 * a source of truth. They are no part of the schema: they have a version of their own, and are dropped and
 * built again when it differs, when they are incomplete or when they are damaged.
 */
import type { Database } from '../database';
import { isDamage, resultCode } from '../failures';
import { CREATE_INDEXES, NAME_SEARCH, TEXT_SEARCH } from './full-text';
import { CREATE_COUNTS } from './list-counts';

/** Changes with these tables and with what their columns hold. */
const LIST_VERSION = 2;

/**
 * Texts are folded (fold.ts). Flags are 0 or another number; `attention` has a bit for the profile and one
 * for the change (row-columns.ts). Of a sign-in nothing is here but its id: thousands of rows may have the
 * same one. Texts have a table of their own, so that rows are small; names an index of their own, because
 * what they contain comes first.
 */
const TABLES = `
CREATE TABLE list_state (
  version REAL NOT NULL,
  formats TEXT NOT NULL,        -- BCP 47 tag of the language in whose order the places are
  is_built REAL NOT NULL,
  has_removed REAL NOT NULL     -- whether the indexes still hold something of removed entries
) STRICT;

CREATE TABLE organization_row (
  id INTEGER PRIMARY KEY,
  organization_id TEXT NOT NULL,
  name TEXT NOT NULL,           -- JSON text: the name by which it got its place
  place REAL NOT NULL,          -- in the order of names, with gaps
  changed_at REAL NOT NULL,
  attention REAL NOT NULL,
  draft REAL NOT NULL,
  waiting REAL NOT NULL,
  to_see REAL NOT NULL,
  unread REAL NOT NULL,
  credential_id TEXT,
  folded_name TEXT NOT NULL
) STRICT;

CREATE TABLE organization_text (
  id INTEGER PRIMARY KEY,       -- that of its row
  folded TEXT NOT NULL          -- a line for each text
) STRICT;

${CREATE_COUNTS}
${CREATE_INDEXES}`;

/**
 * Each is made at once, some 50 ms over 100,000 rows: faster and smaller than row by row. A flag is in
 * indexes of its rows alone, so that thousands can be flagged at once; those of one sign-in are found in
 * them, too.
 */
const INDEXES = [
  'CREATE UNIQUE INDEX row_by_organization ON organization_row (organization_id)',
  'CREATE INDEX row_by_place ON organization_row (place)',
  'CREATE INDEX row_by_change ON organization_row (changed_at DESC, place)',
  'CREATE INDEX sign_in_by_place ON organization_row (credential_id, place)',
  'CREATE INDEX sign_in_by_change ON organization_row (credential_id, changed_at DESC, place)',
  ...['attention', 'draft', 'waiting'].flatMap((flag) => [
    `CREATE INDEX ${flag}_by_place ON organization_row (place, credential_id) WHERE ${flag} <> 0`,
    `CREATE INDEX ${flag}_by_change ON organization_row (changed_at DESC, place, credential_id)
       WHERE ${flag} <> 0`,
  ]),
  'CREATE INDEX row_by_folded_name ON organization_row (folded_name)',
  'CREATE INDEX to_see_row ON organization_row (organization_id) WHERE to_see <> 0',
] as const;

/** What belongs to the read model in the schema, its indexes and what FTS5 keeps included. */
const PARTS = `tbl_name IN ('list_state', 'list_count', 'organization_row', 'organization_text')
  OR tbl_name GLOB '${NAME_SEARCH}*' OR tbl_name GLOB '${TEXT_SEARCH}*'`;
/** The indexes before what they are over. */
const OWN_TABLES = [
  NAME_SEARCH,
  TEXT_SEARCH,
  'organization_row',
  'organization_text',
  'list_count',
  'list_state',
];
/** Four tables, four of each full-text index, and the indexes. */
const PART_COUNT = 4 + 2 * 4 + INDEXES.length;

/** Thrown when the read model cannot be used as it is: it is dropped and built again. */
export class ListDamage extends Error {}

/** SQLite's plain "error": tables are missing, or FTS5 cannot read its own. */
const UNREADABLE = 1;
/** A constraint does not hold: the tables contradict each other. */
const CONTRADICTION = 19;

/** Whether an error met in the read model's own tables means that they must be built again. */
export function isListDamage(error: unknown): boolean {
  const code = resultCode(error);
  return isDamage(error) || code === UNREADABLE || code === CONTRADICTION;
}

/** What the tables say of themselves. */
export interface ListState {
  formats: string;
  hasRemoved: boolean;
}

/** The state of whole tables of this version, else null. */
export function readState(database: Database): ListState | null {
  const parts = database.get(`SELECT count(*) AS n FROM sqlite_schema WHERE ${PARTS}`);
  if (parts?.['n'] !== PART_COUNT) return null;
  const row = database.get('SELECT * FROM list_state');
  if (row?.['version'] !== LIST_VERSION || row['is_built'] !== 1) return null;
  return { formats: String(row['formats']), hasRemoved: row['has_removed'] !== 0 };
}

/** Makes empty tables, which count as incomplete until `finishTables`. Call inside a transaction. */
export function createTables(database: Database): void {
  database.script(TABLES);
  database.run(`INSERT INTO list_state VALUES (?, '', 0, 0)`, LIST_VERSION);
}

/** What makes the indexes over the rows, one by one. Call each inside a transaction. */
export function createIndexes(database: Database): (() => void)[] {
  return INDEXES.map((index) => () => database.script(index));
}

/** From now on the tables count as whole. Call inside a transaction. */
export function finishTables(database: Database, formats: string): void {
  database.run('UPDATE list_state SET is_built = 1, formats = ?', formats);
}

/**
 * Drops the tables, whatever is left of them.
 * @returns whether pages were left behind that only another `VACUUM` frees: they are damaged
 */
export function dropTables(database: Database): boolean {
  // What is built again next needs no zeros: they would take half a second of 100,000 entries.
  database.script('PRAGMA secure_delete = OFF');
  try {
    database.transaction('BEGIN IMMEDIATE', () => {
      for (const table of OWN_TABLES) {
        database.script(`DROP TABLE IF EXISTS ${table}`);
      }
    });
    return false;
  } catch (error) {
    if (!isListDamage(error)) throw error;
    database.forgetTables(PARTS);
    return true;
  } finally {
    database.script('PRAGMA secure_delete = ON');
  }
}
