/** The list on screen, answer by answer: what stays, what is replaced, and what has moved. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WHOLE_LIST, type ListPage, type ListRow } from '../../../src/shared/list-query';
import {
  withUpdatedRows,
  indexOf,
  snapshotOf,
  rowShift,
  withPage,
} from '../../../src/renderer/state/list-snapshot';
import { id, row } from '../samples';

const rowAt = (n: number, name = `Name ${n}`): ListRow => ({
  ...row(n, name),
  selected: false,
  match: null,
});

function page(offset: number, numbers: readonly number[], commit = 1, total = 1_000): ListPage {
  return {
    commit,
    total,
    saved: total,
    counts: { all: total, attention: 0, drafts: 0, waiting: 0 },
    selection: { count: 0, hidden: 0, unviewed: 0 },
    unread: 0,
    namesOnly: false,
    withoutSignIn: 0,
    building: null,
    offset,
    rows: numbers.map((n) => rowAt(n)),
  };
}

it('puts pages of the same commit together', () => {
  const list = withPage(snapshotOf(WHOLE_LIST, page(0, [1, 2])), page(2, [3, 4]));
  expect([...list.rows.keys()]).toEqual([0, 1, 2, 3]);
});

it('takes nothing over from an older page: its order is another one', () => {
  const list = withPage(snapshotOf(WHOLE_LIST, page(0, [1, 2])), page(2, [3, 4], 2, 999));
  expect([[...list.rows.keys()], list.length]).toEqual([[2, 3], 999]);
});

it('takes nothing over from rows that were changed in place: their order is an older one', () => {
  const before = snapshotOf(WHOLE_LIST, page(0, [1, 2]));
  const { rows, offset: _, ...summary } = page(0, [1, 2], 2);
  const changed = withUpdatedRows(before, { ...summary, rows }, [id(1), id(2)]);
  expect([...withPage(changed, page(2, [3], 2)).rows.keys()]).toEqual([2]);
});

it('keeps every row where it is when rows change in place', () => {
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(ids, fc.func(fc.boolean()), (numbers, isThere) => {
      const before = snapshotOf(WHOLE_LIST, page(5, numbers));
      const left = numbers.filter((n) => isThere(n));
      const { offset: _, rows: __, ...summary } = page(0, [], 2, left.length);
      const rows = left.map((n) => rowAt(n, `New ${n}`)).reverse();
      const after = withUpdatedRows(before, { ...summary, rows }, numbers.map(id));
      expect(after.length).toBe(before.length);
      expect([...after.rows].map(([index, { id: of }]) => [index, of])).toEqual(
        [...before.rows].map(([index, { id: of }]) => [index, of]),
      );
      for (const n of numbers) {
        expect(after.removed.has(id(n))).toBe(!left.includes(n));
        const name = after.rows.get(indexOf(after, id(n))!)?.name;
        expect(name).toBe(left.includes(n) ? `New ${n}` : `Name ${n}`);
      }
    }),
  );
});

it('says by how many rows the row that is looked at has moved', () => {
  const before = snapshotOf(WHOLE_LIST, page(10, [1, 2, 3]));
  const after = snapshotOf(WHOLE_LIST, page(10, [8, 9, 1, 2], 2));
  expect(rowShift(before, after, 10)).toBe(2);
  expect(rowShift(before, after, 12)).toBe(0);
  expect(rowShift(before, after, 99)).toBe(0);
});
