/** The cost of each key of a search, by the number of organizations: in the window, in main, and for the person. */
import type { App } from '../app';
import { Harness } from '../harness';
import {
  forEachSize,
  forEachSizeAsync,
  SIZES,
  type GrowthRow,
  type Part,
  type Size,
} from '../part';
import { opened } from '../seeds';
import { interleaved, median, percentile, spread } from '../statistics';
import { typed, wordsOf } from '../typing';
import { countWork, type Work } from '../window';

/** The call that answers a search. */
const QUERY = 'call:organizations.list';
const SHARE = 0.95;

interface Round {
  works: Work[];
  /** Main's time for each query, in ms. */
  queries: number[];
}

/** Extracts all figures of one kind. */
type Kind = (rounds: readonly Round[]) => number[];
const KINDS = {
  busy: (rounds) => rounds.flatMap(({ works }) => works.map(({ busy }) => busy)),
  queries: (rounds) => rounds.flatMap(({ queries }) => queries),
  wall: (rounds) => rounds.flatMap(({ works }) => works.map(({ wall }) => wall)),
} satisfies Record<string, Kind>;

/** Types a word into a running app; each round a different word of a different organization. */
async function searcher(
  app: App,
  folder: string,
  harness: Harness,
  size: Size,
): Promise<() => Promise<Round>> {
  await app.after('painted');
  const page = await app.page();
  await countWork(page);
  const organizations = [...harness.standin.organizations.values()].slice(0, SIZES[size]);
  const database = opened(folder);
  let round = 0;
  return async () => {
    round += 1;
    const words = wordsOf(organizations[(round * 701) % organizations.length]!);
    await app.ask('calls-start');
    const works = await typed(page, database, words[round % words.length]!);
    const calls = await app.ask('calls-stop');
    return { works, queries: calls[QUERY] ?? [] };
  };
}

export const search: Part = {
  name: 'search',
  title: 'Search',
  run: ({ runs, say, seeds }) =>
    Harness.during({ organizations: SIZES.many }, async (harness) => {
      const start = async (size: Size) => {
        const userData = await harness.prepared(seeds, SIZES[size]);
        const app = harness.letterhead({ userData, debugged: true });
        return searcher(app, seeds.folder(SIZES[size]), harness, size);
      };
      const subjects = await forEachSizeAsync(start);
      // The first word warms up the JavaScript compiler and does not count.
      await interleaved(1, subjects);
      const all = await interleaved(runs, subjects);
      const keys = KINDS.busy(all.many).length;
      say(`${keys} keys with ${SIZES.many}, ${KINDS.queries(all.many).length} queries`);
      const row = (what: string, baseline: string, kind: Kind, max: number): GrowthRow => ({
        what: `Search, each key until painted: ${what}, p95`,
        sizes: forEachSize((size) => {
          const values = kind(all[size]);
          return `${percentile(values, SHARE).toFixed(1)} ms, median ${median(values).toFixed(1)}`;
        }),
        baseline,
        value: percentile(kind(all.many), SHARE),
        unit: 'ms',
        target: { max },
        spread: spread(all.many.map((round) => percentile(kind([round]), SHARE))),
      });
      return [
        row('work of the window', 'one frame at 60 Hz', KINDS.busy, 16),
        row('main for one query', '', KINDS.queries, 25),
        row('as a person waits', '', KINDS.wall, 100),
      ];
    }),
};
