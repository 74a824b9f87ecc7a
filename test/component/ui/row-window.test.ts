/** Virtual rows: only the rows in view are rendered, however long the list is. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RowWindow } from '../../../src/renderer/ui/row-window.svelte';

/** A 550 px tall window over `count` rows, scrolled to `scrollTop` px. */
function createWindow(count: number, scrollTop = 0) {
  const rows = new RowWindow({ rowHeight: 55, padding: 3, count: () => count, height: 550 });
  const scroller = document.createElement('div');
  rows.attach(scroller);
  if (scrollTop > 0) {
    scroller.scrollTop = scrollTop;
    scroller.dispatchEvent(new Event('scroll'));
  }
  return { rows, scroller };
}

it('renders the rows that fit, and a few around them after scrolling', () => {
  expect(createWindow(100_000).rows.indexes(-1)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const { rows } = createWindow(100_000, 50_000 * 55 + 3);
  expect([rows.top, rows.first, rows.end]).toEqual([50_000, 49_995, 50_016]);
  expect(rows.height).toBe(100_000 * 55 + 6);
  expect(rows.offsetOf(50_000)).toBe(50_000 * 55 + 3);
});

it('never renders rows beyond the end of the list, wherever it is scrolled', () => {
  fc.assert(
    fc.property(
      fc.nat(200),
      fc.nat(20_000),
      fc.integer({ min: -1, max: 220 }),
      (count, top, keep) => {
        const indexes = createWindow(count, top).rows.indexes(keep);
        expect(indexes.length).toBeLessThanOrEqual(22);
        expect(indexes).toEqual([...new Set(indexes)].sort((one, other) => one - other));
        expect(indexes.every((index) => index >= 0 && index < count)).toBe(true);
        if (keep >= 0 && keep < count) expect(indexes).toContain(keep);
        if (count > 0) expect(indexes.length).toBeGreaterThan(0);
      },
    ),
  );
});

it('reveals a row with as little scrolling as needed', () => {
  const { rows, scroller } = createWindow(1_000);
  rows.reveal(5);
  expect(scroller.scrollTop).toBe(0);
  rows.reveal(20);
  expect(scroller.scrollTop).toBe(21 * 55 + 6 - 550);
  rows.reveal(19);
  expect(scroller.scrollTop).toBe(21 * 55 + 6 - 550);
  rows.reveal(3);
  expect(scroller.scrollTop).toBe(3 * 55);
  rows.scrollBy(2 * 55);
  expect(scroller.scrollTop).toBe(5 * 55);
  rows.toStart();
  expect([scroller.scrollTop, rows.top]).toEqual([0, 0]);
});

it('places rows below their headings, and finds the first visible row among them', () => {
  const starts = fc
    .uniqueArray(fc.nat(60), { maxLength: 20 })
    .map((numbers) => [...new Set([0, ...numbers])].sort((one, other) => one - other));
  fc.assert(
    fc.property(starts, fc.nat(4_000), (headings, scrollTop) => {
      const rows = new RowWindow({
        rowHeight: 55,
        padding: 3,
        count: () => 61,
        headings: () => headings,
        headingHeight: 30,
        height: 550,
      });
      const scroller = document.createElement('div');
      rows.attach(scroller);
      scroller.scrollTop = scrollTop;
      scroller.dispatchEvent(new Event('scroll'));
      let top = 3;
      /** The end of each row, and of the heading above it. */
      const ends: number[] = [];
      for (let index = 0; index < 61; index += 1) {
        if (headings.includes(index)) top += 30;
        expect(rows.offsetOf(index)).toBe(top);
        top += 55;
        ends.push(top);
      }
      expect(rows.height).toBe(top + 3);
      const first = ends.findIndex((end) => end > scrollTop);
      if (first >= 0) expect(rows.top).toBe(first);
    }),
  );
});

it('reveals a row together with the heading above it', () => {
  const rows = new RowWindow({
    rowHeight: 55,
    padding: 3,
    count: () => 100,
    headings: () => [0, 50],
    headingHeight: 30,
    height: 550,
  });
  const scroller = document.createElement('div');
  rows.attach(scroller);
  rows.reveal(60);
  rows.reveal(50);
  expect(scroller.scrollTop).toBe(50 * 55 + 30);
  rows.reveal(49);
  expect(scroller.scrollTop).toBe(49 * 55 + 30);
  rows.reveal(0);
  expect(scroller.scrollTop).toBe(0);
});
