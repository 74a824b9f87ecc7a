/** The options of `npm run bench`. */
import { parseArgs } from 'node:util';
import { PARTS, QUICK } from './parts';

/** The chosen options. */
export interface Options {
  runs: number;
  /** Names of parts. */
  only: string[];
  /** Whether to compare with the last whole run. */
  quick: boolean;
  write: boolean;
  profile: boolean;
}

export const usage = `npm run bench -- [--runs 10] [--only PART]… [--quick] [--profile] [--write]
Parts: ${PARTS.map(({ name }) => name).join(', ')}
--profile  what a start does before its list is painted, instead of the tables
--quick    the parts ${QUICK.join(', ')} in two rounds, compared with the last whole run
--write    also writes the tables and that profile into docs/performance.md, and the figures into test/bench/last-run.json`;

/** Parses the options; returns an error text if they are wrong. */
export function optionsFrom(args: string[]): Options | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        runs: { type: 'string' },
        only: { type: 'string', multiple: true, default: [] },
        quick: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
      },
    });
    const { quick, write, profile, runs = quick ? '2' : '10' } = values;
    const only = quick && values.only.length === 0 ? [...QUICK] : values.only;
    if (!/^[1-9]\d{0,3}$/.test(runs)) return '--runs takes a positive number.';
    const unknown = only.find((name) => !PARTS.some((part) => part.name === name));
    if (unknown !== undefined) return `There is no part "${unknown}".`;
    if (write && only.length > 0) return '--write needs all parts: the tables show a single run.';
    return { runs: Number(runs), only, quick, write, profile };
  } catch (error) {
    return error instanceof Error ? error.message : 'The options could not be read.';
  }
}
