/**
 * The first schema. Times and counts are REAL columns: an integer that damage made larger than a
 * JavaScript number would make the driver refuse the whole answer, a REAL cannot. Every table keeps
 * its rowid, by which recovery reads around damaged pages. Deleting an organization takes everything
 * of it along; deleting a sign-in leaves its organizations without one.
 */
export const tables = `
CREATE TABLE credential (
  id TEXT PRIMARY KEY NOT NULL,
  label TEXT NOT NULL,        -- JSON text
  email TEXT NOT NULL,        -- JSON text
  user_id TEXT,
  state TEXT NOT NULL,
  checked_at REAL,
  trouble TEXT                -- JSON: a failure
) STRICT;

CREATE TABLE organization (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,         -- JSON text
  credential_id TEXT REFERENCES credential (id) ON DELETE SET NULL,
  added_at REAL NOT NULL,
  seen_at REAL
) STRICT;
CREATE INDEX organization_by_credential ON organization (credential_id);

-- The folded texts search looks through, kept with every write to what they come from.
CREATE TABLE search_text (
  organization_id TEXT PRIMARY KEY NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  folded TEXT NOT NULL
) STRICT;

CREATE TABLE profile (
  organization_id TEXT PRIMARY KEY NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  fields TEXT,                -- JSON: the five texts; NULL: there is no profile yet
  confirmed_at REAL NOT NULL,
  checked_at REAL NOT NULL,
  changed_elsewhere REAL NOT NULL
) STRICT;

CREATE TABLE draft (
  organization_id TEXT PRIMARY KEY NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  fields TEXT NOT NULL,       -- JSON
  base TEXT NOT NULL,         -- JSON
  updated_at REAL NOT NULL
) STRICT;

CREATE TABLE outbox (
  organization_id TEXT PRIMARY KEY NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  version REAL NOT NULL,
  desired TEXT NOT NULL,      -- JSON
  base TEXT NOT NULL,         -- JSON
  attempted TEXT,             -- JSON
  theirs TEXT,                -- JSON
  submitted_at REAL NOT NULL,
  attempts REAL NOT NULL,
  next_attempt_at REAL,
  failure TEXT,               -- JSON: a failure
  state TEXT NOT NULL,
  bulk_run_id TEXT
) STRICT;

CREATE TABLE revision (
  id INTEGER PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  at REAL NOT NULL,
  kind TEXT NOT NULL,
  fields TEXT NOT NULL        -- JSON
) STRICT;
CREATE INDEX revision_by_organization ON revision (organization_id, at);

CREATE TABLE setting (
  name TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL         -- JSON
) STRICT;

-- What a person typed and we could not read again, kept before its row is replaced or removed.
CREATE TABLE unreadable (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,       -- the table it was in
  organization_id TEXT NOT NULL,
  row TEXT NOT NULL,          -- JSON: the columns as they stood
  at REAL NOT NULL
) STRICT;
`;
