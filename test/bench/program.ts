/** `npm run bench`: runs the parts, prints the tables, and writes them into the document if requested. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { comparison, figuresOf, type LastRun } from './comparison';
import { withMeasured } from './document';
import { loadAtStart, machineFacts } from './machine';
import { optionsFrom, usage } from './options';
import { PARTS } from './parts';
import { profile } from './profile';
import type { GrowthRow, PartOptions, Row } from './part';
import { Seeds } from './seeds';
import { report } from './table';

const DOCUMENT = resolve('docs/performance.md');
const LAST_RUN = resolve('test/bench/last-run.json');
/** Load above which other work distorts the figures. */
const BUSY = 1;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const progress = (text: string): void => void process.stderr.write(`${text}\n`);

function write(place: 'measured' | 'start-up', text: string): void {
  writeFileSync(DOCUMENT, withMeasured(readFileSync(DOCUMENT, 'utf8'), place, text));
  say(`\nWritten to ${DOCUMENT}; run npm run format next.`);
}

/** Runs these parts; returns the rows, and the names of parts that failed. */
async function measure(
  only: readonly string[],
  options: PartOptions,
): Promise<{ rows: (Row | GrowthRow)[]; failed: string[] }> {
  const rows: (Row | GrowthRow)[] = [];
  const failed: string[] = [];
  for (const part of PARTS.filter(({ name }) => only.length === 0 || only.includes(name))) {
    progress(`${part.title} …`);
    const runs = Math.min(options.runs, part.maxRuns ?? Infinity);
    try {
      rows.push(...(await part.run({ ...options, runs })));
    } catch (error) {
      failed.push(part.name);
      progress(`  failed: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  return { rows, failed };
}

/** Runs the benchmark; returns the exit code. Missed targets do not make the command fail. */
export async function main(args: string[]): Promise<number> {
  const options = optionsFrom(args);
  if (typeof options === 'string') {
    progress(`${options}\n${usage}`);
    return 2;
  }
  const { runs, only } = options;
  const facts = machineFacts(runs, args)
    .map((fact) => `- ${fact}`)
    .join('\n');
  say(`${facts}\n`);
  if (loadAtStart > BUSY) progress(`This machine is busy (load ${loadAtStart.toFixed(1)}).\n`);
  const seeds = new Seeds();
  try {
    const partOptions = { runs, seeds, say: (line: string) => progress(`  ${line}`) };
    const measureStartup = async (): Promise<void> => {
      const moments = await profile(partOptions);
      say(`\n${moments}`);
      if (options.write) write('start-up', `${facts}\n\n${moments}`);
    };
    if (options.profile) {
      await measureStartup();
      return 0;
    }
    const { rows, failed } = await measure(only, partOptions);
    const tables = report(rows);
    say(`\n${tables}`);
    if (failed.length > 0) {
      progress(`Failed: ${failed.join(', ')}`);
      return 1;
    }
    if (options.quick) {
      const last = JSON.parse(readFileSync(LAST_RUN, 'utf8')) as LastRun;
      say(`\n${comparison(rows, last)}`);
    }
    if (options.write) {
      write('measured', `${facts}\n\n${tables}`);
      const run: LastRun = { facts: machineFacts(runs, args), figures: figuresOf(rows) };
      writeFileSync(LAST_RUN, `${JSON.stringify(run, null, 2)}\n`);
      await measureStartup();
    }
    return 0;
  } finally {
    seeds.remove();
  }
}
