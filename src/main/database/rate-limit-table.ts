/** The state of the rate limit, so that a restart does not forget it. Ignores rows that cannot be read. */
import * as columns from './columns';
import type { Context } from './context';

/** The rate limit of one Cloudflare user, kept across restarts. */
export interface RateLimitRow {
  userId: string;
  /** A JSON value whose shape only rate-limit/persisted-state.ts knows. */
  state: unknown;
}

/** The repository of rate limits. */
export function rateLimits({ sql }: Context) {
  return {
    all(): RateLimitRow[] {
      return sql.all('SELECT user_id, state FROM rate_limit').flatMap((row) => {
        const state = columns.fromJson(row['state']);
        return state === undefined ? [] : { userId: String(row['user_id']), state };
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
