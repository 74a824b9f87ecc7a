/** PSS of all processes, by the number of organizations, compared with the bare window; and after opening 1,000 pages. */
import type { PageDebugger } from '../../faults/support/debugger';
import type { App } from '../app';
import { Harness } from '../harness';
import {
  forEachSize,
  forEachSizeAsync,
  SIZES,
  type Part,
  type PartOptions,
  type Row,
  type Size,
} from '../part';
import { settledPss } from '../processes';
import { interleaved, median, spread } from '../statistics';
import { countWork, focusList, openNext } from '../window';

const OPENED = 1_000;
/** With no more rounds than these, fewer are opened. */
const QUICK_RUNS = 2;

const mb = (value: number): string => `${value.toFixed(0)} MB`;

async function memoryOf(app: App, event: 'ready to show' | 'painted'): Promise<number> {
  await app.after(event);
  const pss = await settledPss(app.pid);
  await app.quit();
  return pss;
}

/** PSS after collecting garbage in the window and in main. */
async function kept(app: App, page: PageDebugger): Promise<number> {
  await page.send('HeapProfiler.collectGarbage');
  await app.ask('collect');
  return settledPss(app.pid);
}

async function growth(harness: Harness, { runs, say, seeds }: PartOptions): Promise<Row> {
  const userData = await harness.prepared(seeds, SIZES.many);
  const app = harness.letterhead({ userData, debugged: true });
  await app.after('painted');
  const page = await app.page();
  await countWork(page);
  await focusList(page);
  // One page is open before and after.
  await openNext(page, harness.standin);
  const before = await kept(app, page);
  const wanted = runs > QUICK_RUNS ? OPENED : OPENED / 20;
  for (let opened = 0; opened < wanted; opened += 1) await openNext(page, harness.standin);
  say(`${wanted} opened`);
  const after = await kept(app, page);
  return {
    what: `PSS after opening ${wanted} of ${SIZES.many.toLocaleString('en')} organizations one after another, garbage collected`,
    ours: mb(after),
    baseline: `with the first one open: ${mb(before)}`,
    value: (after / before - 1) * 100,
    unit: '%',
    target: { max: 5 },
  };
}

export const memory: Part = {
  name: 'memory',
  title: 'Memory',
  run: (options) =>
    Harness.during({ organizations: SIZES.many }, async (harness) => {
      const list = async (size: Size) => {
        const userData = await harness.prepared(options.seeds, SIZES[size]);
        return () => memoryOf(harness.letterhead({ userData }), 'painted');
      };
      const blank = await harness.folder();
      const subjects = {
        bare: () => memoryOf(harness.bare({ userData: blank }), 'ready to show'),
        ...(await forEachSizeAsync(list)),
      };
      // The first start on a data folder leaves up to 20 MB more than any later one.
      await interleaved(1, subjects);
      const { bare, ...lists } = await interleaved(options.runs, subjects);
      const baseline = median(bare);
      return [
        {
          what: 'PSS of all processes',
          sizes: forEachSize((size) => {
            const pss = median(lists[size]);
            return `${mb(pss)}, ${(pss / baseline).toFixed(2)} ×`;
          }),
          baseline: `bare window: ${mb(baseline)}`,
          value: median(lists.many) / baseline,
          unit: '×',
          target: { max: 1.15 },
          spread: spread(lists.many.map((pss, round) => pss / bare[round]!)),
        },
        await growth(harness, options),
      ];
    }),
};
