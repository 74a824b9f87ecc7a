/** Which rows of the table are fetched next, and which stay loaded. */
import { expect, it } from 'vitest';
import {
  NOTHING_LOADED,
  nextRun,
  outdated,
  withAhead,
  withAnswer,
  type InView,
} from '../../../src/renderer/features/table/loaded-rows';

const inView = (runs: [number, number][], groups: number[] = []): InView => ({
  runs: runs.map(([first, end]) => ({ first, end })),
  groups,
});
const answer = (first: number, count: number, groups: number[] = []) => ({
  first,
  rows: Array(count).fill(null),
  numbers: groups,
  groups: groups.map(() => ({ group: { id: null, path: [] }, ticked: 1, size: 2 })),
});

it('fetches what is missing in view, and nothing once it is there', () => {
  const shown = inView([[40, 60]]);
  expect(nextRun(NOTHING_LOADED, shown)).toEqual({ first: 40, end: 190 });
  const loaded = withAnswer(NOTHING_LOADED, answer(40, 130), shown, true);
  expect(nextRun(loaded, shown)).toBeNull();
});

it('fetches ahead in the direction of scrolling', () => {
  const loaded = withAnswer(NOTHING_LOADED, answer(200, 130), inView([]), true);
  const down = withAhead(inView([[300, 320]]), 1_000);
  expect(down.runs).toEqual([{ first: 250, end: 370 }]);
  expect(nextRun(loaded, down)).toEqual({ first: 330, end: 480 });
  expect(nextRun(loaded, withAhead(inView([[210, 230]]), 1_000))).toEqual({ first: 50, end: 200 });
  expect(withAhead(inView([[0, 20]]), 30).runs).toEqual([{ first: 0, end: 30 }]);
});

it('fetches the rows beside a folded group, and not those in it', () => {
  const shown = inView([
    [0, 3],
    [5_000, 5_010],
  ]);
  const loaded = withAnswer(NOTHING_LOADED, answer(0, 130), shown, true);
  expect(nextRun(loaded, shown)).toEqual({ first: 5_000, end: 5_150 });
  expect(nextRun(withAnswer(loaded, answer(5_000, 130), shown, true), shown)).toBeNull();
});

it('fetches again what changed, also during the request, and keeps it until then', () => {
  const shown = inView([[0, 5]]);
  const loaded = outdated(withAnswer(NOTHING_LOADED, answer(0, 5), shown, true));
  expect(loaded.rows.size).toBe(5);
  expect(nextRun(loaded, shown)).toEqual({ first: 0, end: 150 });
  const overtaken = withAnswer(loaded, answer(0, 5), shown, false);
  expect(nextRun(overtaken, shown)).not.toBeNull();
});

it('asks how many of a group are ticked, even if all its rows are folded', () => {
  const shown = inView([], [2, 3]);
  expect(nextRun(NOTHING_LOADED, shown)).toEqual({ first: 0, end: 1 });
  const loaded = withAnswer(NOTHING_LOADED, answer(0, 1, [2, 3]), shown, true);
  expect(nextRun(loaded, shown)).toBeNull();
  expect(loaded.groups.get(3)?.ticked).toBe(1);
});

it('drops rows that are far away once there are many', () => {
  const shown = inView([[9_000, 9_010]]);
  let loaded = NOTHING_LOADED;
  for (let first = 0; first < 3_000; first += 100) {
    loaded = withAnswer(loaded, answer(first, 100), shown, true);
  }
  expect(loaded.rows.size).toBeLessThan(2_200);
});
