/** The clock monitor: reports when the clock has jumped in either direction. */
import { expect, test } from 'vitest';
import {
  createClockMonitor,
  CHECK_INTERVAL_MS,
  TOLERANCE_MS,
} from '../../../src/main/lib/clock-monitor';
import { Clock } from '../cloudflare/clock';

function harness() {
  const clock = new Clock();
  let jumps = 0;
  const monitor = createClockMonitor(clock, () => (jumps += 1));
  monitor.start();
  return { clock, monitor, jumps: () => jumps };
}

test('reports nothing while time passes normally', () => {
  const { clock, jumps } = harness();
  for (let check = 0; check < 100; check += 1) clock.advance(CHECK_INTERVAL_MS);
  expect(jumps()).toBe(0);
});

test.each([
  ['an hour of sleep', 3_600_000, 1],
  ['a clock set back a day', -86_400_000, 1],
  ['a busy computer', TOLERANCE_MS, 0],
  ['a little more than that', TOLERANCE_MS + 1, 1],
])('%s', (_, jump, reported) => {
  const { clock, jumps } = harness();
  clock.advance(CHECK_INTERVAL_MS - 1);
  clock.set(clock.now() + jump);
  clock.advance(Math.max(1, 1 - jump));
  expect(jumps()).toBe(reported);
  // A jump is reported only once.
  clock.advance(CHECK_INTERVAL_MS * 3);
  expect(jumps()).toBe(reported);
});

test('reports nothing once stopped, and each jump once if started twice', () => {
  const { clock, monitor } = harness();
  monitor.start();
  expect(clock.size).toBe(1);
  monitor.stop();
  expect(clock.size).toBe(0);
});
