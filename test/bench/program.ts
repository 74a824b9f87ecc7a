/** `npm run bench`: runs the parts, prints the one table, and writes it into the document if asked to. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { withMeasured } from './document';
import { loadAtStart, machineFacts } from './machine';
import { optionsFrom, usage } from './options';
import { PARTS } from './parts';
import { profile } from './profile';
import { isMet, markdown, type Row } from './table';

const DOCUMENT = resolve('docs/performance.md');
/** Above this the figures say more of what else goes on. */
const BUSY = 1;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const tell = (text: string): void => void process.stderr.write(`${text}\n`);

function write(place: 'measured' | 'start-up', text: string): void {
  writeFileSync(DOCUMENT, withMeasured(readFileSync(DOCUMENT, 'utf8'), place, text));
  say(`\nWritten to ${DOCUMENT}; npm run format puts it in order.`);
}

function verdict(rows: readonly Row[]): string {
  const held = rows.map(isMet).filter((met) => met !== null);
  return `${held.filter(Boolean).length} of ${held.length} bars are met.`;
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
  if (options.profile) {
    const table = await profile({ runs, say: tell });
    say(table);
    if (options.write) write('start-up', `${facts}\n\n${table}`);
    return 0;
  }
  const rows: Row[] = [];
  const failed: string[] = [];
  for (const part of PARTS.filter(({ name }) => only.length === 0 || only.includes(name))) {
    tell(`${part.title} …`);
    try {
      rows.push(...(await part.run({ runs, say: (line) => tell(`  ${line}`) })));
    } catch (error) {
      failed.push(part.name);
      tell(`  failed: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  const table = `${markdown(rows)}\n\n${verdict(rows)}`;
  say(`\n${table}`);
  if (failed.length > 0) {
    tell(`Not measured: ${failed.join(', ')}`);
    return 1;
  }
  if (options.write) write('measured', `${facts}\n\n${table}`);
  return 0;
}
