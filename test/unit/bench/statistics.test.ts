/**
 * The statistics of the benchmark: the summary of many rounds, and whether a difference is
 * significant.
 */
import { expect, test } from 'vitest';
import { interleaved, median, percentile, shift } from '../../bench/statistics';

test('computes median and p95 of few and many values, in any order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(hundred, 0.95)).toBe(95);
  expect(percentile([7], 0.95)).toBe(7);
  expect(() => median([])).toThrow('Nothing was measured.');
  expect(() => percentile([], 0.95)).toThrow('Nothing was measured.');
});

test('measures subjects alternately, each round in the opposite order', async () => {
  const order: string[] = [];
  const subject = (name: string) => async () => order.push(name);
  const measured = await interleaved(3, { a: subject('a'), b: subject('b') });
  expect(order).toEqual(['a', 'b', 'b', 'a', 'a', 'b']);
  expect(measured).toEqual({ a: [1, 4, 5], b: [2, 3, 6] });
});

test('computes the shift of ten pairs, with the interval of published Wilcoxon tables', () => {
  // The critical value of 10 pairs is 8: the 9th of the 55 Walsh averages from either end.
  const differences = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const averages = differences
    .flatMap((one, place) => differences.slice(place).map((other) => (one + other) / 2))
    .sort((one, other) => one - other);
  expect(averages).toHaveLength(55);
  expect(shift(differences)).toEqual({ estimate: 5.5, low: averages[8], high: averages[46] });
});

test('uses the critical value 137 for thirty pairs; one slow round has almost no effect', () => {
  // Powers of two: each Walsh average occurs once, so its rank can be counted.
  const differences = Array.from({ length: 30 }, (_, index) => 2 ** index);
  const { low, high } = shift(differences);
  const averages = differences.flatMap((one, place) =>
    differences.slice(place).map((other) => (one + other) / 2),
  );
  expect(averages.filter((average) => average < low)).toHaveLength(137);
  expect(averages.filter((average) => average > high)).toHaveLength(137);

  const steady = Array.from({ length: 30 }, (_, index) => (index % 5) - 2);
  const disturbed = [...steady.slice(1), 5_000];
  expect(Math.abs(shift(disturbed).estimate - shift(steady).estimate)).toBeLessThan(0.6);
  expect(shift(disturbed).high).toBeLessThan(2);
});

test('gives no 95 % interval for fewer than six pairs', () => {
  expect(shift([1, 2, 3, 4, 5])).toEqual({ estimate: 3, low: -Infinity, high: Infinity });
  expect(shift([1, 2, 3, 4, 5, 6])).toEqual({ estimate: 3.5, low: 1, high: 6 });
});
