/** The benchmark's own sums and its table: what is said to be met is met. */
import { expect, test } from 'vitest';
import { withMeasured } from '../../bench/document';
import { interleaved, median, percentile } from '../../bench/statistics';
import { figure, isMet, markdown, type Row } from '../../bench/table';

const row = (value: number, bar: Row['bar'], unit: Row['unit'] = '×'): Row => ({
  ...{ what: 'Start', ours: '300 ms', floor: 'bare: 250 ms', value, unit, bar },
});

test('median and p95 of few and many, in any order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(hundred, 0.95)).toBe(95);
  expect(percentile([7], 0.95)).toBe(7);
  expect(() => median([])).toThrow('Nothing was measured.');
  expect(() => percentile([], 0.95)).toThrow('Nothing was measured.');
});

test('what is compared is measured in turn, each round in the opposite order', async () => {
  const order: string[] = [];
  const subject = (name: string) => async () => order.push(name);
  const measured = await interleaved(3, { a: subject('a'), b: subject('b') });
  expect(order).toEqual(['a', 'b', 'b', 'a', 'a', 'b']);
  expect(measured).toEqual({ a: [1, 4, 5], b: [2, 3, 6] });
});

test('a bar is met at its figure and not beyond; what is no figure meets none', () => {
  expect(isMet(row(1.25, { most: 1.25 }))).toBe(true);
  expect(isMet(row(1.251, { most: 1.25 }))).toBe(false);
  expect(isMet(row(10, { least: 10 }))).toBe(true);
  expect(isMet(row(9.99, { least: 10 }))).toBe(false);
  expect(isMet(row(NaN, { most: 1 }))).toBe(false);
  expect(isMet(row(NaN, { least: 1 }))).toBe(false);
  expect(isMet(row(1, null))).toBeNull();
});

test('figures have as many places as say something', () => {
  expect(figure(1.2, '×')).toBe('1.20 ×');
  expect(figure(12.34, 'ms')).toBe('12.3 ms');
  expect(figure(1234.5, 'ms')).toBe('1235 ms');
  expect(figure(0, '')).toBe('0');
  expect(figure(95.55, '%')).toBe('95.5 %');
});

test('the table in Markdown', () => {
  const lines = markdown([row(1.2, { most: 1.25 }), row(11, { least: 12 }, 's')]).split('\n');
  expect(lines[0]).toMatch(
    /^\| What +\| Letterhead \| Measured against \| Result +\| Bar +\| Met +\|$/,
  );
  expect(lines[2]).toMatch(/\| 1\.20 × +\| ≤ 1\.25 × +\| yes +\|$/);
  expect(lines[3]).toMatch(/\| 11 s +\| ≥ 12 s +\| \*\*no\*\* +\|$/);
});

test('what was measured takes the place of what was measured before, and nothing else', () => {
  const before = 'A\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nB\n';
  const after = withMeasured(before, 'measured', 'new');
  expect(after).toBe('A\n<!-- measured: begin -->\n\nnew\n\n<!-- measured: end -->\nB\n');
  expect(withMeasured(after, 'measured', 'new')).toBe(after);
  expect(() => withMeasured('A', 'measured', 'new')).toThrow('no place');
});
