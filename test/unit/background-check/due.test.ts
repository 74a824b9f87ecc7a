/** When a background check is due. It is neither repeated nor skipped if the clock jumps. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  MAX_CLOCK_AHEAD_MS,
  dueAt,
  INTERVAL_MS,
} from '../../../src/main/background-check/schedule';
import { CHECK_INTERVALS } from '../../../src/shared/settings';

const NOW = Date.UTC(2026, 10, 24, 9);
const interval = fc.constantFrom(...CHECK_INTERVALS);
const on = fc.constantFrom('15-minutes' as const, '1-hour' as const, '4-hours' as const);

test('counts the interval from the end of the last check', () => {
  expect(dueAt(NOW, '15-minutes', NOW)).toBe(NOW + 15 * 60_000);
  expect(dueAt(NOW, '1-hour', NOW)).toBe(NOW + 3_600_000);
  expect(dueAt(NOW, '4-hours', NOW)).toBe(NOW + 4 * 3_600_000);
  expect(dueAt(NOW, '1-day', NOW)).toBe(NOW + 24 * 3_600_000);
  expect(dueAt(NOW, 'off', NOW)).toBeNull();
  expect(dueAt(null, '1-day', NOW)).toBe(NOW);
  expect(dueAt(null, 'off', NOW)).toBeNull();
});

test('never lies further ahead than the interval, whatever the clock says', () => {
  fc.assert(
    fc.property(fc.option(fc.integer()), interval, fc.integer(), (endedAt, every, now) => {
      const at = dueAt(endedAt, every, now);
      if (every === 'off') expect(at).toBeNull();
      else expect(at).toBeLessThanOrEqual(now + INTERVAL_MS[every] + MAX_CLOCK_AHEAD_MS);
    }),
  );
});

/** Events: time passes or someone sets the clock, in ms. */
const events = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('passes' as const), ms: fc.nat(90_000_000) }),
    fc.record({ kind: fc.constant('set' as const), ms: fc.integer({ min: -1e12, max: 1e12 }) }),
  ),
  { maxLength: 30 },
);

test('is due at most once per interval and per clock jump, however many times it is evaluated', () => {
  fc.assert(
    fc.property(events, on, (happened, every) => {
      let now = NOW;
      let endedAt: number | null = NOW;
      let checks = 0;
      let passed = 0;
      let jumps = 0;
      // The true time since the last check, and by how much the clock was set in that time.
      let since = 0;
      const evaluate = (): void => {
        const at = dueAt(endedAt, every, now);
        if (at === null || at > now) return;
        checks += 1;
        since = 0;
        endedAt = now;
      };
      for (const { kind, ms } of happened) {
        now += ms;
        if (kind === 'set') jumps += 1;
        else {
          passed += ms;
          since += ms;
        }
        evaluate();
        // A second evaluation at the same moment starts no second check.
        const before = checks;
        evaluate();
        expect(checks).toBe(before);
        if (jumps === 0) expect(since).toBeLessThan(INTERVAL_MS[every]);
      }
      expect(checks).toBeLessThanOrEqual(Math.floor(passed / INTERVAL_MS[every]) + jumps);
    }),
  );
});
