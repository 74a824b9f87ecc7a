/** When a check is due, even with a clock that jumps: never a burst, never forgotten. */
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

test('is never further away than the interval, whatever the clock says', () => {
  fc.assert(
    fc.property(fc.option(fc.integer()), interval, fc.integer(), (endedAt, every, now) => {
      const at = dueAt(endedAt, every, now);
      if (every === 'off') expect(at).toBeNull();
      else expect(at).toBeLessThanOrEqual(now + INTERVAL_MS[every] + MAX_CLOCK_AHEAD_MS);
    }),
  );
});

/** Time that passes, or a clock that is set, in ms. */
const events = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('passes' as const), ms: fc.nat(90_000_000) }),
    fc.record({ kind: fc.constant('set' as const), ms: fc.integer({ min: -1e12, max: 1e12 }) }),
  ),
  { maxLength: 30 },
);

test('runs at most one check per interval and per jump, however often it is evaluated', () => {
  fc.assert(
    fc.property(events, on, (happened, every) => {
      let now = NOW;
      let endedAt: number | null = NOW;
      let checks = 0;
      let passed = 0;
      let jumps = 0;
      // The time that really passed since the last check, and how far the clock was set meanwhile.
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
        // Evaluating again at once never checks again.
        const before = checks;
        evaluate();
        expect(checks).toBe(before);
        if (jumps === 0) expect(since).toBeLessThan(INTERVAL_MS[every]);
      }
      expect(checks).toBeLessThanOrEqual(Math.floor(passed / INTERVAL_MS[every]) + jumps);
    }),
  );
});
