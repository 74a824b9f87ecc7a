/** Changes of the columns that the table shows. */
import {
  COLUMN_WIDTH,
  DEFAULT_WIDTHS,
  TABLE_COLUMNS,
  type ShownColumns,
  type TableColumn,
} from '../../../shared/table';

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
  return columns.map((one) => (one.column === column ? { column, width: within } : one));
}
