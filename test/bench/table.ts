/** The one table: a row for each bar, with what was measured, the floor of the same run, and the verdict. */

/** A bar, or nothing to hold the value against. */
export type Bar = { most: number } | { least: number } | null;

/** One line of the table. */
export interface Row {
  /** What was measured. */
  what: string;
  /** Letterhead's own figure, with its unit. */
  ours: string;
  /** What it is held against, measured in the same run; empty where the bar is a figure by itself. */
  floor: string;
  /** The figure the bar is about. */
  value: number;
  unit: '×' | 'ms' | '%' | 'MB' | 's' | '';
  bar: Bar;
}

/** Whether a row meets its bar; null when it has none. A value that is none meets nothing. */
export function isMet({ value, bar }: Row): boolean | null {
  if (bar === null) return null;
  return 'most' in bar ? value <= bar.most : value >= bar.least;
}

const LARGE = 100;

/** A figure with as many places as say something. */
export function figure(value: number, unit: string): string {
  const digits = unit === '×' ? 2 : Math.abs(value) >= LARGE || Number.isInteger(value) ? 0 : 1;
  const text = Number.isFinite(value) ? value.toFixed(digits) : 'nothing';
  return unit === '' || unit === '×' || unit === '%'
    ? `${text}${unit && ` ${unit}`}`
    : `${text} ${unit}`;
}

function barWords({ bar, unit }: Row): string {
  if (bar === null) return '';
  return 'most' in bar ? `≤ ${figure(bar.most, unit)}` : `≥ ${figure(bar.least, unit)}`;
}

const VERDICT = new Map([
  [true, 'yes'],
  [false, '**no**'],
  [null, ''],
]);

/** The table in Markdown. */
export function markdown(rows: readonly Row[]): string {
  const head = ['What', 'Letterhead', 'Measured against', 'Result', 'Bar', 'Met'];
  const lines = rows.map((row) => [
    row.what,
    row.ours,
    row.floor,
    figure(row.value, row.unit),
    barWords(row),
    VERDICT.get(isMet(row))!,
  ]);
  const widths = head.map((word, column) =>
    Math.max(word.length, ...lines.map((line) => line[column]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...lines.map(line)].join(
    '\n',
  );
}
