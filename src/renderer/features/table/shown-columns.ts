/** Changes of the columns that the table shows. */
import {
  COLUMN_WIDTH,
  DEFAULT_WIDTHS,
  TABLE_COLUMNS,
  type ShownColumns,
  type TableColumn,
} from '../../../shared/table';

/** How much each column takes of what is free of the width of the table, in relation to the others: more for longer texts. */
const SHARES: Partial<Record<TableColumn, number>> = {
  name: 4,
  business_name: 4,
  business_email: 2,
  business_phone: 1,
  business_address: 6,
  external_metadata: 6,
  labels: 2,
  state: 1,
};

/** The columns as they are shown in a table of this width, in CSS px. A width that a person has chosen stays. */
export function withinTable(columns: ShownColumns, width: number): ShownColumns {
  const shareOf = (one: ShownColumns[number]): number =>
    one.width === DEFAULT_WIDTHS[one.column] ? (SHARES[one.column] ?? 0) : 0;
  const free = width - columns.reduce((sum, one) => sum + one.width, 0);
  const shares = columns.reduce((sum, one) => sum + shareOf(one), 0);
  if (free <= 0 || shares === 0) return columns;
  return columns.map((one) => ({
    ...one,
    width: Math.min(COLUMN_WIDTH.max, one.width + Math.floor((free * shareOf(one)) / shares)),
  }));
}

/** The columns with or without one of them, in their order. The name is always shown. */
export function withColumn(
  columns: ShownColumns,
  column: TableColumn,
  isShown: boolean,
): ShownColumns {
  if (column === 'name') return columns;
  const shown = new Map(columns.map((one) => [one.column, one]));
  if (!isShown) shown.delete(column);
  else if (!shown.has(column)) shown.set(column, { column, width: DEFAULT_WIDTHS[column] });
  return TABLE_COLUMNS.flatMap((one) => shown.get(one) ?? []);
}

/** The columns with one of them in another width, within the limits, in CSS px. */
export function withWidth(columns: ShownColumns, column: TableColumn, width: number): ShownColumns {
  const { min, max } = COLUMN_WIDTH;
  const within = Math.max(min, Math.min(max, Math.round(width)));
  // The default width stands for one that was not chosen.
  const chosen = within === DEFAULT_WIDTHS[column] ? within + 1 : within;
  return columns.map((one) => (one.column === column ? { column, width: chosen } : one));
}
