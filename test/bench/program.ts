/** `npm run bench`: runs the parts, prints the one table, and writes it into the document if asked to. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { withMeasured } from './document';
import { loadAtStart, machineFacts } from './machine';
import { optionsFrom, usage } from './options';
import { PARTS } from './parts';
import { profile } from './profile';
import type { GrowthRow, PartOptions, Row } from './part';
import { Seeds } from './seeds';
import { report } from './table';

const DOCUMENT = resolve('docs/performance.md');
/** Above this the figures say more of what else goes on. */
const BUSY = 1;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const tell = (text: string): void => void process.stderr.write(`${text}\n`);

function write(place: 'measured' | 'start-up', text: string): void {
  writeFileSync(DOCUMENT, withMeasured(readFileSync(DOCUMENT, 'utf8'), place, text));
  say(`\nWritten to ${DOCUMENT}; npm run format puts it in order.`);
}

/** Runs these parts; the lines of those that could be measured, and the names of the others. */
async function measure(
  only: readonly string[],
  options: PartOptions,
): Promise<{ rows: (Row | GrowthRow)[]; failed: string[] }> {
  const rows: (Row | GrowthRow)[] = [];
  const failed: string[] = [];
  for (const part of PARTS.filter(({ name }) => only.length === 0 || only.includes(name))) {
    tell(`${part.title} …`);
    try {
      rows.push(...(await part.run(options)));
    } catch (error) {
      failed.push(part.name);
      tell(`  failed: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  return { rows, failed };
}

/** Runs what was asked for; the result is the exit code. Bars that are not met are no failure of the command. */
export async function main(args: string[]): Promise<number> {
  const options = optionsFrom(args);
  if (typeof options === 'string') {
    tell(`${options}\n${usage}`);
    return 2;
  }
  const { runs, only } = options;
  const facts = machineFacts(runs, args)
    .map((fact) => `- ${fact}`)
    .join('\n');
  say(`${facts}\n`);
  if (loadAtStart > BUSY) tell(`This machine is busy (load ${loadAtStart.toFixed(1)}).\n`);
  const seeds = new Seeds();
  try {
    const how = { runs, seeds, say: (line: string) => tell(`  ${line}`) };
    if (options.profile) {
      const moments = await profile(how);
      say(moments);
      if (options.write) write('start-up', `${facts}\n\n${moments}`);
      return 0;
    }
    const { rows, failed } = await measure(only, how);
    const tables = report(rows);
    say(`\n${tables}`);
    if (failed.length > 0) {
      tell(`Not measured: ${failed.join(', ')}`);
      return 1;
    }
    if (options.write) write('measured', `${facts}\n\n${tables}`);
    return 0;
  } finally {
    seeds.remove();
  }
}
