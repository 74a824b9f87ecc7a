/** Sign-ins, without their keys. */
import type { Failure } from '../../shared/failure';
import { MAX_LABEL } from '../../shared/limits';
import {
  READ_ONLY_REASONS,
  SIGN_IN_KINDS,
  SIGN_IN_STATES,
  type ReadOnlyReason,
  type SignInKind,
} from '../../shared/sign-in';
import * as columns from './columns';
import type { Context } from './context';
import type { Row } from './sqlite-file';
import { signAgain } from './outbox-macs';
import type { Covered } from './row-macs';
import type { Table } from './table';

/** A sign-in. Its key is in the keychain under this id, or in memory, never in the database. */
export interface SignInRow {
  id: string;
  kind: SignInKind;
  label: string;
  /** The account email; `''` for a token. */
  email: string;
  /** Cloudflare's user id, null until a check has returned it. */
  userId: string | null;
  /** Cloudflare's id of the token; null for a key. */
  tokenId: string | null;
  /** Why it may not write; null if it may. */
  readOnly: ReadOnlyReason | null;
  /** When the token expires; null: never, or unknown. */
  expiresAt: number | null;
  state: (typeof SIGN_IN_STATES)[number];
  checkedAt: number | null;
  /** Why it does not work, or null. */
  issue: Failure | null;
  /** When it stopped working, or null. */
  issueSince: number | null;
}

/** Parses a row. Null if its id is invalid. */
function toSignInRow(row: Row): SignInRow | null {
  const id = columns.toSignInId(row['id']);
  if (id === null) return null;
  return {
    id,
    kind: columns.toOneOf(SIGN_IN_KINDS, row['kind'], 'key'),
    label: columns.toText(row['label'], MAX_LABEL),
    email: columns.toText(row['email']),
    userId: typeof row['user_id'] === 'string' ? row['user_id'] : null,
    tokenId: typeof row['token_id'] === 'string' ? row['token_id'] : null,
    readOnly: READ_ONLY_REASONS.find((reason) => reason === row['read_only']) ?? null,
    expiresAt: columns.toTime(row['expires_at']),
    state: columns.toOneOf(SIGN_IN_STATES, row['state'], 'stored'),
    checkedAt: columns.toTime(row['checked_at']),
    issue: columns.toFailure(row['issue']),
    issueSince: columns.toTime(row['issue_since']),
  };
}

/** The table of sign-ins. */
export const SIGN_IN: Table<SignInRow> = {
  name: 'sign_in',
  isOffered: true,
  parse: toSignInRow,
  recover(context, row) {
    const isNew = signIns(context).get(row.id) === null;
    // No one vouches for what the file says about it.
    if (isNew) signIns(context).put({ ...row, readOnly: 'chosen' });
    return isNew;
  },
};

/** What the MAC of a row covers. */
function covered(id: string, readOnly: unknown): Covered {
  return ['sign-in', id, readOnly as string | null];
}

/** The repository of sign-ins. */
export function signIns(context: Context) {
  const { sql, changes, rows, macs } = context;
  return {
    all(): SignInRow[] {
      return sql
        .all('SELECT * FROM sign_in ORDER BY rowid')
        .flatMap((row) => toSignInRow(row) ?? []);
    },
    get(id: string): SignInRow | null {
      const row = sql.get('SELECT * FROM sign_in WHERE id = ?', id);
      return row && toSignInRow(row);
    },
    /**
     * Adds a sign-in or changes it, but not whether it is read-only (`setReadOnly`): `row` may be older than that, and signing
     * it would vouch for what someone else may have written.
     */
    put(row: SignInRow): void {
      sql.run(
        `INSERT INTO sign_in (id, kind, label, email, user_id, token_id, read_only, expires_at,
           state, checked_at, issue, issue_since, mac)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, label = excluded.label,
           email = excluded.email, user_id = excluded.user_id, token_id = excluded.token_id,
           expires_at = excluded.expires_at, state = excluded.state,
           checked_at = excluded.checked_at, issue = excluded.issue,
           issue_since = excluded.issue_since`,
        row.id,
        row.kind,
        columns.toJson(row.label),
        columns.toJson(row.email),
        row.userId,
        row.tokenId,
        row.readOnly,
        row.expiresAt,
        row.state,
        row.checkedAt,
        columns.toJsonOrNull(row.issue),
        row.issueSince,
        macs.of(covered(row.id, row.readOnly)),
      );
      changes.signIn(row.id);
    },
    /** Stores whether a sign-in is read-only, and signs that. */
    setReadOnly(id: string, readOnly: SignInRow['readOnly']): void {
      const SET = 'UPDATE sign_in SET read_only = ?, mac = ? WHERE id = ?';
      sql.run(SET, readOnly, macs.of(covered(id, readOnly)), id);
      changes.signIn(id);
    },
    /** Whether we stored what a row says about that. */
    isOurs(id: string): boolean {
      const row = sql.get('SELECT read_only, mac FROM sign_in WHERE id = ?', id);
      return row !== null && macs.check(covered(id, row['read_only']), row['mac']) === 'ours';
    },
    remove(id: string): void {
      if (sql.get('SELECT 1 FROM addition WHERE sign_in_id = ?', id)) changes.topic('additions');
      const organizations = sql
        .arrays('SELECT id FROM organization WHERE sign_in_id = ?', id)
        .map(([organization]) => String(organization));
      signAgain(context, 'o.sign_in_id = ?', id, () => {
        sql.run('DELETE FROM sign_in WHERE id = ?', id);
      });
      changes.signIn(id);
      if (organizations.length === 0) return;
      // The foreign keys have set the sign-in of these organizations and of their changes to NULL.
      for (const organization of organizations) changes.organization(organization);
      rows.released(organizations, id);
      changes.topic('outbox');
    },
    /**
     * Signs the rows that we stored before the key was known. A sign-in that is not ours becomes read-only, as the
     * person may have made it. Without a key of the data folder, one whose key was only in memory stays unsigned: no
     * one can use it until the person enters that again.
     */
    checkMacs(isFolderKey: boolean): void {
      for (const row of sql.all('SELECT id, state, read_only, mac FROM sign_in')) {
        const id = String(row['id']);
        const SET_MAC = 'UPDATE sign_in SET mac = ? WHERE id = ?';
        if (this.isOurs(id)) sql.run(SET_MAC, macs.of(covered(id, row['read_only'])), id);
        else if (!isFolderKey && row['state'] === 'session-only') sql.run(SET_MAC, null, id);
        else this.setReadOnly(id, 'chosen');
      }
    },
    /** Number of organizations per sign-in, by sign-in id. */
    useCounts(): Map<string, number> {
      const rows = sql.all(
        `SELECT sign_in_id AS id, count(*) AS uses FROM organization
         WHERE sign_in_id IS NOT NULL GROUP BY sign_in_id`,
      );
      return new Map(rows.map((row) => [String(row['id']), columns.toNumber(row['uses'])]));
    },
  };
}
