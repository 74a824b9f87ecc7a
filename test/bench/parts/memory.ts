/** PSS of all processes with 10,000 organizations beside the bare window, and after opening 1,000 of them. */
import type { PageDebugger } from '../../faults/support/debugger';
import type { App } from '../app';
import type { Part, PartOptions } from '../part';
import { settledPss } from '../processes';
import { interleaved, median } from '../statistics';
import { focusList, openNext } from '../walking';
import type { Row } from '../table';
import { countWork } from '../window';
import { World } from '../world';

const ORGANIZATIONS = 10_000;
const OPENED = 1_000;

const mb = (value: number): string => `${value.toFixed(0)} MB`;

async function memoryOf(app: App, event: 'ready to show' | 'painted'): Promise<number> {
  await app.after(event);
  const pss = await settledPss(app.pid);
  await app.quit();
  return pss;
}

/** What is kept: garbage is collected first, in the window and in main. */
async function kept(app: App, page: PageDebugger): Promise<number> {
  await page.send('HeapProfiler.collectGarbage');
  await app.ask('collect');
  return settledPss(app.pid);
}

async function growth(world: World, { runs, say }: PartOptions): Promise<Row> {
  const app = world.letterhead({ userData: await world.prepared(), debugged: true });
  await app.after('painted');
  const page = await app.page();
  await countWork(page);
  await focusList(page);
  // One page is open before and after.
  await openNext(page, world.standin);
  const before = await kept(app, page);
  const wanted = runs > 1 ? OPENED : OPENED / 20;
  for (let opened = 0; opened < wanted; opened += 1) await openNext(page, world.standin);
  say(`${wanted} opened`);
  const after = await kept(app, page);
  return {
    what: `PSS after opening ${wanted} organizations one after another, garbage collected`,
    ours: mb(after),
    floor: `with the first one open: ${mb(before)}`,
    value: (after / before - 1) * 100,
    unit: '%',
    bar: { most: 5 },
  };
}

export const memory: Part = {
  name: 'memory',
  title: 'Memory',
  run: (options) =>
    World.during({ organizations: ORGANIZATIONS }, async (world) => {
      const [many, blank] = [await world.prepared(), await world.folder()];
      const { ours, bare } = await interleaved(options.runs, {
        ours: () => memoryOf(world.letterhead({ userData: many }), 'painted'),
        bare: () => memoryOf(world.bare({ userData: blank }), 'ready to show'),
      });
      const ratio = median(ours) / median(bare);
      return [
        {
          what: 'PSS of all processes, 10,000 organizations',
          ours: mb(median(ours)),
          floor: `bare window: ${mb(median(bare))}`,
          value: ratio,
          unit: '×',
          bar: { most: 1.2 },
        },
        await growth(world, options),
      ];
    }),
};
