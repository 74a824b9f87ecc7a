/** Frames dropped while the list is scrolled, beside a plain page of rows scrolled the same way. */
import type { PageDebugger } from '../../faults/support/debugger';
import type { Part } from '../part';
import { interleaved, median } from '../statistics';
import { World } from '../world';

const ORGANIZATIONS = 10_000;

/** In the page: three rows a frame, five seconds long at 60 Hz; gives the frames that never came. */
const scroll = (box: string): string => `new Promise((done) => {
  const box = document.querySelector('${box}');
  box.scrollTop = 0;
  const FRAME = 1000 / 60;
  let last = null, frames = 0, dropped = 0;
  const tick = (at) => {
    if (last !== null) dropped += Math.max(0, Math.round((at - last) / FRAME) - 1);
    last = at;
    box.scrollTop += 165;
    frames += 1;
    if (frames < 300) requestAnimationFrame(tick);
    else done(dropped);
  };
  requestAnimationFrame(tick);
})`;

const dropped = (page: PageDebugger, box: string) => () => page.evaluate<number>(scroll(box));

export const scrolling: Part = {
  name: 'scroll',
  title: 'Scrolling the list',
  run: ({ runs }) =>
    World.during({ organizations: ORGANIZATIONS }, async (world) => {
      const app = world.letterhead({ userData: await world.prepared(), debugged: true });
      await app.after('painted');
      const bare = world.bare({
        userData: await world.folder(),
        variables: { BENCH_PAGE: 'rows.html' },
        debugged: true,
      });
      await bare.after('ready to show');
      const { list, plain } = await interleaved(runs, {
        list: dropped(await app.page(), '[role=listbox]'),
        plain: dropped(await bare.page('file:'), '#rows'),
      });
      const [ours, floor] = [median(list), median(plain)];
      return [
        {
          what: 'Scrolling the list by 300 frames: frames dropped beyond those of the bare page, median',
          ours: `${ours} dropped`,
          floor: `plain page of rows: ${floor} dropped`,
          value: Math.max(0, ours - floor),
          unit: '',
          bar: { most: 0 },
        },
      ];
    }),
};
