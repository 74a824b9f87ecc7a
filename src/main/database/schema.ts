/**
 * The SQL schema. No older version was released, so there are no migrations.
 *
 * - A `mac` is a message authentication code: what was edited or restored while the app was closed is not
 *   sent (row-macs.ts).
 * - Times and counts are REAL columns: if damage makes an integer larger than a JavaScript number, the driver
 *   refuses the whole result. That cannot happen to a REAL.
 * - A `CHECK` has each state that decides what is sent. Of every other word, the reader of its table knows what an
 *   unknown one counts as.
 * - Every table keeps its rowid, which recovery uses to read around damaged pages.
 * - Deleting an organization deletes all its rows. Deleting a sign-in leaves its organizations without one.
 * - A pending change has a copy of its organization's sign-in, as the first column of `outbox_by_turn`: finding the next
 *   change to send never reads those of another sign-in.
 * - Revisions are sorted by time, then by id. `revision_by_kind` is for the activity of all entries, and
 *   `revision_of_cloudflare` finds the copy of Cloudflare's profile before a revision in one step. Every index ends with the
 *   rowid, which is the id.
 */
import type { SqliteFile } from './sqlite-file';

/** The schema this app writes. */
export const SCHEMA_VERSION = 25;

/**
 * Increase the version when you edit a statement, even if only a comment in it: SQLite stores its text, and
 * `compareSchema` compares it. The comments between statements are not stored.
 */
