/**
 * The state of the rate limit, so that a restart does not forget it. A row
 * that cannot be read is ignored.
 */
import * as columns from './columns';
import type { Context } from './context';
import type { RateLimitRow } from './rows';

/** The repository of rate limits. */
export function rateLimits({ sql, onUnreadable }: Context) {
  return {
    all(): RateLimitRow[] {
      return sql.all('SELECT user_id, state FROM rate_limit').flatMap((row) => {
        const userId = row['user_id'];
        const state = columns.fromJson(row['state']);
        if (typeof userId === 'string' && state !== undefined) return { userId, state };
        onUnreadable({ table: 'rate_limit', id: '' });
        return [];
      });
    },
    put({ userId, state }: RateLimitRow): void {
      sql.run(
        `INSERT INTO rate_limit (user_id, state) VALUES (?, ?)
         ON CONFLICT (user_id) DO UPDATE SET state = excluded.state`,
        userId,
        columns.toJson(state),
      );
    },
    remove(userId: string): void {
      sql.run('DELETE FROM rate_limit WHERE user_id = ?', userId);
    },
  };
}
