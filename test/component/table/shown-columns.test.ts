/** The widths of the columns: what is free of a wide table is shared, and what a person has chosen stays. */
import { expect, it } from 'vitest';
import { withinTable, withWidth } from '../../../src/renderer/features/table/shown-columns';
import { COLUMN_WIDTH, DEFAULT_COLUMNS, type ShownColumns } from '../../../src/shared/table';

const total = (columns: ShownColumns): number => columns.reduce((sum, { width }) => sum + width, 0);
const widthOf = (columns: ShownColumns, column: string): number =>
  columns.find((one) => one.column === column)!.width;

it('leaves the columns as they are in a table without free room', () => {
  expect(withinTable(DEFAULT_COLUMNS, 0)).toEqual(DEFAULT_COLUMNS);
  expect(withinTable(DEFAULT_COLUMNS, total(DEFAULT_COLUMNS))).toEqual(DEFAULT_COLUMNS);
});

it.each([1_920, 3_840])('fills a table of %i px, long texts first, without scrolling', (width) => {
  const shown = withinTable(DEFAULT_COLUMNS, width);
  expect(total(shown)).toBeLessThanOrEqual(width);
  expect(total(shown)).toBeGreaterThan(width - shown.length);
  expect(widthOf(shown, 'checked')).toBe(widthOf(DEFAULT_COLUMNS, 'checked'));
  const more = (column: string) => widthOf(shown, column) - widthOf(DEFAULT_COLUMNS, column);
  expect(more('business_address')).toBeGreaterThan(more('business_name'));
  expect(more('business_name')).toBeGreaterThan(more('business_phone'));
});

it('makes no column wider than can be remembered', () => {
  const two = DEFAULT_COLUMNS.filter(({ column }) => /^(name|business_address)$/.test(column));
  const widths = withinTable(two, 7_680).map(({ width }) => width);
  expect(widths).toEqual([COLUMN_WIDTH.max, COLUMN_WIDTH.max]);
});

it('changes no other column when one is resized, and none that was', () => {
  const shown = withinTable(DEFAULT_COLUMNS, 3_840);
  const resized = withWidth(shown, 'business_email', 301);
  expect(withinTable(resized, 3_840)).toEqual(resized);
  const chosen = withWidth(DEFAULT_COLUMNS, 'business_email', 301);
  expect(widthOf(withinTable(chosen, 3_840), 'business_email')).toBe(301);
});
