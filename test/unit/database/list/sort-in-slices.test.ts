/** Sorting in slices gives the same result as sorting in one go. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortInSlices } from '../../../../src/main/database/list/sort-in-slices';

test('gives the same stable order, and yields between slices', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_000 }), fc.integer(), (length, seed) => {
      const things = Array.from({ length }, (_, index) => ({
        index,
        key: (index * 7_919 + seed) % 500,
      }));
      const compare = (one: { key: number }, other: { key: number }) => one.key - other.key;
      const sorting = sortInSlices(things, compare);
      let pauses = 0;
      let step = sorting.next();
      for (; !step.done; step = sorting.next()) pauses += 1;
      expect(step.value).toEqual(things.toSorted(compare));
      expect(pauses).toBeGreaterThanOrEqual(Math.floor(length / 1_000));
    }),
    { numRuns: 30 },
  );
});
