/** The texts of the table: names of columns, cells and filters. */
import { m } from '../../../shared/messages';
import { nameOf } from '../../../shared/messages/entry-name';
import { numberText } from '../../../shared/messages/locale';
import { rowStateLabel } from '../../../shared/messages/row-state';
import { isFieldName } from '../../../shared/profile';
import type { TableColumn, TableFilter, TableRow } from '../../../shared/table';
import { dateAndTime } from '../../ui/time';

/** The first column is called as the order by it is. */
const COLUMN_NAMES: Record<TableColumn, () => string> = {
  name: m.list_sort_name,
  business_name: m.table_column_business_name,
  business_email: m.table_column_business_email,
  business_phone: m.table_column_business_phone,
  business_address: m.table_column_business_address,
  external_metadata: m.table_column_external_metadata,
  labels: m.labels_title,
  state: m.table_column_state,
  checked: m.table_column_checked,
};

/** The name of a column. */
export const columnName = (column: TableColumn): string => COLUMN_NAMES[column]();

/** The text of a cell in one line: a line end is shown as ↵. */
export function cellText(row: TableRow, column: TableColumn): string {
  if (column === 'name') return nameOf(row);
  if (column === 'state') return rowStateLabel(row);
  // Each on its own, whichever way it is written.
  if (column === 'labels') return row.labels.map((label) => `\u2068${label}\u2069`).join('; ');
  if (column === 'checked') return row.checkedAt === null ? '' : dateAndTime(row.checkedAt);
  return (row.texts?.[column] ?? '').replace(/\r\n?|\n/g, ' ↵ ');
}

/** How far the text of a cell has got to Cloudflare. */
export function cellMark(row: TableRow, column: TableColumn): 'draft' | 'waiting' | null {
  if (!isFieldName(column)) return null;
  if (row.drafted.includes(column)) return 'draft';
  return row.waiting.includes(column) ? 'waiting' : null;
}

/** What a screen reader says about a cell: "Phone, +49 30 1234, not saved". */
export function cellLabel(row: TableRow, column: TableColumn): string {
  const own = cellText(row, column);
  const none =
    column === 'checked'
      ? m.table_cell_never()
      : row.texts === null && column !== 'labels'
        ? m.table_cell_unread()
        : m.table_cell_empty();
  const mark = cellMark(row, column);
  const shown = own === '' ? none : own;
  const text =
    mark === null
      ? shown
      : mark === 'draft'
        ? m.table_cell_draft({ text: shown })
        : m.table_cell_waiting({ text: shown });
  return `${columnName(column)}, ${text}`;
}

/** What a filter shows, such as "Phone is empty". */
export function filterText(filter: TableFilter): string {
  const column = columnName(filter.field);
  if (filter.kind === 'empty') return m.table_filtered_empty({ column });
  if (filter.kind === 'changed') return m.table_filtered_changed({ column });
  return m.table_filtered_contains({ column, text: filter.text });
}

/** What was copied: how many cells, and how many rows are empty because their texts are not known. */
export function copiedText({
  rows,
  columns,
  unread,
  removed,
}: {
  rows: number;
  columns: number;
  unread: number;
  removed: number;
}): string {
  const texts = [
    rows * columns === 1
      ? m.table_copied_one()
      : m.table_copied({ rows: numberText(rows), columns: numberText(columns) }),
  ];
  if (unread > 0) texts.push(m.table_copied_unread({ count: numberText(unread) }));
  if (removed > 0) texts.push(m.table_copied_removed({ count: numberText(removed) }));
  return texts.join(' · ');
}
