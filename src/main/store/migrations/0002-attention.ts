/**
 * What needs a person's attention: since when a sign-in does not work; the fields of a saved copy about
 * which there is advice (NULL: not worked out yet); and the texts the person has said to be right.
 */
export const attention = `
ALTER TABLE credential ADD COLUMN trouble_since REAL;
ALTER TABLE profile ADD COLUMN advice TEXT;

CREATE TABLE seen_advice (
  organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  field TEXT NOT NULL,
  text TEXT NOT NULL,         -- JSON text
  PRIMARY KEY (organization_id, field)
) STRICT;
`;
