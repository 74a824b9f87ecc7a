/** How long main's bundle takes to be read, compiled and run, before the app begins. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { executable } from '../../e2e/support/executable';
import { SWITCHES } from '../app';
import type { Part } from '../part';
import { interleaved, median } from '../statistics';
import { World } from '../world';

async function evaluated(userData: string): Promise<number> {
  const args = [resolve('test/bench/evaluated'), `--user-data-dir=${userData}`, ...SWITCHES];
  const env = { ...process.env, BENCH_ENTRY: resolve('out/main/index.js') };
  const { stdout } = await promisify(execFile)(executable(), args, { env });
  const took = /^EVALUATED (.+)$/m.exec(stdout)?.[1];
  if (took === undefined) throw new Error('The bundle was not evaluated.');
  return Number(took);
}

export const evaluation: Part = {
  name: 'evaluation',
  title: 'Main’s bundle',
  run: ({ runs }) =>
    World.during({}, async (world) => {
      const { main } = await interleaved(runs, {
        main: async () => evaluated(await world.folder()),
      });
      return [
        {
          what: 'Main bundle read, compiled and evaluated',
          ours: '',
          floor: '',
          value: median(main),
          unit: 'ms',
          bar: { most: 30 },
        },
      ];
    }),
};
