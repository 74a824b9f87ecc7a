/** The widths of the columns: they fill the table, long texts first, and what a person has chosen stays. */
import { describe, expect, it } from 'vitest';
import { TableState } from '../../../src/renderer/features/table';
import { withinTable, withWidth } from '../../../src/renderer/features/table/shown-columns';
import { COLUMN_WIDTH, DEFAULT_COLUMNS, type ShownColumns } from '../../../src/shared/table';
import { FakeApi } from '../fake-api';

const total = (columns: ShownColumns): number => columns.reduce((sum, { width }) => sum + width, 0);
const widthOf = (columns: ShownColumns, column: string): number =>
  columns.find((one) => one.column === column)!.width;

it('leaves the columns as they are in a table that has just the room, or whose width is not known', () => {
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

describe('in a narrow table', () => {
  it('makes only the address narrower if that is enough', () => {
    const shown = withinTable(DEFAULT_COLUMNS, total(DEFAULT_COLUMNS) - 60);
    expect(shown).toEqual(
      DEFAULT_COLUMNS.map((one) =>
        one.column === 'business_address' ? { ...one, width: one.width - 60 } : one,
      ),
    );
  });

  it('then makes the others narrower, and all are in view in a window of 1280 px', () => {
    const shown = withinTable(DEFAULT_COLUMNS, 1_269);
    expect(total(shown)).toBeLessThanOrEqual(1_269);
    expect(total(shown)).toBeGreaterThan(1_269 - shown.length);
    const lost = (column: string) => 1 - widthOf(shown, column) / widthOf(DEFAULT_COLUMNS, column);
    for (const { column } of shown) {
      if (column !== 'business_address')
        expect(lost(column), column).toBeLessThan(lost('business_address'));
    }
  });

  it('stops where a text could no longer be told from another: the rest is scrolled to', () => {
    const smallest = withinTable(DEFAULT_COLUMNS, 1);
    expect(withinTable(DEFAULT_COLUMNS, 400)).toEqual(smallest);
    for (const { column, width } of smallest) expect(width, column).toBeGreaterThanOrEqual(110);
    // Name, business name, email, phone and address are in view in the smallest window.
    const [first, second, third, fourth, fifth] = smallest;
    expect(total([first!, second!, third!, fourth!, fifth!])).toBeLessThanOrEqual(850);
  });

  it('leaves a chosen width as it is', () => {
    const chosen = withWidth(DEFAULT_COLUMNS, 'business_address', 500);
    const shown = withinTable(chosen, 1_269);
    expect(widthOf(shown, 'business_address')).toBe(500);
    const all = DEFAULT_COLUMNS.reduce(
      (columns, { column, width }) => withWidth(columns, column, width + 40),
      DEFAULT_COLUMNS,
    );
    expect(withinTable(all, 860)).toEqual(all);
  });
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
    table.setWidth(total(columns), true);
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

it('fills a table that opened with a page beside it', async () => {
  const { state } = await new FakeApi().loadedState();
  const table = new TableState(state.api);
  table.setWidth(2_600, false);
  expect(total(table.columns)).toBeLessThanOrEqual(2_600);
  expect(total(table.columns)).toBeGreaterThan(2_600 - table.columns.length);
  // Also in a window that was made narrower meanwhile, and wider.
  table.setWidth(1_300, false);
  expect(total(table.columns)).toBeLessThanOrEqual(1_300);
  table.setWidth(1_920, true);
  table.setWidth(2_600, false);
  expect(total(table.columns)).toBeGreaterThan(2_600 - table.columns.length);
});
