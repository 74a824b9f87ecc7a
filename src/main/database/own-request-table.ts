/**
 * The requests with which we wrote profiles, and the ids of their answers. They tell our own writes from those of
 * others in Cloudflare's audit log, and make the other entries of the organization wait (changes/just-saved.ts). No id
 * means that no answer came; the write may still have been applied.
 */
import * as columns from './columns';
import type { Context } from './context';

/** A request with which we wrote a profile. */
export interface OwnRequest {
  /** When it was decided, ms since the epoch. */
  at: number;
  /** The id of its answer (cloudflare/audit-log.ts); null if none came. */
  ray: string | null;
}

/** A request that other entries may wait for. */
export interface RequestElsewhere {
  id: number;
  at: number;
}

/** The most requests that are kept per entry. */
const MAX_PER_ENTRY = 20;

const DROP_OLD = `DELETE FROM own_request WHERE entry_id = ?1 AND id <=
  (SELECT id FROM own_request WHERE entry_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ${MAX_PER_ENTRY})`;

/** SQL: the id of the profile that an entry shows, like `profileIdOf` (shared/organization.ts). */
const PROFILE_ID = "CASE kind WHEN 'account' THEN coalesce(parent_id, id) ELSE id END";

const ADD = `INSERT INTO own_request (entry_id, profile_id, name, version, at)
  SELECT id, ${PROFILE_ID}, name, ?2, ?3 FROM organization WHERE id = ?1 RETURNING id`;

// Of a change that is tried again and again without success, the first request counts: the others need not wait forever.
const ELSEWHERE = `SELECT r.id, r.at, r.name, first.id AS first_id, first.at AS first_at
  FROM own_request r JOIN own_request first ON first.id = CASE
    WHEN EXISTS (SELECT 1 FROM outbox o WHERE o.entry_id = r.entry_id AND o.version = r.version)
    THEN (SELECT min(f.id) FROM own_request f WHERE f.entry_id = r.entry_id AND f.version = r.version)
    ELSE r.id END
  WHERE r.profile_id = (SELECT ${PROFILE_ID} FROM organization WHERE id = ?1) AND r.entry_id <> ?1`;

/** The repository of our own requests. */
export function ownRequests({ sql }: Context) {
  return {
    /**
     * Those through other entries that showed the same profile then, with the name of the entry, and the request that the
     * others wait for: of a change that is tried again the first one.
     */
    elsewhere(
      entryId: string,
    ): { request: RequestElsewhere; first: RequestElsewhere; name: string }[] {
      return sql.all(ELSEWHERE, entryId).map((row) => ({
        request: { id: columns.toNumber(row['id']), at: columns.toNumber(row['at']) },
        first: { id: columns.toNumber(row['first_id']), at: columns.toNumber(row['first_at']) },
        name: columns.toText(row['name']),
      }));
    },
    /** Records the write of a version of a change before it is sent. Returns the number of the request. */
    add(entryId: string, version: number, at: number): number {
      const row = sql.get(ADD, entryId, version, at);
      sql.run(DROP_OLD, entryId);
      return columns.toNumber(row?.['id']);
    },
    /** Records the id of its answer (null: it has none), and whether that says that the profile was stored. */
    answered(id: number, ray: string | null, isStored: boolean): void {
      sql.run(
        'UPDATE own_request SET ray = ?2, version = iif(?3, NULL, version) WHERE id = ?1',
        id,
        ray,
        Number(isStored),
      );
    },
    /** Takes a request back that did not leave, or was refused. */
    remove(id: number): void {
      sql.run('DELETE FROM own_request WHERE id = ?', id);
    },
    /** Removes those of entries that are no longer saved, except for those since this time. */
    forgetRemoved(from: number): void {
      sql.run(
        'DELETE FROM own_request WHERE at < ? AND entry_id NOT IN (SELECT id FROM organization)',
        from,
      );
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
