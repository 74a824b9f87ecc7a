/** The window's work to show an organization's saved copy, by the length of the list. */
import { Harness } from '../harness';
import { forEachSize, forEachSizeAsync, SIZES, type Part, type Size } from '../part';
import { interleaved, median, percentile } from '../statistics';
import { countWork, focusList, openNext } from '../window';

const PER_ROUND = 10;

export const open: Part = {
  name: 'open',
  title: 'Opening an organization',
  run: ({ runs, seeds }) =>
    // Three apps share one stand-in without knowing each other's use of its limit.
    Harness.during({ organizations: SIZES.many, limits: false }, async (harness) => {
      const start = async (size: Size) => {
        const userData = await harness.prepared(seeds, SIZES[size]);
        const app = harness.letterhead({ userData, debugged: true });
        await app.after('painted');
        const page = await app.page();
        await countWork(page);
        await focusList(page);
        return async () => {
          const busy: number[] = [];
          for (let opened = 0; opened < PER_ROUND; opened += 1) {
            const work = await openNext(page, harness.standin);
            if (work) busy.push(work.busy);
          }
          return busy;
        };
      };
      const subjects = await forEachSizeAsync(start);
      // The first round warms up the JavaScript compiler and does not count.
      await interleaved(1, subjects);
      const all = await interleaved(runs, subjects);
      return [
        {
          what: `Opening an organization until its saved copy is painted: work of the window, p95 of ${all.many.flat().length}`,
          sizes: forEachSize((size) => {
            const values = all[size].flat();
            return `${percentile(values, 0.95).toFixed(1)} ms, median ${median(values).toFixed(1)}`;
          }),
          baseline: 'one frame at 60 Hz',
          value: percentile(all.many.flat(), 0.95),
          unit: 'ms',
          target: { max: 16 },
        },
      ];
    }),
};
