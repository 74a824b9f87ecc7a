/** The time to load, compile and run main's bundle, before the app starts. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { executable } from '../../e2e/support/executable';
import { SWITCHES } from '../app';
import { Harness } from '../harness';
import type { Part, Row } from '../part';
import { median } from '../statistics';

/** The time until each part of the bundle was loaded, in ms. */
interface Evaluated {
  /** Loaded before the window opens. */
  entry: number;
  /** Loaded before the list is painted. */
  screen: number;
  all: number;
}

async function evaluated(userData: string): Promise<Evaluated> {
  const args = [resolve('test/bench/evaluated'), `--user-data-dir=${userData}`, ...SWITCHES];
  const env = { ...process.env, BENCH_MAIN: resolve('out/main') };
  const { stdout } = await promisify(execFile)(executable(), args, { env });
  const times = /^EVALUATED (\S+) (\S+) (\S+)$/m.exec(stdout)?.slice(1).map(Number);
  if (!times) throw new Error('The bundle was not evaluated.');
  const [entry, screen, all] = times as [number, number, number];
  return { entry, screen, all };
}

export const evaluation: Part = {
  name: 'evaluation',
  title: 'Main’s bundle',
  run: ({ runs }) =>
    Harness.during({}, async (harness) => {
      const rounds: Evaluated[] = [];
      for (let run = 0; run < runs; run += 1) {
        rounds.push(await evaluated(await harness.folder()));
      }
      const row = (what: string, time: keyof Evaluated, target: Row['target']): Row => ({
        what,
        ours: '',
        baseline: '',
        value: median(rounds.map((round) => round[time])),
        unit: 'ms',
        target,
      });
      return [
        row('Main bundle read, compiled and evaluated, all of it', 'all', { max: 30 }),
        row('Of it before the window opens', 'entry', null),
        row('Of it before the list is painted', 'screen', null),
      ];
    }),
};
