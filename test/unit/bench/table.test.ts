/**
 * The benchmark tables: whether targets are reported as met, and how new tables replace old ones.
 */
import { expect, test } from 'vitest';
import { withMeasured } from '../../bench/document';
import type { GrowthRow, Row } from '../../bench/part';
import { figure, growthTable, isMet, report, table } from '../../bench/table';

const row = (value: number, target: Row['target'], unit: Row['unit'] = '×'): Row => ({
  what: 'Start',
  ours: '300 ms',
  baseline: 'bare: 250 ms',
  value,
  unit,
  target,
});

const growth: GrowthRow = {
  what: 'Memory',
  sizes: { few: '280 MB', middle: '281 MB', many: '290 MB' },
  baseline: 'bare: 250 MB',
  value: 1.16,
  unit: '×',
  target: { max: 1.15 },
};

test('meets a target exactly at its figure but not above; NaN meets none', () => {
  expect(isMet(row(1.25, { max: 1.25 }))).toBe(true);
  expect(isMet(row(1.251, { max: 1.25 }))).toBe(false);
  expect(isMet(row(10, { min: 10 }))).toBe(true);
  expect(isMet(row(9.99, { min: 10 }))).toBe(false);
  for (const value of [NaN, Infinity]) expect(isMet(row(value, { max: 1 }))).toBe(false);
  expect(isMet(row(NaN, { min: 1 }))).toBe(false);
  expect(isMet(row(1, null))).toBeNull();
});

test('prints factors with two decimals, others with one or none', () => {
  expect(figure(1.2, '×')).toBe('1.20 ×');
  expect(figure(12.34, 'ms')).toBe('12.3 ms');
  expect(figure(1234.5, 'ms')).toBe('1235 ms');
  expect(figure(0, '')).toBe('0');
  expect(figure(95.55, '%')).toBe('95.5 %');
  expect(figure(Infinity, 'ms')).toBe('unknown');
});

test('prints the table of single figures', () => {
  const lines = table([row(1.2, { max: 1.25 }), row(11, { min: 12 }, 's')]).split('\n');
  expect(lines[0]).toMatch(
    /^\| What +\| Letterhead \| Measured against \| Result +\| Target +\| Met +\|$/,
  );
  expect(lines[2]).toMatch(/\| 1\.20 × +\| ≤ 1\.25 × +\| yes +\|$/);
  expect(lines[3]).toMatch(/\| 11 s +\| ≥ 12 s +\| \*\*no\*\* +\|$/);
});

test.each([
  [94.96, { min: 95 }, '%', '94.96 %', '**no**'],
  [95.04, { min: 95 }, '%', '95.0 %', 'yes'],
  [1.2504, { max: 1.25 }, '×', '1.2504 ×', '**no**'],
  [300.2, { max: 300 }, 's', '300.2 s', '**no**'],
] as const)(
  'prints %d against %j so that the rounding fits the verdict',
  (value, target, unit, text, met) => {
    const cells = table([row(value, target, unit)])
      .split('\n')[2]!
      .split(/ *\| */);
    expect([cells[4], cells[6]]).toEqual([text, met]);
  },
);

test('prints a growth table with a column per number of organizations, in order', () => {
  const lines = growthTable([growth]).split('\n');
  expect(lines[0]).toMatch(/^\| What +\| 100 +\| 10,000 +\| 100,000 +\| Measured against/);
  expect(lines[2]).toMatch(/^\| Memory +\| 280 MB +\| 281 MB +\| 290 MB +\| bare: 250 MB/);
  expect(lines[2]).toMatch(/\| 1\.16 × +\| ≤ 1\.15 × +\| \*\*no\*\* +\|$/);
});

test('prints the tables that have rows, and counts the targets of both', () => {
  const whole = report([row(1.2, { max: 1.25 }), growth, row(1, null)]);
  expect(whole).toContain(growthTable([growth]));
  expect(whole).toContain(table([row(1.2, { max: 1.25 }), row(1, null)]));
  expect(whole).toMatch(/\n\n1 of 2 targets met\.$/);
  expect(report([row(1, null)])).not.toContain('10,000');
  expect(report([growth])).not.toContain('Letterhead');
});

test('replaces earlier measurements with new ones, and nothing else', () => {
  const before = 'A\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nB\n';
  const after = withMeasured(before, 'measured', 'new');
  expect(after).toBe('A\n<!-- measured: begin -->\n\nnew\n\n<!-- measured: end -->\nB\n');
  expect(withMeasured(after, 'measured', 'new')).toBe(after);
  expect(() => withMeasured('A', 'measured', 'new')).toThrow('no section');
});
