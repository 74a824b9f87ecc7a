/** The work of the window to show an organization's saved copy, opened from the list. */
import type { Part } from '../part';
import { median, percentile } from '../statistics';
import { focusList, openNext } from '../walking';
import { countWork } from '../window';
import { World } from '../world';

const ORGANIZATIONS = 10_000;
const PER_RUN = 10;

export const open: Part = {
  name: 'open',
  title: 'Opening an organization',
  run: ({ runs }) =>
    World.during({ organizations: ORGANIZATIONS }, async (world) => {
      const app = world.letterhead({ userData: await world.prepared(), debugged: true });
      await app.after('painted');
      const page = await app.page();
      await countWork(page);
      await focusList(page);
      const busy: number[] = [];
      // The first round is for the compiler of JavaScript; it does not count.
      for (let opened = -PER_RUN; opened < runs * PER_RUN; opened += 1) {
        const work = await openNext(page, world.standin);
        if (work && opened >= 0) busy.push(work.busy);
      }
      return [
        {
          what: `Opening an organization until its saved copy is painted: work of the window, p95 of ${busy.length}`,
          ours: `median ${median(busy).toFixed(1)} ms`,
          floor: 'one frame at 60 Hz',
          value: percentile(busy, 0.95),
          unit: 'ms',
          bar: { most: 16 },
        },
      ];
    }),
};
