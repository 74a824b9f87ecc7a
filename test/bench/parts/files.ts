/**
 * Importing files from strangers: a workbook of 100,000 rows, and a CSV file of half a megabyte that takes its parser
 * half a minute. How long each blocks main, and how long the workbook takes, compared with its reader alone.
 */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COLUMNS, type Column } from '../../../src/shared/headings';
import { exportTable, type ExportRow } from '../../../src/main/csv/export';
import { xlsxPieces } from '../../../src/main/csv/xlsx-write';
import { createCalls } from '../../faults/support/calls';
import { pause } from '../../faults/support/time';
import { sampleOrganizations } from '../../standin';
import { buildScript, type BuiltScript } from '../../unit/built-script';
import { SLOW_CSV } from '../../unit/csv/slow-csv';
import type { App } from '../app';
import { Harness } from '../harness';
import { SIZES, type Part, type Row } from '../part';
import { median } from '../statistics';

/** How long main is observed while that is parsed, and with nothing to do, in ms. */
const OBSERVED_MS = 5_000;

/** A workbook as the app exports it. */
async function workbook(): Promise<Buffer> {
  const rows = sampleOrganizations(SIZES.many).map(({ id, name, profile }): ExportRow => {
    return { id, kind: '', parent: '', name, labels: '', fields: profile! };
  });
  const headings = Object.fromEntries(COLUMNS.map((one) => [one, one])) as Record<Column, string>;
  async function* slices() {
    yield* exportTable(rows, headings);
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of xlsxPieces(slices(), 'S')) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** How long the reader takes in a process of its own, without messages and checks, in ms. */
async function readAlone(script: BuiltScript, path: string): Promise<number> {
  const [time] = (await once(script.start({ BENCH_FILE: path }), 'message')) as [number];
  return time;
}

/** The times of a round, in ms. */
interface Times {
  alone: number;
  imported: number;
  /** The longest time main was blocked by each, and with nothing to do. */
  workbook: number;
  slow: number;
  idle: number;
}

async function round(app: App, script: BuiltScript, path: string, content: Buffer): Promise<Times> {
  const page = await app.page();
  const calls = createCalls(page);
  const blocked = async (work: () => Promise<unknown>): Promise<number> => {
    await app.ask('loop-start');
    await work();
    return app.ask('loop-stop');
  };
  await pause(OBSERVED_MS);
  const idle = await blocked(() => pause(OBSERVED_MS));
  await writeFile(path, content);
  const alone = await readAlone(script, path);
  let imported = 0;
  const workbook = await blocked(async () => {
    const began = performance.now();
    const found = await calls.value('csv', 'import');
    imported = performance.now() - began;
    const rows = found?.rows ?? 0;
    if (rows !== SIZES.many) throw new Error(`Only ${rows} rows were read.`);
  });
  await writeFile(path, SLOW_CSV);
  const slow = await blocked(async () => {
    const read = calls.value('csv', 'import');
    await pause(OBSERVED_MS);
    await calls.value('csv', 'cancelImport');
    if ((await read) !== null) throw new Error('The file was read sooner.');
  });
  return { alone, imported, workbook, slow, idle };
}

export const files: Part = {
  name: 'files',
  title: 'Files from strangers',
  run: ({ runs, say, seeds }) =>
    Harness.during({}, async (harness) => {
      const content = await workbook();
      const script = await buildScript('test/bench/read-alone.ts');
      const all: Times[] = [];
      for (let run = 0; run < runs; run += 1) {
        const userData = await harness.prepared(seeds, SIZES.few);
        const path = join(userData, 'list');
        const variables = { BENCH_FILE: path };
        const app = harness.letterhead({ userData, variables, debugged: true });
        await app.after('painted');
        const times = await round(app, script, path, content);
        all.push(times);
        await harness.end(app, userData);
        say(
          Object.entries(times)
            .map(([name, ms]: [string, number]) => `${name} ${ms.toFixed(0)} ms`)
            .join(', '),
        );
      }
      script.remove();
      const middle = (one: keyof Times): number => median(all.map((times) => times[one]));
      const [imported, alone, idle] = [middle('imported'), middle('alone'), middle('idle')];
      const blocked = (what: string, one: 'workbook' | 'slow'): Row => ({
        what: `${what}: longest time main was blocked`,
        ours: '',
        baseline: `with nothing to do: ${idle.toFixed(1)} ms`,
        value: middle(one),
        unit: 'ms',
        target: { max: 16 },
      });
      const rows = `Importing a workbook of ${SIZES.many.toLocaleString('en')} rows`;
      return [
        {
          what: `${rows}: until its columns are shown`,
          ours: `${imported.toFixed(0)} ms`,
          baseline: `its reader alone: ${alone.toFixed(0)} ms`,
          value: imported / alone,
          unit: '×',
          target: { max: 1.25 },
        },
        blocked(rows, 'workbook'),
        blocked('Importing a CSV file made to take half a minute', 'slow'),
      ];
    }),
};
