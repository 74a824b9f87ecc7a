/**
 * The two tables: how cost grows with the number of organizations, and everything else. Each row shows a
 * measurement, its baseline, its target and whether the target is met.
 */
import { SIZES, type GrowthRow, type Row, type Size } from './part';

/** Whether a row meets its target; null if it has none. NaN meets none. */
export function isMet({ value, target }: Pick<Row, 'value' | 'target'>): boolean | null {
  if (target === null) return null;
  return 'max' in target ? value <= target.max : value >= target.min;
}

/** From here on, numbers are shown without decimals. */
const LARGE = 100;

function decimalsOf(value: number, unit: Row['unit']): number {
  if (unit === '×') return 2;
  return Math.abs(value) >= LARGE || Number.isInteger(value) ? 0 : 1;
}

/** A number with its unit: factors with two decimals, others with one, or none if they are whole or large. */
export function figure(
  value: number,
  unit: Row['unit'],
  decimals = decimalsOf(value, unit),
): string {
  if (!Number.isFinite(value)) return 'unknown';
  const text = value.toFixed(decimals);
  return unit === '' ? text : `${text} ${unit}`;
}

/** The most decimals that are tried to tell a result from its target. */
const MAX_DECIMALS = 20;

/** The value of a row, with as many decimals as it takes that its rounding does not contradict `isMet`. */
function resultText(row: Omit<Row, 'ours'>): string {
  const { value, unit, target } = row;
  let decimals = decimalsOf(value, unit);
  const isContradicted = (): boolean =>
    isMet({ value: Number(value.toFixed(decimals)), target }) !== isMet(row);
  while (decimals < MAX_DECIMALS && isContradicted()) decimals += 1;
  return figure(value, unit, decimals);
}

function targetText({ target, unit }: Pick<Row, 'unit' | 'target'>): string {
  if (target === null) return '';
  return 'max' in target ? `≤ ${figure(target.max, unit)}` : `≥ ${figure(target.min, unit)}`;
}

const MET_TEXTS = new Map([
  [true, 'yes'],
  [false, '**no**'],
  [null, ''],
]);

const COMPARISON_HEAD = ['Measured against', 'Result', 'Target', 'Met'];
const comparisonCells = (row: Omit<Row, 'ours'>): string[] => [
  row.baseline,
  resultText(row),
  targetText(row),
  MET_TEXTS.get(isMet(row))!,
];

/** A Markdown table of these rows, the first of which is its head. */
export function markdownTable(lines: readonly (readonly string[])[]): string {
  const [head, ...rest] = lines;
  const widths = head!.map((_, column) =>
    Math.max(3, ...lines.map((line) => [...line[column]!].length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head!), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line)].join(
    '\n',
  );
}

/** The Markdown table of rows with one figure. */
export function table(rows: readonly Row[]): string {
  return markdownTable([
    ['What', 'Letterhead', ...COMPARISON_HEAD],
    ...rows.map((row) => [row.what, row.ours, ...comparisonCells(row)]),
  ]);
}

/** The Markdown table of rows with several numbers of organizations. */
export function growthTable(rows: readonly GrowthRow[]): string {
  const sizes = Object.keys(SIZES) as Size[];
  return markdownTable([
    ['What', ...sizes.map((size) => SIZES[size].toLocaleString('en')), ...COMPARISON_HEAD],
    ...rows.map((row) => [
      row.what,
      ...sizes.map((size) => row.sizes[size]),
      ...comparisonCells(row),
    ]),
  ]);
}

/** The nonempty tables and the number of targets met, in Markdown. */
export function report(rows: readonly (Row | GrowthRow)[]): string {
  const growth = rows.filter((row) => 'sizes' in row);
  const others = rows.filter((row) => 'ours' in row);
  const results = rows.map(isMet).filter((met) => met !== null);
  return [
    ...(growth.length > 0
      ? [`How cost grows with the number of organizations saved:\n\n${growthTable(growth)}`]
      : []),
    ...(others.length > 0 ? [table(others)] : []),
    `${results.filter(Boolean).length} of ${results.length} targets met.`,
  ].join('\n\n');
}
