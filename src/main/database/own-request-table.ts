/**
 * The requests with which we wrote profiles, and the ids of their answers. They tell our own writes from those of
 * others in Cloudflare's audit log, and let the other entries of the organization wait (changes/just-saved.ts). No id
 * means that no answer came; the write may still have been applied.
 */
import * as columns from './columns';
import type { Context } from './context';
import type { OwnRequest } from './rows';

/** The most requests that are kept per entry. */
const MAX_PER_ENTRY = 20;

const DROP_OLD = `DELETE FROM own_request WHERE entry_id = ?1 AND id <=
  (SELECT id FROM own_request WHERE entry_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ${MAX_PER_ENTRY})`;

const ANSWERED = `UPDATE own_request SET ray = ?2 WHERE id =
  (SELECT max(id) FROM own_request WHERE entry_id = ?1)`;

/** SQL: the id of the profile that entry `o` shows, like `recordOf` (shared/organization.ts). */
const RECORD = "CASE o.kind WHEN 'account' THEN coalesce(o.parent_id, o.id) ELSE o.id END";

// Begins with the few requests of the time, because an organization may have thousands of entries.
const ELSEWHERE = `SELECT r.at, o.name FROM own_request r JOIN organization o ON o.id = r.entry_id
  WHERE r.at BETWEEN ?2 AND ?3 AND o.id <> ?1
    AND ${RECORD} = (SELECT ${RECORD} FROM organization o WHERE o.id = ?1)
  ORDER BY r.at DESC LIMIT 1`;

/** The repository of our own requests. */
export function ownRequests({ sql }: Context) {
  return {
    /** The newest one between two times through another entry that shows the same profile; null if there is none. */
    elsewhere(entryId: string, from: number, to: number): { at: number; name: string } | null {
      const row = sql.get(ELSEWHERE, entryId, from, to);
      return row && { at: columns.toNumber(row['at']), name: columns.toText(row['name']) };
    },
    /** Records a write before it is sent. */
    add(entryId: string, at: number): void {
      sql.run('INSERT INTO own_request (entry_id, at) VALUES (?, ?)', entryId, at);
      sql.run(DROP_OLD, entryId);
    },
    /** Records the id of the answer to the newest one. */
    answered(entryId: string, ray: string): void {
      sql.run(ANSWERED, entryId, ray);
    },
    of(entryId: string): OwnRequest[] {
      const rows = sql.all('SELECT at, ray FROM own_request WHERE entry_id = ?', entryId);
      return rows.map((row) => ({
        at: columns.toNumber(row['at']),
        ray: typeof row['ray'] === 'string' ? row['ray'] : null,
      }));
    },
  };
}
