/**
 * Writes that were given up before anybody knew whether Cloudflare stored them; and the index that
 * finds what is to be sent next among thousands of pending changes without reading their texts.
 */
export const sending = `
CREATE TABLE given_up (
  organization_id TEXT PRIMARY KEY NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  base TEXT NOT NULL,         -- JSON
  attempted TEXT NOT NULL     -- JSON
) STRICT;

CREATE INDEX outbox_by_turn ON outbox (state, next_attempt_at, attempts, submitted_at);
`;
