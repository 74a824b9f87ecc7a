/** What is at each place of the table: rows, headings and folded groups. */
import { expect, it } from 'vitest';
import { DisplayRows } from '../../../src/renderer/features/table/display-rows';

/** Three groups, of two rows, one row and three rows. */
const GROUPED = {
  length: 6,
  groups: [0, 2, 3],
};
const display = (...folded: number[]) => new DisplayRows(GROUPED, new Set(folded));
const places = (shown: DisplayRows) =>
  Array.from({ length: shown.length }, (_, place) => {
    const at = shown.at(place);
    return at.kind === 'heading' ? `group ${at.group}` : at.row;
  });

it('shows only rows without groups', () => {
  const shown = new DisplayRows({ length: 3, groups: [] }, new Set());
  expect(places(shown)).toEqual([0, 1, 2]);
  expect(shown.runs(1, 5)).toEqual([{ first: 1, end: 3 }]);
});

it('shows a heading above each group, and no rows of a folded one', () => {
  expect(places(display())).toEqual(['group 0', 0, 1, 'group 1', 2, 'group 2', 3, 4, 5]);
  expect(places(display(0, 2))).toEqual(['group 0', 'group 1', 2, 'group 2']);
});

it('leaves headings and folded rows out of a range, and joins what is left', () => {
  expect(display().runs(0, 8)).toEqual([{ first: 0, end: 6 }]);
  expect(display().runs(2, 4)).toEqual([{ first: 1, end: 3 }]);
  expect(display().runs(0, 0)).toEqual([]);
  expect(display(1).runs(0, 7)).toEqual([
    { first: 0, end: 2 },
    { first: 3, end: 6 },
  ]);
  expect(display(0, 1, 2).runs(0, 2)).toEqual([]);
});

it('knows the place of a row, which is its heading while the group is folded', () => {
  expect([0, 2, 3, 5].map((row) => display().placeOf(row))).toEqual([1, 4, 6, 8]);
  expect([1, 2, 4].map((row) => display(0, 2).placeOf(row))).toEqual([0, 2, 3]);
  expect(new DisplayRows({ length: 3, groups: [] }, new Set()).placeOf(2)).toBe(2);
});
