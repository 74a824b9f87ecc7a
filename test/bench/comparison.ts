/** Compares a run with the last whole one, whose figures are in last-run.json. */
import type { GrowthRow, Row } from './part';
import { figure, markdownTable } from './table';

/** The figures of a run, by what was measured. */
export interface LastRun {
  /** Commit, machine and command. */
  facts: string[];
  /** Without a spread if it is unknown. */
  figures: Record<string, { value: number; spread?: number }>;
}

/** The figures to keep of a run. */
export function figuresOf(rows: readonly (Row | GrowthRow)[]): LastRun['figures'] {
  return Object.fromEntries(
    rows
      .filter(({ value }) => Number.isFinite(value))
      .map(({ what, value, spread }) => [
        what,
        spread === undefined ? { value } : { value, spread },
      ]),
  );
}

/** How much worse a value is than an earlier one: more, or less where the target is a minimum. */
function worsening({ value, target }: Row | GrowthRow, earlier: number): number {
  return target !== null && 'min' in target ? earlier - value : value - earlier;
}

/** The table, and below it a line for each figure that got worse by more than it differs within either run. */
export function comparison(
  rows: readonly (Row | GrowthRow)[],
  { facts, figures }: LastRun,
): string {
  const compared = rows.flatMap((row) => {
    const last = figures[row.what];
    if (row.spread === undefined || !last) return [];
    const spread = Math.max(row.spread, last.spread ?? 0);
    return [{ row, last, spread, isWorse: worsening(row, last.value) > spread }];
  });
  const table = markdownTable([
    ['What', 'Now', 'Last whole run', 'Spread'],
    ...compared.map(({ row: { what, value, unit }, last, spread }) => [
      what,
      figure(value, unit),
      figure(last.value, unit),
      figure(spread, unit),
    ]),
  ]);
  const worse = compared
    .filter(({ isWorse }) => isWorse)
    .map(
      ({ row: { what, value, unit }, last }) =>
        `Worse: ${what}: ${figure(value, unit)}, was ${figure(last.value, unit)}.`,
    );
  return [
    `Compared with the last whole run (${facts.join('; ')}):`,
    table,
    worse.length > 0 ? worse.join('\n') : 'Nothing got worse by more than its spread.',
  ].join('\n\n');
}
