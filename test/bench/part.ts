/** Types of a part of the benchmark, which measures and returns rows for the two tables. */
import type { Seeds } from './seeds';

/** Options of a part. */
export interface PartOptions {
  /** Rounds; each measures everything once. */
  runs: number;
  /** Reports progress. */
  say: (line: string) => void;
  /** The initial databases. */
  seeds: Seeds;
}

/** The target: at most or at least this value. Null if the figure has no target. */
export type Target = { max: number } | { min: number } | null;

/** Common columns of both tables. */
interface Line {
  /** What was measured. */
  what: string;
  /** The baseline, measured in the same run; empty if the target is an absolute figure. */
  baseline: string;
  /** The figure compared with the target. */
  value: number;
  unit: '×' | 'ms' | '%' | 'MB' | 'kB' | 's' | '';
  target: Target;
  /**
   * How much the value differs between rounds of one run, in its unit: the distance of the quartiles. Absent: unknown, and
   * the value is not compared with that of the last whole run.
   */
  spread?: number;
}

/** A row with Letterhead's own figure. */
export interface Row extends Line {
  ours: string;
}

/** Numbers of organizations in parts that show how cost grows. */
export const SIZES = { few: 100, middle: 10_000, many: 100_000 } as const;
export type Size = keyof typeof SIZES;

/** A row with a figure for each number of organizations; its value is that of the largest. */
export interface GrowthRow extends Line {
  sizes: Readonly<Record<Size, string>>;
}

/** A part of the benchmark. */
export interface Part {
  /** For `--only`. */
  name: string;
  /** A short description. */
  title: string;
  /** The most rounds, for a part whose rounds take up to a minute and a half each. */
  maxRuns?: number;
  run(options: PartOptions): Promise<(Row | GrowthRow)[]>;
}

/** Creates something for each number of organizations. */
export function forEachSize<T>(make: (size: Size) => T): Record<Size, T> {
  return { few: make('few'), middle: make('middle'), many: make('many') };
}

/** Like `forEachSize` for asynchronous work, one size after another. */
export async function forEachSizeAsync<T>(
  make: (size: Size) => Promise<T>,
): Promise<Record<Size, T>> {
  return { few: await make('few'), middle: await make('middle'), many: await make('many') };
}
