/** The snapshot of the list: how answers are merged into it, and by how many rows the list has moved. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WHOLE_LIST, type ListRows, type ListRow } from '../../../src/shared/list-query';
import {
  withUpdatedRows,
  indexOf,
  snapshotOf,
  rowShift,
  withRows,
} from '../../../src/renderer/state/list-snapshot';
import { id, row } from '../samples';

const rowAt = (n: number, name = `Name ${n}`): ListRow => ({
  ...row(n, name),
  selected: false,
  match: null,
  group: null,
});

function page(offset: number, numbers: readonly number[], commit = 1, total = 1_000): ListRows {
  return {
    commit,
    total,
    saved: total,
    counts: { all: total, attention: 0, changes: 0 },
    selection: { version: 0, count: 0, hidden: 0, unviewed: 0 },
    unread: 0,
    namesOnly: false,
    withoutSignIn: 0,
    accounts: 0,
    parents: null,
    labels: null,
    building: null,
    offset,
    groups: [],
    rows: numbers.map((n) => rowAt(n)),
  };
}

it('merges pages of the same commit', () => {
  const list = withRows(snapshotOf(WHOLE_LIST, page(0, [1, 2])), page(2, [3, 4]));
  expect([...list.rows.keys()]).toEqual([0, 1, 2, 3]);
});

it('drops rows of an older page, whose order may differ', () => {
  const list = withRows(snapshotOf(WHOLE_LIST, page(0, [1, 2])), page(2, [3, 4], 2, 999));
  expect([[...list.rows.keys()], list.length]).toEqual([[2, 3], 999]);
});

it('drops rows that were updated in place, whose order is outdated', () => {
  const before = snapshotOf(WHOLE_LIST, page(0, [1, 2]));
  const { rows, offset: _, groups: __, ...summary } = page(0, [1, 2], 2);
  const changed = withUpdatedRows(before, { ...summary, rows }, [id(1), id(2)]);
  expect([...withRows(changed, page(2, [3], 2)).rows.keys()]).toEqual([2]);
});

it('keeps all positions when rows are updated in place', () => {
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(ids, fc.func(fc.boolean()), (numbers, isThere) => {
      const before = snapshotOf(WHOLE_LIST, page(5, numbers));
      const remaining = numbers.filter((n) => isThere(n));
      const { offset: _, rows: __, groups: ___, ...summary } = page(0, [], 2, remaining.length);
      const rows = remaining.map((n) => rowAt(n, `New ${n}`)).reverse();
      const after = withUpdatedRows(before, { ...summary, rows }, numbers.map(id));
      expect(after.length).toBe(before.length);
      expect([...after.rows].map(([index, { id: of }]) => [index, of])).toEqual(
        [...before.rows].map(([index, { id: of }]) => [index, of]),
      );
      for (const n of numbers) {
        expect(after.removed.has(id(n))).toBe(!remaining.includes(n));
        const name = after.rows.get(indexOf(after, id(n))!)?.name;
        expect(name).toBe(remaining.includes(n) ? `New ${n}` : `Name ${n}`);
      }
    }),
  );
});

it('computes by how many rows the first visible row has moved', () => {
  const before = snapshotOf(WHOLE_LIST, page(10, [1, 2, 3]));
  const after = snapshotOf(WHOLE_LIST, page(10, [8, 9, 1, 2], 2));
  expect(rowShift(before, after, 10)).toBe(2);
  expect(rowShift(before, after, 12)).toBe(0);
  expect(rowShift(before, after, 99)).toBe(0);
});

it('keeps a row in its group when it is updated in place', () => {
  const [north, south] = [
    { id: id(8), path: ['North'] },
    { id: id(9), path: ['South'] },
  ];
  const first = { ...page(0, [1]), groups: [0] };
  const before = snapshotOf(WHOLE_LIST, { ...first, rows: [{ ...rowAt(1), group: north }] });
  const { rows: _, offset: __, groups: ___, ...summary } = page(0, [], 2, 1);
  const rows = [{ ...rowAt(1, 'New'), group: south }];
  const after = withUpdatedRows(before, { ...summary, rows }, [id(1)]);
  expect(after.groups).toEqual([0]);
  expect(after.rows.get(0)).toMatchObject({ name: 'New', group: north });
});
