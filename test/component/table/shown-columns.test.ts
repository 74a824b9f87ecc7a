/** The widths of the columns: what is free of a wide table is shared, and what a person has chosen stays. */
import { describe, expect, it } from 'vitest';
import { TableState } from '../../../src/renderer/features/table';
import { withinTable, withWidth } from '../../../src/renderer/features/table/shown-columns';
import { COLUMN_WIDTH, DEFAULT_COLUMNS, type ShownColumns } from '../../../src/shared/table';
import { FakeApi } from '../fake-api';

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

describe('resizing a column', () => {
  const stored = (fake: FakeApi) => fake.requests('table.setColumns').at(-1)!;

  /** A table that fills a large screen. */
  async function wide() {
    const fake = new FakeApi();
    const { state } = await fake.loadedState();
    const table = new TableState(state.api);
    table.setWidth(3_840, true);
    return { fake, table };
  }

  it('changes no other one until it is done, and then stores only its own width', async () => {
    const { fake, table } = await wide();
    const before = table.columns;
    table.resize('business_email', 302);
    table.resize('business_email', 301);
    const resized = before.map((one) =>
      one.column === 'business_email' ? { ...one, width: 301 } : one,
    );
    expect(table.columns).toEqual(resized);

    table.saveColumns();
    const columns = withWidth(DEFAULT_COLUMNS, 'business_email', 301);
    expect(stored(fake)).toEqual({ columns });
    expect(widthOf(table.columns, 'business_email')).toBe(301);
    expect(total(table.columns)).toBeGreaterThan(3_840 - columns.length);
    // In a small window, nothing is left of the large one.
    table.setWidth(1_280, true);
    expect(table.columns).toEqual(columns);
  });

  it('to its default width counts as well', async () => {
    const { table } = await wide();
    const chosen = widthOf(DEFAULT_COLUMNS, 'business_email');
    table.resize('business_email', chosen);
    table.saveColumns();
    expect(widthOf(table.columns, 'business_email') - chosen).toBeLessThanOrEqual(1);
  });
});

it('leaves the columns as wide as they are when a page opens beside the table', async () => {
  const { state } = await new FakeApi().loadedState();
  const table = new TableState(state.api);
  table.setWidth(1_920, true);
  const alone = table.columns;
  expect(total(alone)).toBeGreaterThan(1_920 - alone.length);
  table.setWidth(1_160, false);
  expect(table.columns).toEqual(alone);
  table.setWidth(1_600, true);
  expect(total(table.columns)).toBeLessThanOrEqual(1_600);
});
