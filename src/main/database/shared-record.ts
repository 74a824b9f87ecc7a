/**
 * Which record at Cloudflare an entry shows, in SQL. Several entries may show the same one: an organization, and the
 * accounts that belong to it.
 */

/** SQL: the id of the record that entry `o` shows, like `recordOf` (shared/organization.ts). */
export const RECORD = "CASE o.kind WHEN 'account' THEN coalesce(o.parent_id, o.id) ELSE o.id END";

/** SQL: the id and name of each other entry that shows the same record as entry `?1`. */
export const SIBLINGS = `WITH record AS (SELECT ${RECORD} AS id FROM organization o WHERE o.id = ?1)
  SELECT o.id, o.name FROM record
  JOIN organization o ON o.id = record.id OR (o.parent_id = record.id AND o.kind = 'account')
  WHERE o.id <> ?1`;
