/**
 * What the audit log is still to be asked: who made a change that was found at Cloudflare. And which logs did not
 * help, so that they are not asked again soon.
 */
import * as columns from './columns';
import type { Context } from './context';
import type { AuthorQuestion, LogAccess } from './rows';

/** The most questions that are kept. Older ones are dropped. */
const MAX_QUESTIONS = 5_000;
/** How many times a question is asked while its log does not help. */
const MAX_TRIES = 2;

/** A back-off ends at its time, and if that is implausibly late because the clock was set back. */
const BACKED_OFF = `SELECT 1 FROM audit_log_backoff b
  WHERE b.log_id = q.log_id AND b.credential_id = o.credential_id AND b.retry_at > ?1 AND b.retry_at <= ?2`;

const LOGS = `SELECT q.log_id, o.credential_id, min(q.revision_id) AS first FROM author_question q
  JOIN revision r ON r.id = q.revision_id
  JOIN organization o ON o.id = r.organization_id
  WHERE o.credential_id IS NOT NULL AND NOT EXISTS (${BACKED_OFF})
  GROUP BY q.log_id, o.credential_id ORDER BY first`;

const OF = `SELECT q.revision_id, q.since, r.organization_id, r.at FROM author_question q
  JOIN revision r ON r.id = q.revision_id
  JOIN organization o ON o.id = r.organization_id
  WHERE q.log_id = ? AND o.credential_id = ? ORDER BY q.revision_id DESC LIMIT ?`;

const DROP_OLD = `DELETE FROM author_question WHERE revision_id <=
  (SELECT revision_id FROM author_question ORDER BY revision_id DESC LIMIT 1 OFFSET ${MAX_QUESTIONS})`;

/** The repository of questions to the audit log. */
export function authorQuestions({ sql, changes }: Context) {
  const remove = (id: number) =>
    void sql.run('DELETE FROM author_question WHERE revision_id = ?', id);
  return {
    /** Adds a question about a revision to the log of organization `logId`. */
    add({ revisionId, logId, since }: { revisionId: number; logId: string; since: number }): void {
      sql.run(
        'INSERT OR REPLACE INTO author_question (revision_id, log_id, since, tries) VALUES (?, ?, ?, 0)',
        revisionId,
        logId,
        since,
      );
      sql.run(DROP_OLD);
      changes.topic('authors');
    },
    /**
     * The logs with a question and a sign-in, oldest question first, except those that are backed off.
     * @param now ms since the epoch
     * @param maxMs the longest back-off, in ms. A longer one has ended: the clock was set back
     */
    logs: (now: number, maxMs: number): LogAccess[] =>
      sql.all(LOGS, now, now + maxMs).map((row) => ({
        logId: String(row['log_id']),
        credentialId: String(row['credential_id']),
      })),
    /** The newest questions to a log with this sign-in. */
    of: ({ logId, credentialId }: LogAccess, limit: number): AuthorQuestion[] =>
      sql.all(OF, logId, credentialId, limit).flatMap((row): AuthorQuestion[] => {
        const organizationId = columns.toOrganizationId(row['organization_id']);
        if (organizationId === null) return [];
        return [
          {
            revisionId: columns.toNumber(row['revision_id']),
            organizationId,
            since: columns.toNumber(row['since']),
            readAt: columns.toNumber(row['at']),
          },
        ];
      }),
    remove,
    /**
     * Backs off a log that did not answer these questions with this sign-in. Those that were asked twice are dropped.
     * @param until `now` and the end of the back-off, ms since the epoch
     */
    backOff(
      { logId, credentialId }: LogAccess,
      until: { now: number; at: number },
      revisionIds: readonly number[],
    ): void {
      sql.run('DELETE FROM audit_log_backoff WHERE retry_at <= ?', until.now);
      // The sign-in may have been removed while the log was asked.
      sql.run(
        `INSERT OR REPLACE INTO audit_log_backoff (log_id, credential_id, retry_at)
          SELECT ?, id, ? FROM credential WHERE id = ?`,
        logId,
        until.at,
        credentialId,
      );
      for (const id of revisionIds) {
        sql.run('UPDATE author_question SET tries = tries + 1 WHERE revision_id = ?', id);
        sql.run(`DELETE FROM author_question WHERE revision_id = ? AND tries >= ${MAX_TRIES}`, id);
      }
    },
  };
}
