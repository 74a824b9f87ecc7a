/**
 * Launching with 100,000 organizations whose stored list must be rebuilt, as after an update or damage. Measures the
 * time until the window and the complete list are shown, and how long main is blocked until then. Compared with
 * launches whose list is complete.
 */
import { join } from 'node:path';
import { DATABASE_FILE } from '../../../src/main/database';
import { SqliteFile } from '../../../src/main/database/sqlite-file';
import { now, until } from '../../faults/support/time';
import { Harness } from '../harness';
import { SIZES, type Part, type Row } from '../part';
import { ENTRIES } from '../person';
import { median } from '../statistics';

/** Time limit until the list is shown, in ms. */
const LIMIT_MS = 5 * 60_000;

/** The times of one launch. */
interface LaunchTimes {
  /** From the start of the process until the window can be shown, in ms. */
  shown: number;
  /** From the start of the process until the list shows all organizations, in ms. */
  list: number;
  /** The longest time main was blocked after the window was shown, in ms. */
  main: number;
}

/** Marks the stored list (the read model) as unfinished, so that the app rebuilds it. */
function markListUnfinished(userData: string): void {
  const file = new SqliteFile(join(userData, DATABASE_FILE), { busyTimeout: 0 });
  file.script('UPDATE list_state SET is_built = 0');
  file.close();
}

/** Launches the app on this data folder and returns its times. */
async function start(harness: Harness, userData: string): Promise<LaunchTimes> {
  const app = harness.letterhead({ userData, debugged: true });
  const shown = await app.after('ready to show');
  await app.ask('loop-start');
  const page = await app.page();
  const isComplete = `${ENTRIES} === '${SIZES.many}'`;
  await until('the list', () => page.evaluate<boolean>(isComplete), LIMIT_MS);
  const list = now() - app.startedAt;
  const main = await app.ask('loop-stop');
  await harness.end(app, userData);
  return { shown, list, main };
}

export const rebuild: Part = {
  name: 'rebuild',
  title: 'Rebuilding the list',
  maxRuns: 3,
  run: ({ runs, say, seeds }) =>
    Harness.during({}, async (harness) => {
      const [complete, rebuilt]: [LaunchTimes[], LaunchTimes[]] = [[], []];
      for (let run = 0; run < runs; run += 1) {
        complete.push(await start(harness, await harness.prepared(seeds, SIZES.many)));
        const userData = await harness.prepared(seeds, SIZES.many);
        markListUnfinished(userData);
        rebuilt.push(await start(harness, userData));
        const { list, main } = rebuilt.at(-1)!;
        say(`list after ${list.toFixed(0)} ms, main ${main.toFixed(0)} ms`);
      }
      const what = `Start with ${SIZES.many.toLocaleString('en')} organizations whose list has to be built again`;
      const row = (label: string, time: keyof LaunchTimes): Row => {
        const [ours, baseline] = [rebuilt, complete].map((all) =>
          median(all.map((one) => one[time])),
        );
        return {
          what: `${what}: ${label}`,
          ours: `${ours!.toFixed(0)} ms`,
          baseline: `with a complete list: ${baseline!.toFixed(0)} ms`,
          value: ours! / baseline!,
          unit: '×',
          target: null,
        };
      };
      return [
        row('until the window is there', 'shown'),
        row('until the list is there', 'list'),
        row('longest time main was blocked meanwhile', 'main'),
      ];
    }),
};
