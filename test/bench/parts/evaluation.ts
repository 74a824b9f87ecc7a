/** How long main's bundle takes to be read, compiled and run, before the app begins. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { executable } from '../../e2e/support/executable';
import { SWITCHES } from '../app';
import type { Part } from '../part';
import { interleaved, median } from '../statistics';
import { Harness } from '../harness';

interface Evaluated {
  /** What is read before the window opens. */
  entry: number;
  all: number;
}

async function evaluated(userData: string): Promise<Evaluated> {
  const args = [resolve('test/bench/evaluated'), `--user-data-dir=${userData}`, ...SWITCHES];
  const env = { ...process.env, BENCH_MAIN: resolve('out/main') };
  const { stdout } = await promisify(execFile)(executable(), args, { env });
  const [, entry, all] = /^EVALUATED (\S+) (\S+)$/m.exec(stdout) ?? [];
  if (entry === undefined) throw new Error('The bundle was not evaluated.');
  return { entry: Number(entry), all: Number(all) };
}

export const evaluation: Part = {
  name: 'evaluation',
  title: 'Main’s bundle',
  run: ({ runs }) =>
    Harness.during({}, async (harness) => {
      const { main } = await interleaved(runs, {
        main: async () => evaluated(await harness.folder()),
      });
      const middle = (one: keyof Evaluated): number => median(main.map((run) => run[one]));
      const row = { ours: '', floor: '', unit: 'ms' } as const;
      return [
        {
          ...row,
          what: 'Main bundle read, compiled and evaluated, all of it',
          value: middle('all'),
          bar: { most: 30 },
        },
        { ...row, what: 'Of it before the window opens', value: middle('entry'), bar: null },
      ];
    }),
};
