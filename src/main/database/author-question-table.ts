/**
 * What the audit log is still to be asked: who made a change that was found at Cloudflare. And which logs did not
 * help, so that they are not asked again soon.
 */
import * as columns from './columns';
import type { Context } from './context';
import type { AuthorQuestion, Tables } from './tables';

/** The most questions that are kept. Older ones are dropped. */
const MAX_QUESTIONS = 5_000;
/** How many times a question is asked while its log does not help. */
const MAX_TRIES = 2;

/** A log is asked again at its time, and if that is implausibly late because the clock was set back. */
const RESTING = 'SELECT organization_id FROM audit_log WHERE ask_after > ?1 AND ask_after <= ?2';

const LOGS = `SELECT q.log_id, o.credential_id, min(q.revision_id) AS first FROM author_question q
  JOIN revision r ON r.id = q.revision_id
  JOIN organization o ON o.id = r.organization_id
  WHERE o.credential_id IS NOT NULL AND q.log_id NOT IN (${RESTING})
  GROUP BY q.log_id, o.credential_id ORDER BY first`;

const OF = `SELECT q.revision_id, q.since, r.organization_id, r.at FROM author_question q
  JOIN revision r ON r.id = q.revision_id
  JOIN organization o ON o.id = r.organization_id
  WHERE q.log_id = ? AND o.credential_id = ? ORDER BY q.revision_id DESC LIMIT ?`;

const DROP_OLD = `DELETE FROM author_question WHERE revision_id <=
  (SELECT revision_id FROM author_question ORDER BY revision_id DESC LIMIT 1 OFFSET ${MAX_QUESTIONS})`;

/** The repository of questions to the audit log. */
export function authorQuestions({ sql, changes }: Context): Tables['authorQuestions'] {
  const remove = (id: number) =>
    void sql.run('DELETE FROM author_question WHERE revision_id = ?', id);
  return {
    add({ revisionId, logId, since }) {
      sql.run(
        'INSERT OR REPLACE INTO author_question (revision_id, log_id, since, tries) VALUES (?, ?, ?, 0)',
        revisionId,
        logId,
        since,
      );
      sql.run(DROP_OLD);
      changes.topic('authors');
    },
    logs: (now, restMs) =>
      sql.all(LOGS, now, now + restMs).map((row) => ({
        logId: String(row['log_id']),
        credentialId: String(row['credential_id']),
      })),
    of: ({ logId, credentialId }, limit) =>
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
    backOff(logId, until, revisionIds) {
      const now = 'DELETE FROM audit_log WHERE ask_after <= ? AND organization_id <> ?';
      sql.run(now, until.now, logId);
      sql.run(
        `INSERT INTO audit_log (organization_id, ask_after) VALUES (?, ?)
         ON CONFLICT (organization_id) DO UPDATE SET ask_after = excluded.ask_after`,
        logId,
        until.at,
      );
      for (const id of revisionIds) {
        sql.run('UPDATE author_question SET tries = tries + 1 WHERE revision_id = ?', id);
        sql.run(`DELETE FROM author_question WHERE revision_id = ? AND tries >= ${MAX_TRIES}`, id);
      }
    },
  };
}
