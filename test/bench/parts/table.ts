/**
 * The table: frames dropped while it scrolls, compared with a plain page of rows, and how long it takes until its rows are
 * painted, also with a filter that main answers from the texts of all entries; how long it takes to count a text in them;
 * and the cost of each key that is typed into a cell.
 */
import { WHOLE_LIST } from '../../../src/shared/list-query';
import { FIELD_NAMES } from '../../../src/shared/profile';
import type { TableFilter } from '../../../src/shared/table';
import { createCalls } from '../../faults/support/calls';
import type { PageDebugger } from '../../faults/support/debugger';
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
import { interleaved, median, percentile, spread } from '../statistics';
import { countWork, ESCAPE, HOME, letter, press, RIGHT, workOf } from '../window';
import { FRAMES, scroller } from './scroll';

/** In the page: shows the list and then the table; resolves with the time from the click until rows are painted, in ms. */
const OPEN = `new Promise((resolve) => {
  const radio = (value) => document.querySelector('input[type=radio][value=' + value + ']');
  radio('list').click();
  requestAnimationFrame(() => {
    const began = performance.now();
    radio('table').click();
    const look = () => {
      const row = document.querySelector('[role=grid] [role=rowheader]');
      const isBusy = document.querySelector('[role=grid][aria-busy=true], [role=grid] [aria-busy=true]');
      if (row && !isBusy) requestAnimationFrame(() => resolve(performance.now() - began));
      else requestAnimationFrame(look);
    };
    look();
  });
})`;

/** A text that occurs in the emails of some organizations, but not of most. */
const CONTAINS: TableFilter = { kind: 'contains', field: 'business_email', text: '99' };

/** A text that is in the emails of all organizations, so that every text has to be looked at. */
const FIND = { text: 'Example', matchCase: false, wholeText: false, fields: [...FIELD_NAMES] };

/** What is typed into a cell in each round. */
const TYPED = '+49 30 5550 100 22 33';
const P95 = 0.95;

/** In the page: the text of the cell that is edited; null if none is. */
const EDITED = `(document.querySelector('[role=grid] textarea')?.value ?? null)`;

/** Types into a cell key by key and cancels with Esc. Returns the work of the window for each key, in ms. */
const typist =
  (page: PageDebugger): (() => Promise<number[]>) =>
  async () => {
    await page.evaluate(`document.querySelector('[role=grid]').focus()`);
    // From the name, which cannot be edited.
    await press(page, HOME);
    await press(page, RIGHT);
    const works: number[] = [];
    let text = '';
    for (const character of TYPED) {
      text += character;
      const { busy } = await workOf(page, letter(character), `${EDITED} === '${text}'`);
      works.push(busy);
    }
    await workOf(page, ESCAPE, `${EDITED} === null`);
    return works;
  };

interface Opened {
  /** Until the rows are painted, and how long main was blocked at most, in ms. */
  opened: number;
  main: number;
  /** Main's answer with a filter, and how long main was blocked at most, in ms. */
  filtered: number;
  filterMain: number;
  /** Counting the cells with a text, and how long main was blocked at most, in ms. */
  found: number;
  foundMain: number;
}

const opener =
  (app: App, page: PageDebugger): (() => Promise<Opened>) =>
  async () => {
    const calls = createCalls(page);
    await app.ask('loop-start');
    const opened = await page.evaluate<number>(OPEN);
    const main = await app.ask('loop-stop');
    await app.ask('loop-start');
    const began = performance.now();
    await calls.value('table', 'open', {
      query: WHOLE_LIST,
      filters: [CONTAINS],
      order: 'query',
      keep: null,
    });
    const filtered = performance.now() - began;
    const filterMain = await app.ask('loop-stop');
    const whole = { query: WHOLE_LIST, filters: [], order: 'query' as const, keep: null };
    const { snapshot } = await calls.value('table', 'open', whole);
    await app.ask('loop-start');
    const finding = performance.now();
    await calls.value('table', 'find', { snapshot, find: FIND });
    const found = performance.now() - finding;
    return { opened, main, filtered, filterMain, found, foundMain: await app.ask('loop-stop') };
  };

export const table: Part = {
  name: 'table',
  title: 'The table',
  run: ({ runs, seeds }) =>
    Harness.during({ organizations: SIZES.many }, async (harness) => {
      const apps = await forEachSizeAsync(async (size: Size) => {
        const userData = await harness.prepared(seeds, SIZES[size]);
        const app = harness.letterhead({ userData, debugged: true });
        await app.after('painted');
        return { app, page: await app.page() };
      });
      const openers = forEachSize((size) => opener(apps[size].app, apps[size].page));
      // The first time also loads the code.
      await interleaved(1, openers);
      const opened = await interleaved(runs, openers);
      for (const size of ['few', 'middle', 'many'] as const) {
        await apps[size].page.evaluate(OPEN);
        await countWork(apps[size].page);
      }
      const typists = forEachSize((size) => typist(apps[size].page));
      await interleaved(1, typists);
      const typed = await interleaved(runs, typists);
      const bare = harness.bare({
        userData: await harness.folder(),
        variables: { BENCH_PAGE: 'rows.html' },
        debugged: true,
      });
      await bare.after('ready to show');
      const { plain, ...scrolled } = await interleaved(runs, {
        plain: scroller(await bare.page('file:'), '#rows'),
        ...forEachSize((size) => scroller(apps[size].page, '[role=grid] .rows')),
      });
      const dropped = (rounds: typeof plain): number => median(rounds.map((one) => one.dropped));
      const baseline = dropped(plain);
      const row = (what: string, kind: keyof Opened, max: number): GrowthRow => {
        const middle = (size: Size): number => median(opened[size].map((round) => round[kind]));
        return {
          what: `The table, ${what}`,
          sizes: forEachSize((size) => `${middle(size).toFixed(1)} ms`),
          baseline: '',
          value: middle('many'),
          unit: 'ms',
          target: { max },
        };
      };
      return [
        {
          what: 'Typing into a cell, each key until painted: work of the window, p95',
          sizes: forEachSize((size) => {
            const works = typed[size].flat();
            return `${percentile(works, P95).toFixed(1)} ms, median ${median(works).toFixed(1)}`;
          }),
          baseline: 'one frame at 60 Hz',
          value: percentile(typed.many.flat(), P95),
          unit: 'ms',
          target: { max: 16 },
          spread: spread(typed.many.map((works) => percentile(works, P95))),
        },
        {
          what: `Scrolling the table by ${FRAMES} frames: dropped beyond those of the bare page, median`,
          sizes: forEachSize((size) => String(dropped(scrolled[size]))),
          baseline: `plain page of 10,000 rows: ${baseline}`,
          value: Math.max(0, dropped(scrolled.many) - baseline),
          unit: '',
          target: { max: 0 },
        },
        row('until its rows are painted, median', 'opened', 300),
        row('main blocked at most while it opens, median', 'main', 16),
        row('all emails searched for a text, median', 'filtered', 2_000),
        row('main blocked at most by that, median', 'filterMain', 16),
        row('all texts of all organizations searched, median', 'found', 500),
        row('main blocked at most by counting those, median', 'foundMain', 16),
      ];
    }),
};