const SCHEMA = `
CREATE TABLE sign_in (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,         -- key, token
  label TEXT NOT NULL,        -- JSON text
  email TEXT NOT NULL,        -- JSON text; empty for a token
  user_id TEXT,
  token_id TEXT,              -- Cloudflare's id of the token
  read_only TEXT,             -- chosen, refused; NULL: it may write
  expires_at REAL,            -- of the token
  state TEXT NOT NULL,
  checked_at REAL,
  issue TEXT,                 -- JSON: a failure
  issue_since REAL,
  mac TEXT                    -- over whether it is read-only
) STRICT;

CREATE TABLE organization (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,         -- organization, account
  name TEXT NOT NULL,         -- JSON text
  parent_id TEXT,             -- the organization above it
  parent_name TEXT,           -- JSON text
  created_at REAL,            -- at Cloudflare
  sign_in_id TEXT REFERENCES sign_in (id) ON DELETE SET NULL,
  added_at REAL NOT NULL,
  viewed_at REAL,
  read_order REAL NOT NULL DEFAULT -1e15 -- place in the reading queue (read-order.ts)
) STRICT;
CREATE INDEX organization_by_read ON organization (sign_in_id, read_order);
CREATE INDEX organization_by_parent ON organization (parent_id) WHERE parent_id IS NOT NULL;

-- The requests with which we wrote profiles. They outlive their entry, because others may show the same profile.
CREATE TABLE own_request (
  id INTEGER PRIMARY KEY,
  entry_id TEXT NOT NULL,
  profile_id TEXT NOT NULL,   -- the profile, as the entry belonged then
  name TEXT NOT NULL,         -- of the entry
  version REAL,               -- of the change; NULL: Cloudflare said that it was stored
  at REAL NOT NULL,           -- when it was decided
  ray TEXT                    -- the id of its answer; NULL: none came
) STRICT;
CREATE INDEX own_request_by_entry ON own_request (entry_id);
CREATE INDEX own_request_by_profile ON own_request (profile_id);

CREATE TABLE profile (
  entry_id TEXT PRIMARY KEY NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  fields TEXT,                -- JSON: the five texts; NULL: there is no profile yet
  confirmed_at REAL NOT NULL,
  checked_at REAL NOT NULL,
  changed_elsewhere REAL NOT NULL,
  advice TEXT                 -- names of fields; NULL: not worked out yet
) STRICT;

-- Texts with advice about them that the person marked as viewed.
CREATE TABLE viewed_advice (
  entry_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  field TEXT NOT NULL,
  text TEXT NOT NULL,         -- JSON text
  PRIMARY KEY (entry_id, field)
) STRICT;

CREATE TABLE draft_field (
  entry_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  field TEXT NOT NULL,
  base TEXT,                  -- JSON text; NULL: lost to damage
  text TEXT NOT NULL,         -- JSON text
  seq REAL NOT NULL,          -- grows with every text of a draft
  origin TEXT,                -- the batch or canceled save that it comes from; NULL: it was typed
  replaced TEXT,              -- JSON: the draft text that a batch replaced, or a text typed over one, and where that came from
  notes TEXT,                 -- JSON: what a person should know of an imported text; NULL: nothing
  at REAL NOT NULL,
  PRIMARY KEY (entry_id, field)
) STRICT;
CREATE INDEX draft_field_by_origin ON draft_field (origin) WHERE origin IS NOT NULL;
CREATE INDEX draft_field_by_seq ON draft_field (seq);

-- Batches: the acts that made drafts in many entries at once. One that is still running at the next launch was stopped.
CREATE TABLE batch (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  at REAL NOT NULL,
  fields TEXT NOT NULL,       -- JSON: names of fields
  title_texts TEXT NOT NULL,  -- JSON: the texts that its title names
  stage TEXT NOT NULL,        -- running, stopped, done, undone
  done REAL NOT NULL,
  total REAL NOT NULL,
  made REAL NOT NULL,
  left_out TEXT NOT NULL,     -- JSON: numbers of entries by reason
  source TEXT,                -- JSON: of an import, its file; NULL: no import
  closed REAL NOT NULL
) STRICT;

-- The rows and cells of an imported table that could not be used.
CREATE TABLE not_imported (
  id INTEGER PRIMARY KEY,
  batch_id TEXT NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
  number REAL NOT NULL,       -- of the row in a spreadsheet program
  value TEXT NOT NULL,        -- JSON text: the cell that says which entry it is
  field TEXT,                 -- of a cell; NULL: the whole row
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX not_imported_by_batch ON not_imported (batch_id);

-- Pending changes; their texts are in pending_field.
CREATE TABLE outbox (
  entry_id TEXT PRIMARY KEY NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  version REAL NOT NULL,
  attempted TEXT NOT NULL,    -- JSON: texts of ours that may be at Cloudflare
  remote TEXT,                -- JSON: the copy a decision is about
  state TEXT NOT NULL CHECK (
    state IN ('queued', 'waiting', 'paused', 'conflict', 'differs', 'refused')
  ),
  failure TEXT,               -- JSON: a failure
  submitted_at REAL NOT NULL,
  attempts REAL NOT NULL,
  next_try_at REAL,
  sign_in_id TEXT REFERENCES sign_in (id) ON DELETE SET NULL,
  save_id TEXT,               -- the save in whose turn it is sent; NULL: the person's
  mac TEXT                    -- over what is sent, its rows of pending_field, too, and with which sign-in
) STRICT;
CREATE INDEX outbox_by_turn ON outbox (sign_in_id, save_id, state, attempts, submitted_at);
CREATE INDEX outbox_by_wait ON outbox (next_try_at) WHERE state = 'waiting';
CREATE INDEX outbox_by_save ON outbox (save_id) WHERE save_id IS NOT NULL;

-- The touched fields of a pending change.
CREATE TABLE pending_field (
  entry_id TEXT NOT NULL REFERENCES outbox (entry_id) ON DELETE CASCADE,
  field TEXT NOT NULL,
  base TEXT,                  -- JSON text; NULL: lost to damage
  text TEXT NOT NULL,         -- JSON text
  save_id TEXT,               -- the save of many that owns it; NULL: the person
  PRIMARY KEY (entry_id, field)
) STRICT;
CREATE INDEX pending_field_by_save ON pending_field (save_id) WHERE save_id IS NOT NULL;

-- Texts of abandoned writes: discarded, but they may still arrive at Cloudflare.
CREATE TABLE abandoned (
  entry_id TEXT PRIMARY KEY NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  texts TEXT NOT NULL,        -- JSON
  mac TEXT
) STRICT;

CREATE TABLE revision (
  id INTEGER PRIMARY KEY,
  entry_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  at REAL NOT NULL,
  kind TEXT NOT NULL,
  texts TEXT NOT NULL,        -- JSON: all five where it is Cloudflare's copy, else those touched
  author TEXT,                -- JSON: who changed it at Cloudflare, where that is known
  since REAL                  -- of an observed one: the read before it; NULL: its author is not to be asked for
) STRICT;
CREATE INDEX revision_by_time ON revision (entry_id, at);
CREATE INDEX revision_by_kind ON revision (kind, at);
CREATE INDEX revision_of_cloudflare ON revision (entry_id, at)
  WHERE kind NOT IN ('discarded', 'replaced');

-- A person's own words on entries.
CREATE TABLE label (
  entry_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  folded TEXT NOT NULL,       -- what decides whether two labels are the same
  label TEXT NOT NULL,        -- JSON text
  PRIMARY KEY (entry_id, folded)
) STRICT;
CREATE INDEX label_by_letters ON label (folded);

CREATE TABLE setting (
  name TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL         -- JSON
) STRICT;

-- Rows that cannot be read, copied here as they stood (put-aside.ts).
CREATE TABLE unreadable (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,       -- the table it was in
  entry_id TEXT NOT NULL,
  at REAL NOT NULL,
  is_shown REAL NOT NULL,     -- 1: the page of the organization says that texts are lost
  row TEXT NOT NULL           -- JSON: the columns
) STRICT;

-- State of the rate limit of each Cloudflare user, so that a restart does not forget past requests.
CREATE TABLE rate_limit (
  user_id TEXT PRIMARY KEY NOT NULL,
  state TEXT NOT NULL         -- JSON; its shape belongs to rate-limit/persisted-state.ts
) STRICT;

-- Saves of many. Their items are submitted in slices, then sent.
CREATE TABLE save (
  id TEXT PRIMARY KEY NOT NULL,
  at REAL NOT NULL,
  fields TEXT NOT NULL,       -- JSON: names of fields
  stage TEXT NOT NULL CHECK (
    stage IN ('submitting', 'sending', 'canceling', 'canceled', 'discarding', 'discarded')
  ),
  paused REAL NOT NULL,
  not_submitted REAL NOT NULL, -- how many entries are still to be submitted, or never were
  closed REAL NOT NULL,
  mac TEXT                    -- over stage and pause
) STRICT;

-- The items of saves of many. Without a state of its own, an item has that of the organization's pending change.
CREATE TABLE save_item (
  save_id TEXT NOT NULL REFERENCES save (id) ON DELETE CASCADE,
  entry_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  ends TEXT NOT NULL,         -- JSON: how each field ended, null while it has not
  state TEXT CHECK (state IN ('done', 'canceled')),
  failure TEXT,               -- JSON: a failure
  revision_id REAL,           -- the first copy of Cloudflare's profile that had a text of the save
  PRIMARY KEY (save_id, entry_id)
) STRICT;
CREATE INDEX save_item_by_entry ON save_item (entry_id);
CREATE INDEX save_item_by_state ON save_item (save_id, state);

-- Groups of organizations that a person chose to add and that are not saved yet, oldest first.
CREATE TABLE addition (
  id INTEGER PRIMARY KEY,
  sign_in_id TEXT NOT NULL REFERENCES sign_in (id) ON DELETE CASCADE,
  count REAL NOT NULL,        -- of the organizations in it
  organizations TEXT NOT NULL -- JSON: what Cloudflare listed of them
) STRICT;
CREATE INDEX addition_by_sign_in ON addition (sign_in_id);
`;

