/** The comparison of a quick run of the benchmark with the last whole one. */
import { expect, test } from 'vitest';
import { comparison, figuresOf } from '../../bench/comparison';
import type { Row } from '../../bench/part';

const row = (what: string, value: number, change: Partial<Row> = {}): Row => ({
  what,
  ours: '',
  baseline: '',
  value,
  unit: '×',
  target: { max: 2 },
  spread: 0.05,
  ...change,
});

const last = {
  facts: ['commit 1a2b3c4'],
  figures: { Start: { value: 1.2, spread: 0.1 }, Rate: { value: 90 }, Save: { value: 1.1 } },
};
const worse = (...rows: Row[]): string[] =>
  comparison(rows, last)
    .split('\n')
    .filter((line) => line.startsWith('Worse:'));

test('names what got worse by more than it differs within either run', () => {
  expect(worse(row('Start', 1.29), row('Save', 1.14))).toEqual([]);
  expect(worse(row('Start', 1.31), row('Save', 1.16))).toEqual([
    'Worse: Start: 1.31 ×, was 1.20 ×.',
    'Worse: Save: 1.16 ×, was 1.10 ×.',
  ]);
  expect(worse(row('Start', 1.31, { spread: 0.2 }))).toEqual([]);
});

test('with a minimum as the target, less is worse', () => {
  const rate = (value: number): Row => row('Rate', value, { target: { min: 90 }, unit: '%' });
  expect(worse(rate(95))).toEqual([]);
  expect(worse(rate(89))).toEqual(['Worse: Rate: 89 %, was 90 %.']);
});

test('shows both figures, and leaves out what has no spread or was not measured before', () => {
  const { spread, ...unknown } = row('Start', 9);
  expect(spread).toBe(0.05);
  const text = comparison([row('Save', 1), row('New', 7), unknown], last);
  expect(text).toContain('commit 1a2b3c4');
  expect(text).toMatch(/\| Save +\| 1\.00 × \| 1\.10 × +\| 0\.05 × \|/);
  expect(text).not.toMatch(/New|Start/);
  expect(text).toContain('Nothing got worse');
});

test('keeps finite figures only', () => {
  expect(figuresOf([row('Save', 1), row('Start', NaN)])).toEqual({
    Save: { value: 1, spread: 0.05 },
  });
});
