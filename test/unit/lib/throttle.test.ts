/** `throttle`: work runs immediately, then at a limited rate, and always after the last call. */
import { expect, it, vi } from 'vitest';
import { createThrottle } from '../../../src/main/lib/throttle';
import { Clock } from '../cloudflare/clock';

it('runs immediately after a quiet time, then not before the interval is over', () => {
  const clock = new Clock();
  const soon: (() => void)[] = [];
  const later = createThrottle(
    clock.timers,
    (work) => soon.push(work),
    100,
    () => 0,
  );
  const runSoon = (): void => soon.splice(0).forEach((work) => work());
  const work = vi.fn();

  later(work);
  expect(work).not.toHaveBeenCalled();
  runSoon();
  expect(work).toHaveBeenCalledTimes(1);

  later(work);
  runSoon();
  clock.advance(99);
  expect(work).toHaveBeenCalledTimes(1);
  clock.advance(1);
  expect(work).toHaveBeenCalledTimes(2);

  // The interval starts again after that run.
  later(work);
  clock.advance(99);
  expect(work).toHaveBeenCalledTimes(2);
  clock.advance(1);
  expect(work).toHaveBeenCalledTimes(3);

  clock.advance(100);
  later(work);
  runSoon();
  expect(work).toHaveBeenCalledTimes(4);
});

it('waits longer after slow work, even if the work failed', () => {
  const clock = new Clock();
  let at = 0;
  const later = createThrottle(
    clock.timers,
    (work) => work(),
    100,
    () => at,
  );
  const work = vi.fn(() => {
    at += 50;
    throw new Error('the disk is full');
  });
  expect(() => later(work)).toThrow('the disk is full');
  later(work);
  clock.advance(199);
  expect(work).toHaveBeenCalledTimes(1);
  expect(() => clock.advance(1)).toThrow('the disk is full');
  expect(work).toHaveBeenCalledTimes(2);
});
