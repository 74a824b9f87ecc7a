/**
 * Jobs that change many organizations at once, with one item for each of them; and the index of what
 * is sent next led by the job, so that a paused one is passed over without looking at its changes, and
 * in the order of sending, so that the first of thousands is found without sorting them.
 */
export const bulk = `
CREATE TABLE bulk_run (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  at REAL NOT NULL,
  fields TEXT NOT NULL,       -- JSON: names of fields
  paused REAL NOT NULL,
  dismissed REAL NOT NULL
) STRICT;

-- An item without a state of its own stands as its pending change does: the one of this version.
CREATE TABLE bulk_item (
  run_id TEXT NOT NULL REFERENCES bulk_run (id) ON DELETE CASCADE,
  organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  version REAL NOT NULL,
  state TEXT,
  failure TEXT,               -- JSON: a failure
  PRIMARY KEY (run_id, organization_id)
) STRICT;
CREATE INDEX bulk_item_by_organization ON bulk_item (organization_id, version);

DROP INDEX outbox_by_turn;
CREATE INDEX outbox_by_turn ON outbox (bulk_run_id, state, attempts, submitted_at);
CREATE INDEX outbox_by_wait ON outbox (bulk_run_id, next_attempt_at) WHERE state = 'waiting';
CREATE INDEX outbox_odd ON outbox (bulk_run_id)
  WHERE state NOT IN ('queued', 'waiting', 'paused', 'conflict', 'refused');
`;
