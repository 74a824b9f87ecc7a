/** Sign-ins, without their keys. Code says `issue` where the SQL columns say `trouble`. */
import { SIGN_IN_STATES } from '../../shared/sign-in';
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './database';
import type { CredentialRow, Tables } from './tables';

/** Parses a row. Null if its id is invalid. */
export function toCredential(row: Row): CredentialRow | null {
  const id = columns.toSignInId(row['id']);
  if (id === null) return null;
  return {
    id,
    label: columns.toText(row['label']),
    email: columns.toText(row['email']),
    userId: typeof row['user_id'] === 'string' ? row['user_id'] : null,
    state: columns.toOneOf(SIGN_IN_STATES, row['state'], 'stored'),
    checkedAt: columns.toTime(row['checked_at']),
    issue: columns.toFailure(row['trouble']),
    issueSince: columns.toTime(row['trouble_since']),
  };
}

/** The repository of sign-ins. */
export function credentials({ sql, onUnreadable, changes, rows }: Context): Tables['credentials'] {
  return {
    all() {
      return sql.all('SELECT * FROM credential ORDER BY rowid').flatMap((row) => {
        const credential = toCredential(row);
        if (!credential) onUnreadable({ table: 'credential', id: '' });
        return credential ?? [];
      });
    },
    get(id) {
      const row = sql.get('SELECT * FROM credential WHERE id = ?', id);
      return row && toCredential(row);
    },
    put(row) {
      sql.run(
        `INSERT INTO credential (id, label, email, user_id, state, checked_at, trouble, trouble_since)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET label = excluded.label, email = excluded.email,
           user_id = excluded.user_id, state = excluded.state,
           checked_at = excluded.checked_at, trouble = excluded.trouble,
           trouble_since = excluded.trouble_since`,
        row.id,
        columns.toJson(row.label),
        columns.toJson(row.email),
        row.userId,
        row.state,
        row.checkedAt,
        columns.toJsonOrNull(row.issue),
        row.issueSince,
      );
      changes.signIn(row.id);
    },
    remove(id) {
      if (sql.get('SELECT 1 FROM addition WHERE credential_id = ?', id)) changes.topic('additions');
      const organizations = sql
        .arrays('SELECT id FROM organization WHERE credential_id = ?', id)
        .map(([organization]) => String(organization));
      sql.run('DELETE FROM credential WHERE id = ?', id);
      changes.signIn(id);
      if (organizations.length === 0) return;
      // The foreign keys have set the sign-in of these organizations and of their changes to NULL.
      for (const organization of organizations) changes.organization(organization);
      rows.released(organizations, id);
      changes.topic('outbox');
    },
    useCounts() {
      const rows = sql.all(
        `SELECT credential_id AS id, count(*) AS uses FROM organization
         WHERE credential_id IS NOT NULL GROUP BY credential_id`,
      );
      return new Map(rows.map((row) => [String(row['id']), columns.toNumber(row['uses'])]));
    },
  };
}
