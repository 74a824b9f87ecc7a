/** Sets of row ids behave as sets. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ListDamage } from '../../../../src/main/database/list/list-tables';
import { RowSet, toRowIds } from '../../../../src/main/database/list/row-set';

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 200 }));
const setOf = (some: readonly number[]): RowSet => RowSet.of(Int32Array.from(some));
const sorted = (some: Iterable<number>): number[] => [...some].sort((one, other) => one - other);

test('supports membership, size, union, intersection and difference', () => {
  fc.assert(
    fc.property(ids, ids, (some, others) => {
      const [one, other] = [setOf(some), setOf(others)];
      expect(one.ids()).toEqual(sorted(some));
      expect(one.size).toBe(some.length);
      expect(one.or(other).ids()).toEqual(sorted(new Set([...some, ...others])));
      expect(one.and(other).ids()).toEqual(sorted(some.filter((id) => others.includes(id))));
      expect(one.without(other).ids()).toEqual(sorted(some.filter((id) => !others.includes(id))));
      expect([...one.among(Int32Array.from(others))]).toEqual(
        others.filter((id) => some.includes(id)),
      );
      for (const id of others) expect(one.has(id)).toBe(some.includes(id));
    }),
  );
});

test('parses ids from the text that SQLite returns', () => {
  expect([...toRowIds('1,20,300')]).toEqual([1, 20, 300]);
  expect([...toRowIds('7')]).toEqual([7]);
  expect([...toRowIds(null)]).toEqual([]);
  expect(() => toRowIds('1,9223372036854775807')).toThrow(ListDamage);
});
