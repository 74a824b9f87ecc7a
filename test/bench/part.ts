/** What a part of the benchmark is. */
import type { Row } from './table';

/** How a part is run. */
export interface PartOptions {
  /** Rounds; each measures everything once. */
  runs: number;
  /** Says how far it is. */
  say: (line: string) => void;
}

/** One part: it measures, and gives lines for the table. */
export interface Part {
  /** For `--only`. */
  name: string;
  /** What it does, in a few words. */
  title: string;
  run(options: PartOptions): Promise<Row[]>;
}
