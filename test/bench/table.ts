/**
 * The two tables: how cost grows with the number of organizations, and everything else. Each row shows a
 * measurement, its baseline, its target and the verdict.
 */
import { SIZES, type GrowthRow, type Row, type Size } from './part';

/** Whether a row meets its target; null if it has none. NaN meets none. */
export function isMet({ value, bar }: Pick<Row, 'value' | 'bar'>): boolean | null {
  if (bar === null) return null;
  return 'most' in bar ? value <= bar.most : value >= bar.least;
}

const LARGE = 100;

/** A figure with significant digits only. */
export function figure(value: number, unit: Row['unit']): string {
  const digits = unit === '×' ? 2 : Math.abs(value) >= LARGE || Number.isInteger(value) ? 0 : 1;
  if (!Number.isFinite(value)) return 'unknown';
  const text = value.toFixed(digits);
  return unit === '' ? text : `${text} ${unit}`;
}

function barText({ bar, unit }: Pick<Row, 'unit' | 'bar'>): string {
  if (bar === null) return '';
  return 'most' in bar ? `≤ ${figure(bar.most, unit)}` : `≥ ${figure(bar.least, unit)}`;
}

const VERDICT = new Map([
  [true, 'yes'],
  [false, '**no**'],
  [null, ''],
]);

const verdict = (row: Omit<Row, 'ours'>): string[] => [
  row.floor,
  figure(row.value, row.unit),
  barText(row),
  VERDICT.get(isMet(row))!,
];
const VERDICT_HEAD = ['Measured against', 'Result', 'Bar', 'Met'];

function inColumns(lines: readonly (readonly string[])[]): string {
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
  return inColumns([
    ['What', 'Letterhead', ...VERDICT_HEAD],
    ...rows.map((row) => [row.what, row.ours, ...verdict(row)]),
  ]);
}

/** The Markdown table of rows with several numbers of organizations. */
export function growthTable(rows: readonly GrowthRow[]): string {
  const sizes = Object.keys(SIZES) as Size[];
  return inColumns([
    ['What', ...sizes.map((size) => SIZES[size].toLocaleString('en')), ...VERDICT_HEAD],
    ...rows.map((row) => [row.what, ...sizes.map((size) => row.sizes[size]), ...verdict(row)]),
  ]);
}

/** The nonempty tables and the number of targets met, in Markdown. */
export function report(rows: readonly (Row | GrowthRow)[]): string {
  const growth = rows.filter((row) => 'sizes' in row);
  const others = rows.filter((row) => 'ours' in row);
  const verdicts = rows.map(isMet).filter((met) => met !== null);
  return [
    ...(growth.length > 0
      ? [`How cost grows with the number of organizations saved:\n\n${growthTable(growth)}`]
      : []),
    ...(others.length > 0 ? [table(others)] : []),
    `${verdicts.filter(Boolean).length} of ${verdicts.length} bars are met.`,
  ].join('\n\n');
}
