/** Frames dropped while scrolling the list, by its length, compared with scrolling a plain page of rows. */
import type { PageDebugger } from '../../faults/support/debugger';
import { Harness } from '../harness';
import { forEachSize, forEachSizeAsync, SIZES, type Part, type Size } from '../part';
import { interleaved, median } from '../statistics';

/** What was counted while scrolling. */
export interface Scrolled {
  /** Dropped frames. */
  dropped: number;
  /** Frames in which a visible row was not loaded yet. */
  waiting: number;
}

/** Frames of one measurement. */
export const FRAMES = 300;

/** In the page: scrolls three rows per frame for five seconds at 60 Hz, reversing at both ends. */
const scroll = (within: string): string => `new Promise((done) => {
  let box = document.querySelector('${within}');
  while (box.scrollHeight <= box.clientHeight + 1 && box.parentElement) box = box.parentElement;
  box.scrollTop = 0;
  const FRAME = 1000 / 60;
  let last = null, frames = 0, dropped = 0, waiting = 0, step = 165;
  const edge = box.getBoundingClientRect();
  const isVisible = (row) => {
    const { top, bottom } = row.getBoundingClientRect();
    return bottom > edge.top && top < edge.bottom;
  };
  const tick = (at) => {
    if (last !== null) dropped += Math.max(0, Math.round((at - last) / FRAME) - 1);
    const busy = document.querySelectorAll('${within} [aria-busy=true]');
    if ([...busy].some(isVisible)) waiting += 1;
    last = at;
    const before = box.scrollTop;
    box.scrollTop += step;
    if (box.scrollTop === before) box.scrollTop += step = -step;
    frames += 1;
    if (frames < ${FRAMES}) requestAnimationFrame(tick);
    else done({ dropped, waiting });
  };
  requestAnimationFrame(tick);
})`;

/** Scrolls what matches a selector. */
export const scroller = (page: PageDebugger, within: string) => () =>
  page.evaluate<Scrolled>(scroll(within));

export const scrolling: Part = {
  name: 'scroll',
  title: 'Scrolling the list',
  run: ({ runs, seeds }) =>
    Harness.during({ organizations: SIZES.many }, async (harness) => {
      const list = async (size: Size) => {
        const userData = await harness.prepared(seeds, SIZES[size]);
        const app = harness.letterhead({ userData, debugged: true });
        await app.after('painted');
        return scroller(await app.page(), '[role=listbox]');
      };
      const bare = harness.bare({
        userData: await harness.folder(),
        variables: { BENCH_PAGE: 'rows.html' },
        debugged: true,
      });
      await bare.after('ready to show');
      const { plain, ...lists } = await interleaved(runs, {
        plain: scroller(await bare.page('file:'), '#rows'),
        ...(await forEachSizeAsync(list)),
      });
      const middleOf = (rounds: readonly Scrolled[], one: keyof Scrolled): number =>
        median(rounds.map((round) => round[one]));
      const baseline = middleOf(plain, 'dropped');
      const what = `Scrolling the list by ${FRAMES} frames`;
      return [
        {
          what: `${what}: dropped beyond those of the bare page, median`,
          sizes: forEachSize((size) => String(middleOf(lists[size], 'dropped'))),
          baseline: `plain page of 10,000 rows: ${baseline}`,
          value: Math.max(0, middleOf(lists.many, 'dropped') - baseline),
          unit: '',
          target: { max: 0 },
        },
        {
          what: `${what}: with a row in sight that was not there yet, median`,
          sizes: forEachSize((size) => String(middleOf(lists[size], 'waiting'))),
          baseline: '',
          value: middleOf(lists.many, 'waiting'),
          unit: '',
          target: null,
        },
      ];
    }),
};
