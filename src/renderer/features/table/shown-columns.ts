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

/** How narrow each column gets so that all are in view, in CSS px: enough for most texts, or for the beginning of long ones. */
const NARROW_WIDTHS: Record<TableColumn, number> = {
  name: 190,
  business_name: 160,
  business_email: 190,
  business_phone: 150,
  business_address: 160,
  external_metadata: 160,
  labels: 120,
  state: 130,
  checked: 150,
};

/** The name stays in view while the others are scrolled. In a very narrow table it leaves them this part of it. */
const NAME_SHARE = 0.35;
const NARROWEST_NAME = 150;

/** Columns that get narrower before any other, because most of their texts are longer than they are wide anyway. */
const LONG_TEXTS: ReadonlySet<TableColumn> = new Set(['business_address', 'external_metadata']);

type ShownColumn = ShownColumns[number];

const sumOf = (columns: ShownColumns, of: (column: ShownColumn) => number): number =>
  columns.reduce((sum, column) => sum + of(column), 0);

/** Whether a column has the width that it has until a person chooses another. */
const hasDefaultWidth = ({ column, width }: ShownColumn): boolean =>
  width === DEFAULT_WIDTHS[column];

function widened(columns: ShownColumns, free: number): ShownColumns {
  const shareOf = (one: ShownColumn): number =>
    hasDefaultWidth(one) ? (SHARES[one.column] ?? 0) : 0;
  const shares = sumOf(columns, shareOf);
  if (shares === 0) return columns;
  return columns.map((one) => ({
    ...one,
    width: Math.min(COLUMN_WIDTH.max, one.width + Math.floor((free * shareOf(one)) / shares)),
  }));
}

/** Takes `missing` px from the columns that `mayShrink`, in proportion to how far each is above its narrow width. */
function narrowed(
  columns: ShownColumns,
  missing: number,
  mayShrink: (column: TableColumn) => boolean,
): ShownColumns {
  const spareOf = (one: ShownColumn): number =>
    hasDefaultWidth(one) && mayShrink(one.column) ? one.width - NARROW_WIDTHS[one.column] : 0;
  const spare = sumOf(columns, spareOf);
  if (spare === 0) return columns;
  const taken = Math.min(1, missing / spare);
  return columns.map((one) => ({ ...one, width: one.width - Math.ceil(taken * spareOf(one)) }));
}

/**
 * The columns as they are shown in a table of this width, in CSS px: they fill it, and what does not fit even if they get
 * narrower is scrolled to. A width that a person has chosen stays.
 */
export function withinTable(columns: ShownColumns, width: number): ShownColumns {
  // Not known yet.
  if (width === 0) return columns;
  const free = width - sumOf(columns, (one) => one.width);
  if (free >= 0) return widened(columns, free);
  const shorter = narrowed(columns, -free, (column) => LONG_TEXTS.has(column));
  const missing = sumOf(shorter, (one) => one.width) - width;
  if (missing <= 0) return shorter;
  const narrow = narrowed(shorter, missing, (column) => !LONG_TEXTS.has(column));
  const [name, ...others] = narrow;
  if (!name || !hasDefaultWidth(columns[0]!)) return narrow;
  const most = Math.max(NARROWEST_NAME, Math.floor(width * NAME_SHARE));
  return [{ ...name, width: Math.min(name.width, most) }, ...others];
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
