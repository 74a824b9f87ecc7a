/** What a part of the benchmark is: it measures, and gives lines for one of the two tables. */
import type { Seeds } from './seeds';

/** How a part is run. */
export interface PartOptions {
  /** Rounds; each measures everything once. */
  runs: number;
  /** Says how far it is. */
  say: (line: string) => void;
  /** The databases to start with. */
  seeds: Seeds;
}

/** A bar, or nothing to hold the value against. */
export type Bar = { most: number } | { least: number } | null;

/** What every line of a table has. */
interface Line {
  /** What was measured. */
  what: string;
  /** What it is held against, measured in the same run; empty where the bar is a figure by itself. */
  floor: string;
  /** The figure the bar is about. */
  value: number;
  unit: '×' | 'ms' | '%' | 'MB' | 's' | '';
  bar: Bar;
}

/** A line with Letterhead's own figure, with its unit. */
export interface Row extends Line {
  ours: string;
}

/** How many organizations are saved where a part shows how cost grows. */
export const SIZES = { few: 100, middle: 10_000, many: 100_000 } as const;
export type Size = keyof typeof SIZES;

/** A line with a figure for each number of organizations; its value is about the largest. */
export interface GrowthRow extends Line {
  sizes: Readonly<Record<Size, string>>;
}

/** One part. */
export interface Part {
  /** For `--only`. */
  name: string;
  /** What it does, in a few words. */
  title: string;
  run(options: PartOptions): Promise<(Row | GrowthRow)[]>;
}

/** Makes something for each number of organizations. */
export function perSize<T>(make: (size: Size) => T): Record<Size, T> {
  return { few: make('few'), middle: make('middle'), many: make('many') };
}

/** The same for what takes its time, one after the other. */
export async function perSizeInTurn<T>(make: (size: Size) => Promise<T>): Promise<Record<Size, T>> {
  return { few: await make('few'), middle: await make('middle'), many: await make('many') };
}
