/** `npm run bench`: runs the parts, prints the tables, and writes them into the document if requested. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { comparison, figuresOf, type LastRun } from './comparison';
import { withMeasured } from './document';
import { loadAtStart, machineFacts } from './machine';
import { optionsFrom, usage } from './options';
import { PARTS } from './parts';
import { profile } from './profile';
import type { GrowthRow, Part, PartOptions, Row } from './part';
import { Seeds } from './seeds';
import { report } from './table';

const DOCUMENT = resolve('docs/performance.md');
const LAST_RUN = resolve('test/bench/last-run.json');
/** Load above which other work distorts the figures. */
const BUSY = 1;
/** How much of a failure the document shows, in characters. */
const MAX_FAILURE_LENGTH = 120;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const progress = (text: string): void => void process.stderr.write(`${text}\n`);

const markdownList = (lines: readonly string[]): string =>
  lines.map((line) => `- ${line}`).join('\n');

function write(place: 'measured' | 'start-up', text: string): void {
  writeFileSync(DOCUMENT, withMeasured(readFileSync(DOCUMENT, 'utf8'), place, text));
  say(`\nWritten to ${DOCUMENT}; run npm run format next.`);
}

/**
 * Runs these parts. One that fails is repeated once, because the others take half an hour.
 *
 * @returns the rows, why parts failed the first time, and the names of those that failed twice
 */
async function measure(
  only: readonly string[],
  options: PartOptions,
): Promise<{ rows: (Row | GrowthRow)[]; repeated: string[]; failed: string[] }> {
  const rows: (Row | GrowthRow)[] = [];
  const repeated: string[] = [];
  const failed: string[] = [];
  const attempt = async (part: Part): Promise<string | null> => {
    progress(`${part.title} …`);
    try {
      const runs = Math.min(options.runs, part.maxRuns ?? Infinity);
      rows.push(...(await part.run({ ...options, runs })));
      return null;
    } catch (error) {
      progress(`  failed: ${error instanceof Error ? error.stack : String(error)}`);
      return String(error).split('\n')[0]!.slice(0, MAX_FAILURE_LENGTH);
    }
  };
  for (const part of PARTS.filter(({ name }) => only.length === 0 || only.includes(name))) {
    const failure = await attempt(part);
    if (failure === null) continue;
    repeated.push(`The part "${part.name}" was repeated after a failure: \`${failure}\``);
    if ((await attempt(part)) !== null) failed.push(part.name);
  }
  return { rows, repeated, failed };
}

/** Runs the benchmark; returns the exit code. Missed targets do not make the command fail. */
export async function main(args: string[]): Promise<number> {
  const options = optionsFrom(args);
  if (typeof options === 'string') {
    progress(`${options}\n${usage}`);
    return 2;
  }
  const { runs, only } = options;
  const facts = machineFacts(runs, args);
  say(`${markdownList(facts)}\n`);
  if (loadAtStart > BUSY) progress(`This machine is busy (load ${loadAtStart.toFixed(1)}).\n`);
  const seeds = new Seeds();
  try {
    const partOptions = { runs, seeds, say: (line: string) => progress(`  ${line}`) };
    const measureStartup = async (): Promise<void> => {
      const moments = await profile(partOptions);
      say(`\n${moments}`);
      if (options.write) write('start-up', `${markdownList(facts)}\n\n${moments}`);
    };
    if (options.profile) {
      await measureStartup();
      return 0;
    }
    const { rows, repeated, failed } = await measure(only, partOptions);
    const tables = report(rows);
    say(`\n${tables}`);
    if (repeated.length > 0) say(`\n${markdownList(repeated)}`);
    if (failed.length > 0) {
      progress(`Failed: ${failed.join(', ')}`);
      return 1;
    }
    if (options.quick) {
      const last = JSON.parse(readFileSync(LAST_RUN, 'utf8')) as LastRun;
      say(`\n${comparison(rows, last)}`);
    }
    if (options.write) {
      write('measured', `${markdownList([...facts, ...repeated])}\n\n${tables}`);
      const run: LastRun = { facts, figures: figuresOf(rows) };
      writeFileSync(LAST_RUN, `${JSON.stringify(run, null, 2)}\n`);
      await measureStartup();
    }
    return 0;
  } finally {
    seeds.remove();
  }
}