/** The schema version of an open database. */
export function schemaVersion(file: SqliteFile): number {
  return Number(file.get('PRAGMA user_version')?.['user_version'] ?? 0);
}

/** Creates the tables in an empty database. Throws errors of the driver. */
export function createSchema(file: SqliteFile): void {
  file.transaction('BEGIN IMMEDIATE', () => {
    file.script(SCHEMA);
    file.script(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}

/** A part of a schema as one text: its type, its name, the name of its table, and the statement that created it. */
export function definition(type: string, name: string, table: string, sql: string | null): string {
  return JSON.stringify([type, name, table, sql]);
}

/** What SQLite stores in `sqlite_schema` after these `CREATE` statements, without the indexes that it adds itself. */
export function definitionsOf(statements: string): string[] {
  const CREATE =
    /^CREATE (?:UNIQUE )?(?:VIRTUAL )?(TABLE|INDEX) (\w+)(?: ON (\w+))?[^]*?(?=;$|(?![^]))/gm;
  return Array.from(statements.matchAll(CREATE), ([sql, type = '', name = '', table = name]) =>
    definition(type.toLowerCase(), name, table, sql),
  );
}

const CREATED = Array.from(
  SCHEMA.matchAll(/^CREATE TABLE (\w+) [^]*?;$/gm),
  ([sql, name = '']) => ({
    name,
    hasRowId: sql.includes('INTEGER PRIMARY KEY'),
  }),
);

/** Every table. Opening the database reads from each of them. */
export const TABLES = CREATED.map(({ name }) => name);

/** The indexes that SQLite adds for keys that are not row ids. */
const AUTO_INDEXES = CREATED.filter(({ hasRowId }) => !hasRowId).map(({ name }) =>
  definition('index', `sqlite_autoindex_${name}_1`, name, null),
);
const DEFINITIONS: ReadonlySet<string> = new Set([...definitionsOf(SCHEMA), ...AUTO_INDEXES]);

/**
 * Compares the schema of a database with what `createSchema` creates. `ours`: exactly that, and any of the
 * definitions of the read model of the list. `other-list`: the read model is different. `foreign`: a table or
 * index is missing or different, or there is one of someone else, a trigger or a view, which could change what we
 * store.
 * @param list the definitions of the read model, and the names of its tables
 */
export function compareSchema(
  file: SqliteFile,
  list: { definitions: ReadonlySet<string>; tables: ReadonlySet<string> },
): 'ours' | 'other-list' | 'foreign' {
  const stored = file.arrays('SELECT type, name, tbl_name, sql FROM sqlite_schema');
  let own = 0;
  let isOtherList = false;
  for (const [type, name, table, sql] of stored as [string, string, string, string | null][]) {
    const one = definition(type, name, table, sql);
    if (DEFINITIONS.has(one)) own += 1;
    else if (!list.definitions.has(one)) {
      if (type === 'trigger' || type === 'view' || !list.tables.has(table)) return 'foreign';
      isOtherList = true;
    }
  }
  if (own < DEFINITIONS.size) return 'foreign';
  return isOtherList ? 'other-list' : 'ours';
}
