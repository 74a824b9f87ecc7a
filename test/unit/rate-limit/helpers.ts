/**
 * Helpers of the rate limiter tests: many requests together, and a clock that advances
 * automatically.
 */
import type { RateLimiter } from '../../../src/main/rate-limit/rate-limiter';
import type { LimitStorage } from '../../../src/main/rate-limit/persisted-state';
import type { Priority } from '../../../src/main/rate-limit/priority';
import type { Clock } from '../cloudflare/clock';

/** Lets promises that are already resolved take effect. */
export const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Creates the headers of a response. */
export const headers =
  (limit: string, policy = '"default";q=1200;w=300') =>
  (name: string): string | null =>
    ({ ratelimit: limit, 'ratelimit-policy': policy })[name] ?? null;

/** Starts `n` single requests that are answered immediately, and records when each may be sent. */
export function ask(
  limiter: RateLimiter,
  clock: Clock,
  userId: string,
  n: number,
  priority: Priority,
) {
  const granted: number[] = [];
  for (let index = 0; index < n; index += 1) {
    void limiter.reserve(userId, 1, priority).then((outcome) => {
      if (!outcome.ok || !outcome.value.take()) return;
      granted.push(clock.now());
      limiter.answered(userId, null);
    });
  }
  return granted;
}

/** Advances the clock in small steps until `done`, so that granted requests are sent in time. */
export async function run(clock: Clock, done: () => boolean): Promise<void> {
  for (let steps = 0; !done() && steps < 10_000; steps += 1) {
    await flush();
    const next = clock.nextIn();
    if (done() || next === null) return;
    clock.advance(next);
  }
}

/** Storage in memory that keeps texts, like the database, and counts writes. */
export class TextStorage implements LimitStorage {
  readonly rows = new Map<string, string>();
  writes = 0;
  /** Whether writes fail, as on a full disk. */
  failing = false;

  load() {
    return [...this.rows].map(([userId, text]) => ({ userId, state: JSON.parse(text) as unknown }));
  }

  save(userId: string, state: unknown): void {
    this.writes += 1;
    if (!this.failing) this.rows.set(userId, JSON.stringify(state));
  }

  forget(userIds: readonly string[]): void {
    for (const id of userIds) this.rows.delete(id);
  }
}
