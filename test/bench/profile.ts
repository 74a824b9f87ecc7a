/** The startup profile: the moments before the list is painted, as medians of several starts. */
import type { Moment } from './app';
import { SIZES, type PartOptions } from './part';
import { median } from './statistics';
import { Harness } from './harness';

/** Launches before the first that counts. */
const WARM_UP = 3;

/** Moments recorded by the page. */
const PAGE = {
  'first-contentful-paint': 'first contentful paint',
} as const;

async function momentsOf(harness: Harness, userData: string): Promise<Map<string, number>> {
  const app = harness.letterhead({ userData });
  await app.after('painted');
  await app.after('ready to show');
  const recorded: Moment[] = await app.ask('timeline');
  const { origin, paints } = await app.ask('page');
  for (const [name, ms] of paints) {
    if (name in PAGE) recorded.push({ what: PAGE[name as keyof typeof PAGE], at: origin + ms });
  }
  await app.quit();
  const moments = new Map<string, number>();
  for (const { what, at } of recorded)
    if (!moments.has(what)) moments.set(what, at - app.startedAt);
  return moments;
}

/** The moments up to the painted list, in order, as a Markdown table. */
export function profile({ runs, say, seeds }: PartOptions): Promise<string> {
  return Harness.during({}, async (harness) => {
    const userData = await harness.prepared(seeds, SIZES.many);
    const all: Map<string, number>[] = [];
    for (let run = -Math.min(WARM_UP, runs); run < runs; run += 1) {
      const moments = await momentsOf(harness, userData);
      if (run >= 0) all.push(moments);
    }
    say(`${all.length} starts`);
    const names = [...new Set(all.flatMap((moments) => [...moments.keys()]))];
    const lines = names
      .map((what) => ({ what, at: median(all.flatMap((moments) => moments.get(what) ?? [])) }))
      .sort((one, other) => one.at - other.at);
    let before = 0;
    const rows = lines.map(({ what, at }) => {
      const row = `| ${what} | ${at.toFixed(0)} | ${(at - before).toFixed(0)} |`;
      before = at;
      return row;
    });
    return [
      '| Moment | ms since the start | ms since the one before |',
      '| --- | ---: | ---: |',
      ...rows,
    ].join('\n');
  });
}
